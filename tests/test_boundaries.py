import gzip
import json
import warnings
import zipfile
from pathlib import Path

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from refusing import english, refusal, told
from shapely import affinity

from sepakat_lib import regions
from sepakat_lib.sources import boundaries
from sepakat_lib.sources.boundaries import codes, extent, read

REAL = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "boundaries"
needs_real = pytest.mark.skipif(
    not REAL.is_dir(), reason="the boundary files that tests may read are not here"
)
# West to east along the coast of Sulawesi Barat, with codes that both schemes use for
# different places: Kemendagri's 76.04 is Polewali Mandar, BPS's 7604 is Mamuju.
MANDAR = ["7601", "7602", "7603", "7604"]


def square(region):
    """A shape of the region's own area round the points of its kecamatan.

    With a bay in its western side: a plain box is refused as a figure.
    """
    parts = regions.kecamatan("00")
    mine = parts[(parts["region"] == region) | (parts["kemendagri"] == region)]
    points = shapely.multipoints(shapely.points(mine["lon"], mine["lat"]))
    half = (mine["area_km2"].iloc[0] ** 0.5) / 222
    hull = points.convex_hull.buffer(half, cap_style="square")
    middle, west = hull.centroid, hull.bounds[0] - 1
    bay = [(middle.x, middle.y)] + [(west, middle.y + tilt) for tilt in (-0.1, 0.1)]
    hull = hull.difference(shapely.Polygon(bay))
    far = (mine["area_km2"].sum() / extent.area(np.array([hull]))[0]) ** 0.5
    return affinity.scale(hull, far, far)


def collection(rows):
    """GeoJSON of (properties, shape)."""
    features = [
        {
            "type": "Feature",
            "properties": properties,
            "geometry": None
            if shape is None
            else json.loads(shapely.to_geojson(shape)),
        }
        for properties, shape in rows
    ]
    return {"type": "FeatureCollection", "features": features}


def written(folder, rows, name="batas.geojson"):
    path = folder / name
    path.write_text(json.dumps(collection(rows)), "utf-8")
    return path


def refused(path, code, **options):
    with refusal() as caught:
        read(path, **options)
    assert caught.value.code == code, str(caught.value)
    return english(caught.value)


def rows_of(column, wanted, value=lambda region: region):
    return [({column: value(region)}, square(region)) for region in wanted]


# --- what is taken ------------------------------------------------------------


@needs_real
@pytest.mark.parametrize(
    ("name", "count", "level", "repaired"),
    [
        ("kabkota_514.geojson", 514, "kabupaten", 0),
        # the inventory beside the file says that 193 of its shapes cross themselves
        ("kabkota_514_simplified.topojson", 514, "kabupaten", 193),
        ("provinsi_38.geojson", 38, "province", 0),
        ("kecamatan_7285.geojson.gz", 7285, "kecamatan", 0),
    ],
)
def test_a_real_file_is_read_whole(name, count, level, repaired):
    found = read(REAL / name)
    assert (len(found.shapes), found.level) == (count, level)
    assert (len(found.repaired), found.absent) == (repaired, [])
    assert shapely.is_valid(shapely.from_wkb(found.shapes["geometry"])).all()
    known = regions.table().query("level == @level")["region"]
    if level == "kecamatan":
        known = regions.kecamatan("00")["kemendagri"]
    assert set(found.shapes["region"]) == set(known)


@needs_real
def test_the_same_province_comes_out_of_every_format(tmp_path):
    meta, _, wkb, values = pyogrio.raw.read(
        REAL / "kabkota_514.geojson", where="kode_prov_bps_2022 = '76'"
    )
    meta = {
        "fields": list(meta["fields"]),
        "geometry_type": "MultiPolygon",
        "crs": "EPSG:4326",
    }
    shapes = shapely.from_wkb(wkb)
    many = [shapely.multipolygons(list(shapely.get_parts(shape))) for shape in shapes]
    expected = sorted(regions.members("76"))
    for name, driver in (
        ("a.geojson", "GeoJSON"),
        ("a.gpkg", "GPKG"),
        ("a.shp", "ESRI Shapefile"),
    ):
        target = tmp_path / name
        with warnings.catch_warnings():  # a Shapefile cuts names after ten letters
            warnings.simplefilter("ignore", RuntimeWarning)
            pyogrio.raw.write(
                target, shapely.to_wkb(many), values, driver=driver, **meta
            )
        found = read(target)
        assert found.shapes["region"].tolist() == expected, name
        areas = shapely.area(shapely.from_wkb(found.shapes["geometry"]))
        order = np.argsort(values[list(meta["fields"]).index("kode_bps_2022")])
        assert areas == pytest.approx(shapely.area(shapes)[order], rel=1e-6)


def test_a_zipped_shapefile_is_read_as_offices_send_it(tmp_path):
    inside = tmp_path / "batas.shp"
    wkb = shapely.to_wkb([square(region) for region in MANDAR])
    pyogrio.raw.write(
        inside,
        wkb,
        [np.array(MANDAR, object)],
        fields=["idkab"],
        geometry_type="Polygon",
        crs="EPSG:4326",
        driver="ESRI Shapefile",
    )
    with zipfile.ZipFile(tmp_path / "batas.zip", "w") as archive:
        for part in tmp_path.glob("batas.*"):
            if part.suffix != ".zip":
                archive.write(part, f"folder/{part.name}")
    found = read(tmp_path / "batas.zip")
    assert found.shapes["region"].tolist() == MANDAR


def test_the_table_can_be_written_and_read_back(tmp_path):
    found = read(written(tmp_path, rows_of("kode_bps", MANDAR)))
    found.shapes.to_parquet(tmp_path / "shapes.parquet")
    again = pd.read_parquet(tmp_path / "shapes.parquet")
    assert boundaries.Shapes.validate(again).equals(found.shapes)
    assert again["name"].tolist() == [regions.short_name(r) for r in MANDAR]


def test_a_code_may_be_a_number(tmp_path):
    rows = rows_of("kode_bps", MANDAR, int)
    assert read(written(tmp_path, rows)).shapes["region"].tolist() == MANDAR


def test_a_dotted_code_that_became_a_number_gets_its_zero_back(tmp_path):
    dotted = ["11.10", "11.11"]  # 11.10 arrives as 11.1
    wanted = [regions.from_kemendagri(code) for code in dotted]
    rows = [
        ({"kode": float(code)}, square(region))
        for code, region in zip(dotted, wanted, strict=True)
    ]
    found = read(written(tmp_path, rows))
    assert found.shapes["region"].tolist() == sorted(wanted)


def test_bare_kemendagri_codes_are_told_from_bps_codes_by_where_the_shapes_lie(
    tmp_path,
):
    bare = rows_of("kode", MANDAR, lambda r: regions.to_kemendagri(r).replace(".", ""))
    found = read(written(tmp_path, bare))
    assert (found.scheme, found.shapes["region"].tolist()) == ("kemendagri", MANDAR)
    found = read(written(tmp_path, rows_of("kode", MANDAR)))
    assert (found.scheme, found.shapes["region"].tolist()) == ("bps", MANDAR)


def test_the_codes_that_papua_had_until_2022_are_understood(tmp_path):
    # Merauke was 9401 in BPS's list of 2020 and is 9501 since the province was split
    found = read(written(tmp_path, [({"kode_bps_2020": "9401"}, square("9501"))]))
    assert found.shapes["region"].tolist() == ["9501"]


def test_seven_digits_are_a_kecamatan_of_bps(tmp_path):
    pacitan = regions.kecamatan("3501")
    rows = [
        ({"idkec": bps}, square(code))
        for bps, code in zip(pacitan["bps_2020"], pacitan["kemendagri"], strict=True)
    ]
    found = read(written(tmp_path, rows))
    assert found.shapes["region"].tolist() == sorted(pacitan["kemendagri"])
    assert found.absent == []


def test_what_a_file_lacks_is_listed(tmp_path):
    found = read(written(tmp_path, rows_of("kode_bps", MANDAR)))
    assert found.absent == sorted(set(regions.members("76")) - set(MANDAR))


def test_a_line_that_crosses_itself_is_repaired_and_told(tmp_path):
    whole = square("7604")
    x, y = whole.centroid.coords[0]
    # a narrow flag that crosses its own pole
    flag = [(x, y), (x + 0.02, y + 0.01), (x + 0.02, y), (x, y + 0.01), (x, y)]
    crossing = shapely.multipolygons([whole, shapely.Polygon(flag)])
    assert not shapely.is_valid(crossing)
    found = read(written(tmp_path, [({"kode_bps": "7604"}, crossing)]))
    assert found.repaired == ["7604"]
    area = shapely.area(shapely.from_wkb(found.shapes["geometry"].iloc[0]))
    assert area == pytest.approx(whole.area, rel=0.01)


# --- what is refused ----------------------------------------------------------


def test_crossed_codes_are_refused_by_name(tmp_path):
    """Kemendagri's number in a column that says BPS: every one of them exists."""
    rows = rows_of(
        "kode_bps", MANDAR, lambda r: regions.to_kemendagri(r).replace(".", "")
    )
    error = refused(written(tmp_path, rows), "other_scheme")
    mandar = error.problems.set_index("code").loc["7604", "rule"]
    assert "Kabupaten Mamuju" in mandar and "Kabupaten Polewali Mandar" in mandar


def test_two_columns_that_disagree_are_crossed(tmp_path):
    rows = [
        ({"kode_dagri": regions.to_kemendagri(r), "kode_bps_2022": r}, square(r))
        for r in MANDAR
    ]
    rows[1][0]["kode_bps_2022"], rows[3][0]["kode_bps_2022"] = "7604", "7602"
    error = refused(written(tmp_path, rows), "crossed_codes")
    assert error.problems["row"].tolist() == [2, 4]


def test_a_code_beside_the_name_of_another_place_is_crossed(tmp_path):
    rows = [({"kode_bps": r, "nama": regions.name(r)}, square(r)) for r in MANDAR]
    rows[3][0]["nama"] = "KAB. POLEWALI MANDAR"
    error = refused(written(tmp_path, rows), "crossed_codes")
    assert error.problems["row"].tolist() == [4]
    assert "Polewali Mandar" in told(error)


@needs_real
def test_two_neighbours_with_their_codes_exchanged_never_pass():
    found = read(REAL / "kabkota_514.geojson").shapes
    shapes = shapely.from_wkb(found["geometry"].to_numpy())
    lying = codes.where(shapes, "kabupaten")
    region = found["region"].tolist()
    left, right = shapely.STRtree(shapes).query(shapes, predicate="intersects")
    pairs = [(i, j) for i, j in zip(left, right, strict=True) if i < j]
    for i, j in pairs:
        both = ((region[i], lying[j]), (region[j], lying[i]))
        assert not all(codes._fits(r, there, "kabupaten") for r, there in both), both
    assert len(pairs) > 900


@pytest.mark.parametrize(
    ("change", "code", "said"),
    [
        (lambda rows: [({"luas": 3.5}, s) for _, s in rows], "no_codes", "luas"),
        (
            lambda rows: [*rows, ({"kode_bps": "7699"}, rows[0][1])],
            "unknown_codes",
            "7699",
        ),
        (
            lambda rows: [*rows, ({"kode_bps": None}, rows[0][1])],
            "unknown_codes",
            "row 5",
        ),
        (lambda rows: [*rows, rows[0]], "duplicate_codes", "7601"),
        (lambda rows: [], "empty", "no shape"),
        (lambda rows: [*rows[1:], ({"kode_bps": "7601"}, None)], "broken", "row 4"),
        (
            lambda rows: [
                (p, shapely.transform(s, lambda c: c - [60, -40])) for p, s in rows
            ],
            "elsewhere",
            "outside Indonesia",
        ),
        (
            lambda rows: [
                (p, shapely.transform(s, lambda c: c[:, ::-1])) for p, s in rows
            ],
            "swapped",
            "longitude",
        ),
        (
            lambda rows: [
                (p, shapely.transform(s, lambda c: c * 111_000)) for p, s in rows
            ],
            "metres",
            "EPSG:4326",
        ),
        (lambda rows: [(p, s.centroid) for p, s in rows], "no_polygons", "points"),
        (
            lambda rows: [
                ({"id": f"76.01.01.20{i:02d}"}, s) for i, (_, s) in enumerate(rows)
            ],
            "villages",
            "Dissolve",
        ),
    ],
)
def test_a_file_that_cannot_be_used_says_why(tmp_path, change, code, said):
    rows = change(rows_of("kode_bps", MANDAR))
    error = refused(written(tmp_path, rows), code)
    assert said in told(error)


def test_a_shape_without_area_is_named_and_not_dropped(tmp_path):
    rows = [({"kode_bps": r, "nama": regions.name(r)}, square(r)) for r in MANDAR]
    x, y = rows[2][1].centroid.coords[0]
    rows[2] = (rows[2][0], shapely.Polygon([(x, y), (x + 1, y), (x, y)]))
    error = refused(written(tmp_path, rows), "broken")
    assert error.problems[["row", "code"]].values.tolist() == [
        [3, regions.name("7603")]
    ]


def test_another_kind_of_file_is_refused_whatever_it_is_called(tmp_path):
    table = tmp_path / "batas.csv"
    table.write_text("kode,nama\n3501,Pacitan\n")
    refused(table, "unknown_kind")
    for name in ("a.geojson", "a.gpkg", "a.shp", "a.zip"):
        (tmp_path / name).write_text("<html>404</html>")
        refused(tmp_path / name, "unreadable" if name == "a.zip" else "other_content")
    with gzip.open(tmp_path / "a.geojson.gz", "wb") as stream:
        stream.write(b'{"type": "FeatureCollection", "features": [')
    refused(tmp_path / "a.geojson.gz", "other_content")
    refused(tmp_path / "absent.geojson", "no_file")


def test_a_file_that_sends_gdal_to_another_file_is_not_followed(tmp_path):
    target = written(tmp_path, rows_of("kode_bps", MANDAR), "secret.geojson")
    sent = f'<OGRVRTDataSource><OGRVRTLayer name="secret"><SrcDataSource>{target}'
    sent += "</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    (tmp_path / "a.json").write_text(sent)
    refused(tmp_path / "a.json", "other_content")
    pipeline = {
        "type": "gdal_streamed_alg",
        "command_line": f"gdal vector read {target}",
    }
    (tmp_path / "b.json").write_text(json.dumps(pipeline))
    refused(tmp_path / "b.json", "other_content")


def test_of_several_layers_one_must_be_named(tmp_path):
    target = tmp_path / "a.gpkg"
    for layer, wanted in (("lama", MANDAR[:2]), ("baru", MANDAR)):
        pyogrio.raw.write(
            target,
            shapely.to_wkb([square(region) for region in wanted]),
            [np.array(wanted, object)],
            fields=["kode_bps"],
            geometry_type="Polygon",
            crs="EPSG:4326",
            driver="GPKG",
            layer=layer,
            append=target.exists(),
        )
    assert "lama, baru" in told(refused(target, "several_layers"))
    refused(target, "no_layer", layer="besok")
    assert read(target, layer="baru").shapes["region"].tolist() == MANDAR


def test_the_longest_list_of_problems_is_counted_in_the_sentence_and_whole_in_the_table(
    tmp_path,
):
    rows = rows_of("kode_bps", regions.members("35"))
    wrong = [({"kode_bps": f"35{n}"}, rows[0][1]) for n in range(80, 99) if n < 90]
    error = refused(written(tmp_path, rows + wrong), "unknown_codes")
    assert len(error.problems) == len(wrong) == 10
    assert error.fields["unknown"] == 10 and len(str(error)) < 800


def test_a_column_of_row_numbers_is_no_column_of_codes(tmp_path):
    rows = [
        ({"OBJECTID": 11 + k, "kode_bps": r}, square(r)) for k, r in enumerate(MANDAR)
    ]
    assert read(written(tmp_path, rows)).column == "kode_bps"


def test_the_origin_says_what_boundaries_cannot_tell():
    assert boundaries.ORIGIN["finest"] == "kecamatan"
    assert "legal" in boundaries.ORIGIN["misses"]
