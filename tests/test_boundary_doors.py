"""Boundary files that came broken, drawn, moved or packed: loaded whole, or told truly."""

import json
import struct
import warnings
import zipfile

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from refusing import refusal, told
from shapely import affinity
from test_boundaries import MANDAR, REAL, needs_real, rows_of, square, written

from sepakat_lib import reference, regions
from sepakat_lib.sources.boundaries import extent, read, shapefile, suggested


def refused(path, code, **options):
    """What an English reader is told of a file that is refused with a code."""
    with refusal(code=code) as caught:
        read(path, **options)
    return told(caught.value)


def shapes_of(rows):
    return np.array([shape for _, shape in rows])


def shapefile_of(folder, rows, name="batas"):
    """A Shapefile of (properties, shape)."""
    columns = [*rows[0][0]]
    values = [np.array([p[c] for p, _ in rows], object) for c in columns]
    path = folder / f"{name}.shp"
    pyogrio.raw.write(
        str(path),
        shapely.to_wkb(shapes_of(rows)),
        values,
        columns,
        geometry_type="Polygon",
        crs="EPSG:4326",
    )
    return path


def kept(boundaries):
    return boundaries.shapes[["region", "name"]].to_numpy().tolist()


@pytest.fixture
def mandar():
    return rows_of("kode_bps", MANDAR)


# --- a Shapefile is whole, or told ---------------------------------------------------


def test_a_lost_shx_is_made_anew_and_nothing_is_written_beside_the_file(
    tmp_path, mandar
):
    path = shapefile_of(tmp_path, mandar)
    whole = read(path)
    original = path.with_suffix(".shx").read_bytes()
    path.with_suffix(".shx").unlink()
    before = sorted(tmp_path.iterdir())
    assert shapefile.index(path) == original  # GDAL wrote that one
    assert kept(read(path)) == kept(whole)
    assert sorted(tmp_path.iterdir()) == before


def test_a_shapefile_without_its_table_asks_for_the_table(tmp_path, mandar):
    path = shapefile_of(tmp_path, mandar)
    path.with_suffix(".dbf").unlink()
    assert "batas.dbf" in refused(path, "no_dbf")


def test_a_table_with_fewer_rows_than_shapes_is_anothers(tmp_path, mandar):
    path = shapefile_of(tmp_path, mandar)
    other = shapefile_of(tmp_path, mandar[:3], "lain")
    path.with_suffix(".dbf").write_bytes(other.with_suffix(".dbf").read_bytes())
    said = refused(path, "other_dbf")
    assert "3 rows" in said and "4 shapes" in said


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(share=st.floats(0.0, 0.999), part=st.sampled_from([".shp", ".dbf"]))
def test_a_shapefile_cut_off_anywhere_is_never_loaded_in_part(tmp_path, share, part):
    path = shapefile_of(tmp_path, rows_of("kode_bps", MANDAR))
    file = path.with_suffix(part)
    content = file.read_bytes().rstrip(b"\x1a")  # that mark may be missing
    file.write_bytes(content[: int(share * len(content))])
    with refusal() as error:
        read(path)
    assert error.value.code in ("unreadable", "other_content", "empty_file")


def test_a_record_that_goes_back_does_not_run_for_ever(tmp_path, mandar):
    path = shapefile_of(tmp_path, mandar)
    content = bytearray(path.read_bytes())
    content[104:108] = struct.pack(">i", -4)
    path.write_bytes(content)
    refused(path, "unreadable")


# --- what is packed ------------------------------------------------------------------


def zipped(folder, files, name="kiriman.zip"):
    path = folder / name
    with zipfile.ZipFile(path, "w") as archive:
        for file in files:
            archive.write(file, f"Batas Kab/{file.name}")
    return path


@pytest.mark.parametrize("ending", [".geojson", ".shp"])
def test_the_one_map_in_a_zip_is_read_whatever_its_kind(tmp_path, mandar, ending):
    inner = tmp_path / "in"
    inner.mkdir()
    if ending == ".shp":
        shapefile_of(inner, mandar)
    else:
        written(inner, mandar)
    found = read(zipped(tmp_path, [*inner.iterdir()]))
    assert found.shapes["region"].tolist() == MANDAR


def test_of_several_maps_in_a_zip_one_is_named_as_a_layer(tmp_path, mandar):
    inner = tmp_path / "in"
    inner.mkdir()
    shapefile_of(inner, mandar, "kabupaten")
    shapefile_of(inner, mandar[:2], "sebagian")
    path = zipped(tmp_path, [*inner.iterdir()])
    assert "kabupaten, sebagian" in refused(path, "several_layers")
    refused(path, "no_layer", layer="desa")
    assert len(read(path, "sebagian").shapes) == 2


def test_a_zip_without_a_map_says_so(tmp_path):
    (tmp_path / "doc.kml").write_text("<kml/>", "utf-8")
    assert "no boundary file inside" in refused(
        zipped(tmp_path, [tmp_path / "doc.kml"]), "no_map_inside"
    )


# --- JSON as programs write it -------------------------------------------------------


def changed(folder, rows, change):
    whole = json.loads(written(folder, rows).read_text("utf-8"))
    for feature in whole["features"]:
        change(feature)
    path = folder / "lain.geojson"
    path.write_text(json.dumps(whole), "utf-8")
    return path


def nest(feature):
    feature["properties"] = {"wilayah": feature["properties"]}


def collect(feature):
    line = {"type": "LineString", "coordinates": [[118.9, -3.5], [119.0, -3.4]]}
    feature["geometry"] = {
        "type": "GeometryCollection",
        "geometries": [feature["geometry"], line],
    }


@pytest.mark.parametrize("change", [nest, collect])
def test_properties_inside_properties_and_collections_are_read(
    tmp_path, mandar, change
):
    plain = read(written(tmp_path, mandar))
    assert kept(read(changed(tmp_path, mandar, change))) == kept(plain)


def test_utf_16_is_told_as_such(tmp_path, mandar):
    path = written(tmp_path, mandar)
    path.write_text(path.read_text("utf-8"), "utf-16")
    assert "UTF-16" in refused(path, "json_utf16")


def test_no_word_of_a_library_reaches_the_reader(tmp_path, mandar):
    import sqlite3

    database = tmp_path / "kosong.gpkg"
    with sqlite3.connect(database) as base:
        base.execute("create table a (b)")

    def spoil(feature):
        feature["geometry"]["coordinates"][0][0][0] = float("nan")

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        refused(database, "unreadable")
        refused(changed(tmp_path, mandar, spoil), "broken")


# --- figures, displaced shapes, numbers that are no degrees --------------------------


FIGURES = {
    "box": lambda shape: shape.envelope,
    "disc": lambda shape: shape.centroid.buffer(np.sqrt(shape.area / np.pi)),
    "hull": lambda shape: shape.centroid.buffer(1).simplify(0.01),
}


@given(region=st.sampled_from(MANDAR), figure=st.sampled_from(["box", "disc"]))
def test_a_figure_of_the_right_place_and_area_is_no_border(region, figure):
    shape = square(region)
    drawn = FIGURES[figure](shape)
    size = (shape.area / drawn.area) ** 0.5
    drawn = affinity.scale(drawn, size, size)
    (rule,) = extent.drawn(np.array([drawn]), "kabupaten").values()
    assert rule == figure
    assert not extent.drawn(np.array([shape]), "kabupaten")


def test_one_box_alone_is_refused_as_a_figure(tmp_path):
    shape = square("7602")
    box = shape.envelope
    size = (shape.area / box.area) ** 0.5
    path = written(tmp_path, [({"kode_bps": "7602"}, affinity.scale(box, size, size))])
    with refusal(code="drawn") as error:
        read(path)
    assert len(error.value.problems) == 1


@needs_real
@pytest.mark.parametrize("name", ["kabkota_514.geojson", "provinsi_38.geojson"])
def test_no_real_border_is_a_figure(name):
    features = json.loads((REAL / name).read_text("utf-8"))["features"]
    shapes = np.array(
        [shapely.from_geojson(json.dumps(one["geometry"])) for one in features]
    )
    level = "kabupaten" if "kab" in name else "province"
    assert not extent.drawn(shapely.make_valid(shapes), level)


def test_shapes_away_from_their_code_and_name_are_not_to_get_another_code(tmp_path):
    rows = [
        ({"kode_bps": of, "nama": regions.name(of)}, square(of)) for of in MANDAR[:2]
    ]
    (first, one), (second, other) = rows
    path = written(tmp_path, [(first, other), (second, one)])
    assert "do not change these" in refused(path, "misplaced")
    both = [
        (first | {"kode_bps": MANDAR[1]}, one),
        (second | {"kode_bps": MANDAR[0]}, other),
    ]
    refused(written(tmp_path, both), "crossed_codes")


def utm_swapped(degrees):
    return np.column_stack([9.08e6 + degrees[:, 1], 4.8e5 + degrees[:, 0]])


@pytest.mark.parametrize(
    ("move", "code"),
    [
        (lambda c: c - [360, 0], "elsewhere"),
        (lambda c: c * 4 + [10, 9000], "not_degrees"),  # kilometres
        (utm_swapped, "not_degrees"),
        (lambda c: c * 1000 + [400_000, 9_000_000], "metres"),
        (lambda c: c * 111_000 + [0, 0], "metres"),  # Web Mercator, nearly
    ],
)
def test_numbers_that_are_no_degrees_are_told_by_what_they_are(
    tmp_path, mandar, move, code
):
    rows = [(p, shapely.transform(shape, move)) for p, shape in mandar]
    refused(written(tmp_path, rows), code)


# --- names and former codes ----------------------------------------------------------


def test_a_cut_off_name_beside_a_right_code_is_right_and_a_full_one_is_not(tmp_path):
    rows = [
        ({"kode_bps": of, "nama": name}, square(of))
        for of, name in {
            "1601": "KAB. OGAN KOMERING ULU",
            "1608": "KAB. OGAN KOMERING ULU",
            "1609": "KAB. OGAN KOMERING ULU",
            "1602": "KAB. OGAN KOMERING ILIR",
        }.items()
    ]
    assert len(read(written(tmp_path, rows)).shapes) == 4
    rows[3][0]["nama"] = "KAB. MUSI RAWAS"
    refused(written(tmp_path, rows), "crossed_codes")


@needs_real
def test_a_bare_name_that_stands_twice_is_the_kabupatens_and_the_kota_stays_open(
    tmp_path,
):
    features = json.loads((REAL / "kabkota_514.geojson").read_text("utf-8"))["features"]
    rows = [
        (
            {"NAMA": regions.name(one["properties"]["kode_bps_2022"]).split(" ", 1)[1]},
            shapely.from_geojson(json.dumps(one["geometry"])),
        )
        for one in features
        if one["properties"]["kode_prov_dagri"] == "35"
    ]
    table = suggested(written(tmp_path, rows))
    kabupaten = [r for r in regions.members("35") if "Kabupaten" in regions.name(r)]
    assert table.loc[table["code"].ne(""), "code"].tolist() == kabupaten
    assert not table["why"].str.contains("repeated").any()


def kecamatan_named(kabupaten, of="3501", **more):
    parts = regions.kecamatan(of)
    return [
        ({"KECAMATAN": name.upper(), "KABUPATEN": kabupaten} | more, square(code))
        for code, name in zip(parts["kemendagri"], parts["name"], strict=True)
    ]


@needs_real
def test_kecamatan_are_matched_by_name_within_their_kabupaten_and_by_place(tmp_path):
    import gzip

    with gzip.open(REAL / "kecamatan_7285.geojson.gz", "rt", encoding="utf-8") as file:
        features = json.load(file)["features"]
    parts = regions.kecamatan(regions.NATION).set_index("kemendagri")
    # all of one name, wherever: "Sukamaju", "Tanjung" and others stand many times
    often = parts["name"].value_counts()
    wanted = set(parts.index[parts["name"].isin(often.index[often > 3])])
    rows, truth = [], []
    for one in features:
        code = one["properties"]["kode_dagri"]
        if code in wanted:
            owner = regions.name(parts.loc[code, "region"])
            shape = shapely.from_geojson(json.dumps(one["geometry"]))
            rows.append(
                ({"KECAMATAN": parts.loc[code, "name"], "KABUPATEN": owner}, shape)
            )
            truth.append(code.replace(".", ""))
    path = written(tmp_path, rows)
    table = suggested(path)
    assert len(truth) > 80
    assert table["code"].tolist() == truth
    table.to_csv(tmp_path / "kode.csv", index=False)
    assert len(read(path, table=tmp_path / "kode.csv").shapes) == len(truth)


def test_kecamatan_of_another_kabupaten_than_the_file_says_are_left_open(tmp_path):
    with refusal(code="only_names") as error:
        read(written(tmp_path, kecamatan_named("PONOROGO")))
    assert error.value.fields["matched"] == 0
    assert len(error.value.problems) == 12


def test_former_codes_of_kalimantan_utara_are_told_with_those_of_today(tmp_path):
    former = {of: code for code, (of, _) in regions.former_codes("bps").items()}
    rows = [({"kode_bps": former[of]}, square(of)) for of in regions.members("65")]
    with refusal(code="unknown_codes") as error:
        read(written(tmp_path, rows))
    assert error.value.problems["rule"].str.contains("code_of_before").all()


def test_former_codes_of_kecamatan_of_papua_are_read(tmp_path):
    former = reference.former_kecamatan().set_index("kemendagri")["former"]
    own = [code for code in regions.kecamatan("9501")["kemendagri"] if code in former]
    rows = [({"kode": former[code]}, square(code)) for code in own]
    found = read(written(tmp_path, rows))
    assert found.scheme == "kemendagri_2021"
    assert found.shapes["region"].tolist() == sorted(own)


def test_no_former_code_of_a_kecamatan_is_anothers_of_today():
    rows = reference.former_kecamatan()
    today = set(reference.kecamatan()["kemendagri"])
    assert rows["former"].is_unique and rows["kemendagri"].is_unique
    assert set(rows["kemendagri"]) <= today
    assert not set(rows["former"]) & today
    assert rows["former"].str.fullmatch(r"9[12]\.\d\d\.\d\d").all()


@needs_real
def test_former_codes_of_kecamatan_are_those_of_the_bridge():
    bridge = pd.read_csv(
        REAL.parent / "admin" / "bps_dagri_kecamatan_2020.csv", dtype=str
    ).set_index("kode_bps")["kode_dagri"]
    parts = reference.kecamatan().set_index("kemendagri")
    for row in reference.former_kecamatan().itertuples():
        assert bridge[parts.loc[row.kemendagri, "bps_2020"]] == row.former.replace(
            ".", ""
        )
