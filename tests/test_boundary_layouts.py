"""Boundary files as publishers lay them out, imitated from the shapes that tests may read.

Columns as met in public files: BIG's catalogue (WADMKK, KDPKAB), OCHA on HDX (ADM2_PCODE),
GADM 4.1 (GID_2, NAME_2), BPS (idkab; kdprov and kdkab), Dukcapil (NO_PROP and NO_KAB).
"""

import contextlib
import json

import numpy as np
import pandas as pd
import pyogrio
import pytest
import shapely
from refusing import told
from test_boundaries import REAL, needs_real, refused, written

from sepakat_lib import cli, intake, places, regions, warehouse
from sepakat_lib.refused import Refused
from sepakat_lib.sources.boundaries import extent, read

pytestmark = needs_real


@pytest.fixture(scope="module")
def nation():
    """Kabupaten of the nation: (properties, shape)."""
    features = json.loads((REAL / "kabkota_514.geojson").read_text("utf-8"))["features"]
    return [
        (f["properties"], shapely.from_geojson(json.dumps(f["geometry"])))
        for f in features
    ]


@pytest.fixture(scope="module")
def east_java(nation):
    return [row for row in nation if row[0]["kode_prov_bps_2022"] == "35"]


@pytest.fixture(scope="module")
def provinces():
    features = json.loads((REAL / "provinsi_38.geojson").read_text("utf-8"))["features"]
    return {
        f["properties"]["kode_prov_bps_2022"]: shapely.from_geojson(
            json.dumps(f["geometry"])
        )
        for f in features
    }


def laid_out(folder, rows, layout, name="batas.geojson"):
    return written(folder, [(layout(p), shape) for p, shape in rows], name)


def bare(p):
    return p["nama"].removeprefix("Kabupaten ")


def big(p):
    empty = dict.fromkeys(("KDBBPS", "KDPKAB", "KDPPUM", "WADMKC", "WADMKD", "WIADKK"))
    return {"NAMOBJ": bare(p), "WADMKK": bare(p), "WADMPR": p["provinsi"], **empty}


def gadm(p):
    kind = "Kota" if p["jenis"] == "kota" else "Kabupaten"
    row = {"GID_2": "IDN.11.1_1", "NAME_1": p["provinsi"], "NAME_2": bare(p)}
    return row | {"TYPE_2": kind, "CC_2": "NA"}


def old_kemendagri(p):
    region = p["kode_bps_2022"]
    of_old = {
        of: code
        for code, (of, until) in regions.former_codes("kemendagri").items()
        if until == "2022"
    }
    code = of_old.get(region, p["kode_dagri"].replace(".", ""))
    return {"KODE": f"{code[:2]}.{code[2:]}", "KAB_KOTA": p["nama"].upper()}


@pytest.mark.parametrize(
    ("layout", "scheme"),
    [
        (
            lambda p: {
                "ADM1_EN": p["provinsi"],
                "ADM2_EN": bare(p),
                "ADM2_PCODE": "ID" + p["kode_bps_2020"],
            },
            "bps_2020",
        ),
        (
            lambda p: {
                "idkab": p["kode_bps_2020"],
                "nmkab": bare(p).upper().removeprefix("KOTA "),
            },
            "bps_2020",
        ),
        (
            lambda p: {
                "kdprov": p["kode_bps_2020"][:2],
                "kdkab": p["kode_bps_2020"][2:],
            },
            "bps_2020",
        ),
        (
            lambda p: {
                "NO_PROP": int(p["kode_dagri"][:2]),
                "NO_KAB": int(p["kode_dagri"][3:]),
                "NAMA_KAB": p["nama"].upper().replace("KABUPATEN", "KAB."),
            },
            "kemendagri",
        ),
        (old_kemendagri, "kemendagri_2021"),
    ],
    ids=["hdx", "bps 2020", "bps by parts", "dukcapil", "kemendagri before 2022"],
)
def test_a_national_file_of_a_publisher_is_read_whole(tmp_path, nation, layout, scheme):
    found = read(laid_out(tmp_path, nation, layout))
    assert (found.scheme, found.absent) == (scheme, [])
    own = {p["kode_bps_2022"]: shapely.area(shape) for p, shape in nation}
    areas = shapely.area(shapely.from_wkb(found.shapes["geometry"].to_numpy()))
    assert areas == pytest.approx([own[r] for r in found.shapes["region"]])


@pytest.mark.parametrize(
    "way",
    [
        "ID{0}{1}",
        "{0}-{1}",
        "{0}\u2013{1}",
        "{0}. {1}",
        "{0}{1}.0",
        "'{0}{1}",
        "{0}{1}000",
    ],
)
def test_a_code_may_be_written_as_files_write_it(tmp_path, east_java, way):
    path = laid_out(
        tmp_path,
        east_java,
        lambda p: {"kode": way.format(p["kode_bps_2022"][:2], p["kode_bps_2022"][2:])},
    )
    assert read(path).shapes["region"].tolist() == regions.members("35")


@pytest.mark.parametrize("layout", [big, lambda p: {"nama": p["nama"]}, gadm])
def test_a_file_of_names_is_loaded_by_its_table_once_confirmed(
    tmp_path, monkeypatch, east_java, layout
):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    path = laid_out(tmp_path, east_java, layout)
    with pytest.raises(Refused) as caught:
        intake.add_boundaries(path)
    assert caught.value.code in ("only_names", "gadm")
    assert warehouse.boundaries("kabupaten") is None
    table = caught.value.fields["table"]
    rows = pd.read_csv(table, dtype=str, keep_default_na=False)
    assert rows["code"].tolist() == [p["kode_bps_2022"] for p, _ in east_java]
    rows.to_csv(table, sep=";", index=False)  # as an Indonesian spreadsheet saves it
    own = intake.add_boundaries(path, table=table)
    assert own.shapes["region"].tolist() == regions.members("35")
    assert not places.around("3501").schematic


def test_a_confirmed_table_is_held_against_the_shapes_all_the_same(tmp_path, east_java):
    path = laid_out(tmp_path, east_java[:2], big)
    table = tmp_path / "t.csv"
    codes = [p["kode_bps_2022"] for p, _ in east_java[:2]]

    def told_of(first, second):
        table.write_text(f"row,code\n1,{first}\n2,{second}\n")
        try:
            return read(path, table=table).shapes["region"].tolist()
        except Refused as error:
            return error.code

    assert told_of(*codes) == sorted(codes)
    assert told_of(codes[0], "-") == [codes[0]]
    assert told_of(*codes[::-1]) == "crossed_codes"
    assert told_of(codes[0], "") == told_of(codes[0], codes[0]) == "not_confirmed"
    table.write_text("row,code\n1,3501\n")
    refused(path, "table_of_other_file", table=table)
    table.write_text("a,b\n1,3501\n")
    refused(path, "no_table_of_codes", table=table)


def test_a_bare_name_in_a_file_is_not_taken_for_the_kota(tmp_path, east_java):
    rows = [row for row in east_java if row[0]["kode_bps_2022"] in ("3578", "3501")]
    layout = {"WADMKK": "Surabaya", "WADMPR": "Jawa Timur"}
    path = laid_out(
        tmp_path, rows, lambda p: big(p) if p["kode_bps_2022"] == "3501" else layout
    )
    error = refused(path, "only_names")
    assert error.fields["matched"] == 1
    assert "Kota Surabaya" in told(error)


def test_gadm_is_told_as_gadm_with_what_its_old_borders_hold(tmp_path, nation):
    shape = {p["kode_bps_2022"]: s for p, s in nation}
    rows = [
        (p, shapely.union(s, shape["3218"]) if p["kode_bps_2022"] == "3207" else s)
        for p, s in nation
        if p["kode_prov_bps_2022"] == "32" and p["kode_bps_2022"] != "3218"
    ]
    error = refused(laid_out(tmp_path, rows, gadm), "gadm")
    assert error.problems["name"].tolist() == ["Ciamis"]
    assert "covers Kabupaten Pangandaran too" in told(error)
    assert "GADM" in told(error) and "Dissolve" not in told(error)


def test_34_provinces_are_told_as_such_and_no_code_is_advised(tmp_path, provinces):
    young = {"91": ["92"], "94": ["95", "96", "97"]}
    rows = []
    for code, shape in provinces.items():
        if code in ("92", "95", "96", "97"):
            continue
        parts = [shape, *(provinces[one] for one in young.get(code, ()))]
        whole = shapely.union_all(parts, grid_size=1e-4)
        rows.append(({"kode": code, "Propinsi": regions.name(code).upper()}, whole))
    error = refused(written(tmp_path, rows), "old_provinces")
    assert sorted(error.problems["code"]) == ["91", "94"]
    assert "Papua covers Papua Selatan" in told(error)


def test_provinces_that_share_a_code_are_not_to_be_merged(
    tmp_path, monkeypatch, provinces
):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    old = {"92": "91", "95": "94", "96": "94", "97": "94"}
    rows = [
        ({"kode": old.get(c, c), "provinsi": regions.name(c)}, shape)
        for c, shape in provinces.items()
    ]
    path = written(tmp_path, rows)
    with pytest.raises(Refused) as caught:
        intake.add_boundaries(path)
    assert caught.value.code == "shared_codes" and "do not merge" in told(caught.value)
    own = intake.add_boundaries(path, table=caught.value.fields["table"])
    assert own.shapes["region"].tolist() == sorted(provinces)


def test_parts_of_one_region_are_to_be_merged_and_a_copy_deleted(tmp_path, east_java):
    (p, shape), other = east_java[0], east_java[1]
    west, _, east, _ = shape.bounds
    middle = (west + east) / 2
    halves = [
        shapely.intersection(shape, shapely.box(a, -12, b, 7))
        for a, b in ((94, middle), (middle, 142))
    ]
    code = {"kode_bps": p["kode_bps_2022"]}
    rows = [
        *((code, half) for half in halves),
        ({"kode_bps": other[0]["kode_bps_2022"]}, other[1]),
    ]
    assert "Dissolve" in told(refused(written(tmp_path, rows), "parts_of_regions"))
    rows = [(code, shape), (code, shape)]
    error = told(refused(written(tmp_path, rows), "duplicate_codes"))
    assert "Dissolve" not in error and "delete one" in error


# --- a part never passes as the whole -------------------------------------------


@pytest.mark.parametrize("share", [0.001, 0.05, 0.3, 0.6])
def test_a_part_of_any_kabupaten_is_refused(tmp_path, east_java, share):
    for p, shape in east_java[::6]:
        low, high = shape.bounds[0], shape.bounds[2]
        for _ in range(40):  # cut from the west until the share is met
            middle = (low + high) / 2
            part = shapely.intersection(shape, shapely.box(94, -12, middle, 7))
            low, high = (
                (middle, high) if part.area < share * shape.area else (low, middle)
            )
        path = written(tmp_path, [({"kode_bps": p["kode_bps_2022"]}, part)])
        with pytest.raises(Refused) as caught:
            read(path)
        assert caught.value.code in ("not_whole", "crossed_codes"), p["nama"]
        assert len(caught.value.problems) == 1


def test_discs_desa_and_a_kabupaten_do_not_pass_as_more(tmp_path, east_java):
    points = regions.kecamatan("35").drop_duplicates("region")
    discs = [
        ({"kode_kab": r.region}, shapely.Point(r.lon, r.lat).buffer(0.027))
        for r in points.itertuples()
    ]
    assert len(refused(written(tmp_path, discs), "not_whole").problems) > 30
    desa = [(p | {"iddesa": f"{p['kode_kab']}010001"}, s) for p, s in discs]
    refused(written(tmp_path, desa), "villages")
    twins = [desa[0], (desa[0][0] | {"iddesa": "3501010002"}, desa[1][1])]
    refused(written(tmp_path, twins), "villages")
    pacitan = next(s for p, s in east_java if p["kode_bps_2022"] == "3501")
    refused(written(tmp_path, [({"kode": "35"}, pacitan)]), "not_whole")
    kecamatan = regions.kecamatan("3501").iloc[0]
    desa = shapely.Point(kecamatan["lon"], kecamatan["lat"]).buffer(0.015)
    refused(written(tmp_path, [({"kode": kecamatan["kemendagri"]}, desa)]), "not_whole")


def test_areas_are_those_of_the_sphere():
    # a quarter of the northern half: an eighth of 4 pi r squared
    octant = np.array([shapely.segmentize(shapely.box(0, 0, 90, 90), 1)])
    assert extent.area(octant)[0] == pytest.approx(510_065_600 / 8, rel=1e-4)


# --- names, axes, projections ---------------------------------------------------


def test_a_former_name_beside_a_right_code_is_right_and_the_kota_is_not(
    tmp_path, nation
):
    former = {"6104": "Pontianak", "7605": "KAB. MAMUJU UTARA", "1206": "Toba Samosir"}
    rows = [row for row in nation if row[0]["kode_bps_2022"] in (*former, "6171")]

    def layout(p):
        code = p["kode_bps_2022"]
        return {"kode_bps": code, "nama": former.get(code, p["nama"])}

    assert len(read(laid_out(tmp_path, rows, layout)).shapes) == 4
    former["6104"] = "Kota Pontianak"
    error = refused(laid_out(tmp_path, rows, layout), "crossed_codes")
    assert error.problems[["code", "name"]].values.tolist() == [
        ["6104", "Kota Pontianak"]
    ]


def test_the_name_beside_a_problem_is_the_shapes_own(tmp_path, east_java):
    rows = [
        ({"provinsi": "Jawa Timur", "kode_bps": "3599", "kabkota": "Pacitan"}, s)
        if p["kode_bps_2022"] == "3501"
        else (
            {
                "provinsi": "Jawa Timur",
                "kode_bps": p["kode_bps_2022"],
                "kabkota": bare(p),
            },
            s,
        )
        for p, s in east_java[:3]
    ]
    error = refused(written(tmp_path, rows), "unknown_codes")
    assert error.problems["name"].tolist() == ["Pacitan"]


def mercator(c):
    lon, lat = np.radians(c[:, 0]), np.radians(c[:, 1])
    return 6378137 * np.column_stack([lon, np.log(np.tan(np.pi / 4 + lat / 2))])


def utm(c):
    return np.column_stack([5e5 + (c[:, 0] - 111) * 110_000, 1e7 + c[:, 1] * 110_574])


@pytest.mark.parametrize(
    ("crs", "to", "code", "said"),
    [
        ("EPSG:3857", mercator, "projected", "EPSG:3857"),
        (None, mercator, "metres", "EPSG:3857"),
        ("EPSG:4326", mercator, "metres", "EPSG:3857"),  # the label is wrong
        (None, utm, "metres", "EPSG:32746-32754"),
        (None, lambda c: c[:, ::-1], "swapped", "latitude"),
    ],
)
def test_coordinates_are_told_by_what_they_are(
    tmp_path, east_java, crs, to, code, said
):
    shapes = [shapely.transform(s, to) for _, s in east_java]
    pyogrio.raw.write(
        tmp_path / "a.shp",
        shapely.to_wkb(shapes),
        [np.array([p["kode_bps_2022"] for p, _ in east_java], object)],
        fields=["kode_bps"],
        geometry_type="MultiPolygon",
        crs=crs or "EPSG:4326",
        driver="ESRI Shapefile",
    )
    if crs is None:
        (tmp_path / "a.prj").unlink()
    assert said in told(refused(tmp_path / "a.shp", code))


def test_one_row_with_its_axes_swapped_is_named(tmp_path, east_java):
    rows = [({"kode_bps": p["kode_bps_2022"]}, s) for p, s in east_java[:3]]
    rows[1] = (rows[1][0], shapely.transform(rows[1][1], lambda c: c[:, ::-1]))
    assert refused(written(tmp_path, rows), "swapped").problems["row"].tolist() == [2]


# --- what is said ---------------------------------------------------------------


def said_of(path, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    monkeypatch.setenv("SEPAKAT_LANGUAGE", "en")
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.setattr("sys.argv", ["sepakat", "data", "add-boundaries", str(path)])
    with contextlib.suppress(SystemExit):
        cli.main()
    return "".join(capsys.readouterr())


def test_maps_are_said_to_use_only_what_they_draw(
    tmp_path, monkeypatch, capsys, east_java, provinces
):
    code = lambda p: {"kode_bps": p["kode_bps_2022"]}  # noqa: E731
    half = laid_out(tmp_path, east_java[:20], code)
    out = said_of(half, tmp_path, monkeypatch, capsys)
    assert "do not use them yet" in out and "from now on" not in out
    assert places.around("3501").schematic
    out = said_of(laid_out(tmp_path, east_java, code), tmp_path, monkeypatch, capsys)
    assert "Maps use them from now on: Jawa Timur (35)" in out
    assert "stays schematic" in out and not places.around("3501").schematic
    rows = [({"kode": c}, shape) for c, shape in provinces.items()]
    out = said_of(written(tmp_path, rows), tmp_path, monkeypatch, capsys)
    assert "No map uses them" in out and "from now on" not in out


def test_shapes_of_another_province_stay(tmp_path, monkeypatch, nation, east_java):
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path / "data"))
    code = lambda p: {"kode_bps": p["kode_bps_2022"]}  # noqa: E731
    bali = [row for row in nation if row[0]["kode_prov_bps_2022"] == "51"]
    intake.add_boundaries(laid_out(tmp_path, east_java, code))
    intake.add_boundaries(laid_out(tmp_path, bali, code))
    assert places.drawn() == ["35", "51"]


def test_a_list_of_one_is_shown_and_kept_like_a_list_of_many(
    tmp_path, monkeypatch, capsys, east_java
):
    rows = [({"kode_bps": p["kode_bps_2022"]}, s) for p, s in east_java[:3]]
    rows[1][0]["kode_bps"] = "3599"
    out = said_of(written(tmp_path, rows), tmp_path, monkeypatch, capsys)
    assert "3599" in out and "problems.csv" in out
    assert len(pd.read_csv(tmp_path / "data" / "problems.csv")) == 1
