import itertools
import math
import re
from pathlib import Path
from xml.etree import ElementTree

import folium
import numpy as np
import pandas as pd
import pytest
import shapely
from folium.plugins import Fullscreen
from hypothesis import given, settings
from hypothesis import strategies as st

from sepakat_lib import regions, words
from sepakat_lib.figures import classes, drawing, hatching, leaflet, maps, naming
from sepakat_lib.figures import schematic as schema

SVG = "{http://www.w3.org/2000/svg}"
ALT = 'Peta "kemiskinan" & <lainnya>: dari 5,1 sampai 16,9 persen.'
KM2 = 111.2**2 * math.cos(math.radians(2.5))  # of a square degree, near enough
REAL = Path(__file__).resolve().parents[1] / ".." / "shared" / "data" / "boundaries"


def shapes_of(geometries, names=None):
    names = names or [f"Wilayah {k}" for k in range(len(geometries))]
    return pd.DataFrame(
        {
            "region": [f"{k:04d}" for k in range(len(geometries))],
            "name": names,
            "geometry": shapely.to_wkb(geometries),
        }
    )


def values_of(shapes, values, marks=None, labels=None):
    return pd.DataFrame(
        {
            "region": shapes["region"],
            "value": values,
            "mark": marks or [""] * len(shapes),
            "label": labels or [""] * len(shapes),
        }
    )


ROW = [shapely.box(110 + k, -8, 111 + k, -7) for k in range(6)]
SHAPES = shapes_of(ROW)
VALUES = values_of(
    SHAPES.iloc[:5],
    [5.1, 8.2, 16.9, 30.0, math.nan],
    ["", "*", "no_error", "**", "few"],
    ["a", "<b> & c", "", "", ""],
)


def drawn(shapes=SHAPES, values=VALUES, **changes):
    options = {"unit": "persen", "alt": ALT, "language": "id", "schematic": True}
    return maps.choropleth(shapes, values, **options | changes)


def pages(text):
    """The two drawings, parsed."""
    inside = re.sub("<style>.*?</style>", "", text)
    return ElementTree.fromstring(f"<both>{inside}</both>").findall(f"{SVG}svg")


def words_in(text):
    return [node.text for node in pages(text)[0].iter(f"{SVG}text")]


def fills(text, colour):
    """Number of regions painted in a colour, in the wide drawing."""
    land = pages(text)[0].find(f"{SVG}g")
    return sum(
        len(group.findall(f"{SVG}path"))
        for group in land.iter(f"{SVG}g")
        if group.get("fill") == colour
    )


# --- shapes made from points --------------------------------------------------


@pytest.fixture(scope="module")
def nation():
    parts = regions.kecamatan("00")
    parts["cell"] = schema.cells(parts["lon"], parts["lat"], parts["area_km2"])
    return parts


def test_every_kecamatan_has_one_whole_cell_round_its_own_point(nation):
    cell = nation["cell"].to_numpy()
    assert (shapely.get_type_id(cell) == 3).all()
    assert shapely.is_valid(cell).all()
    points = shapely.points(nation["lon"], nation["lat"])
    tree = shapely.STRtree(cell)
    assert np.array_equal(tree.query(points, predicate="within")[0], nation.index)
    assert np.array_equal(tree.query(points, predicate="within")[1], nation.index)


def test_cells_do_not_overlap(nation):
    whole = shapely.union_all(nation["cell"].to_numpy())
    assert whole.area == pytest.approx(shapely.area(nation["cell"]).sum(), rel=1e-9)


def test_cells_are_about_as_large_as_the_land_they_stand_for(nation):
    drawn_km2 = shapely.area(nation["cell"]) * KM2
    assert drawn_km2.sum() == pytest.approx(nation["area_km2"].sum(), rel=0.1)
    by_region = drawn_km2.groupby(nation["region"]).sum()
    ratio = by_region / nation.groupby("region")["area_km2"].sum()
    assert ratio.between(0.5, 2).mean() > 0.9


def test_a_cell_far_from_all_others_is_a_disc_of_its_area():
    far = schema.cells([100, 120], [0, 0], [100, 400])
    for cell, km2 in zip(far, (100, 400), strict=True):
        assert cell.area * KM2 == pytest.approx(1.3**2 * km2, rel=0.02)
        roundness = 4 * math.pi * cell.area / cell.length**2
        assert roundness > 0.98


@given(
    st.lists(
        st.tuples(st.floats(100, 101), st.floats(-5, -4), st.floats(0.3, 5000)),
        min_size=1,
        max_size=12,
        unique_by=lambda p: (round(p[0], 3), round(p[1], 3)),
    )
)
@settings(max_examples=60, deadline=None)
def test_any_points_get_cells_apart_from_each_other(points):
    lon, lat, area = zip(*points, strict=True)
    found = schema.cells(lon, lat, area)
    assert shapely.contains(found, shapely.points(lon, lat)).all()
    for one, other in itertools.combinations(found, 2):
        assert one.intersection(other).area < 1e-9


@pytest.mark.parametrize("region", ["1372", "1374", "3101", "9501", "2101", "3578"])
def test_a_region_looks_the_same_on_its_own_map_as_on_the_nations(nation, region):
    here = shapely.from_wkb(schema.shapes(region, "kecamatan")["geometry"].to_numpy())
    there = nation[nation["region"] == region]["cell"].to_numpy()
    apart = shapely.area(shapely.symmetric_difference(here, there)).sum()
    assert apart < 1e-6 * shapely.area(there).sum()


def test_a_kabupaten_of_two_kecamatan_has_two_shapes():
    found = schema.shapes("1372", "kecamatan")
    assert found["name"].tolist() == regions.kecamatan("1372")["name"].tolist()
    assert (shapely.area(shapely.from_wkb(found["geometry"])) > 0).all()


@pytest.mark.parametrize(
    ("region", "level", "expected"),
    [
        ("35", "kabupaten", regions.members("35")),
        ("00", "province", regions.peers("35", "nation")),
        ("00", "kabupaten", regions.members("00")),
    ],
)
def test_each_part_of_a_region_has_a_shape_and_a_name(region, level, expected):
    found = schema.shapes(region, level)
    assert found["region"].tolist() == sorted(expected)
    assert found["name"].tolist() == [regions.short_name(r) for r in sorted(expected)]
    assert (found["level"] == level).all()
    assert shapely.is_valid(shapely.from_wkb(found["geometry"])).all()


@pytest.mark.skipif(not REAL.is_dir(), reason="no real boundaries to hold against here")
def test_neighbours_on_the_schematic_map_are_mostly_real_neighbours():
    from sepakat_lib.sources import boundaries

    def neighbours(table):
        shape = shapely.from_wkb(table["geometry"].to_numpy())
        # real files leave slits of some ten metres between neighbours
        pairs = shapely.STRtree(shape).query(shape, predicate="dwithin", distance=0.003)
        return {(i, j) for i, j in zip(*pairs, strict=True) if i < j}

    real = boundaries.read(REAL / "kabkota_514.geojson").shapes
    real = real[real["region"].str.startswith("35")].reset_index(drop=True)
    shown, true = neighbours(schema.shapes("35", "kabupaten")), neighbours(real)
    assert len(shown & true) / len(shown | true) > 0.8


@pytest.mark.parametrize(
    ("points", "said"),
    [
        (([], [], []), "no point"),
        (([100, 100], [0, 0], [5, 5]), "came twice"),
        (([100, math.nan], [0, 0], [5, 5]), "1 lack one"),
        (([100, 101], [0, 0], [5, 0]), "1 lack one"),
    ],
)
def test_points_that_cannot_be_drawn_are_refused(points, said):
    with pytest.raises(ValueError, match=said):
        schema.cells(*points)


def test_a_level_that_is_not_there_is_refused():
    with pytest.raises(ValueError, match="kecamatan, kabupaten, province"):
        schema.shapes("35", "desa")
    with pytest.raises(ValueError, match="no provinces"):
        schema.shapes("3501", "province")


# --- classes ------------------------------------------------------------------


finite = st.floats(-1e6, 1e6).map(lambda v: round(v, 3))


@given(st.lists(finite, min_size=1, max_size=80), st.integers(1, 5))
@settings(deadline=None)
def test_every_value_lies_within_the_printed_bounds_of_its_class(values, most):
    series = pd.Series(values, dtype=float)
    found = classes.classify(series, pd.Series([""] * len(values)), most)
    assert 1 <= len(found.bounds) - 1 <= most
    slack = 0.5 * 10.0**-found.digits if found.bounds[0] == found.bounds[-1] else 1e-9
    for value, number in zip(values, found.number, strict=True):
        assert found.bounds[number] - slack <= value <= found.bounds[number + 1] + slack
    assert len(set(found.texts("id"))) == len(found.texts("id"))


@given(st.lists(finite, min_size=5, max_size=80, unique=True))
@settings(deadline=None)
def test_no_class_is_empty(values):
    found = classes.classify(pd.Series(values), pd.Series([""] * len(values)))
    assert set(found.number) == set(range(len(found.bounds) - 1))


def test_classes_hold_about_equally_many_and_have_few_digits():
    found = classes.classify(pd.Series(np.arange(1, 101) / 10), pd.Series([""] * 100))
    assert found.bounds == [0, 2, 4, 6, 8, 10] and found.digits == 0
    assert np.bincount(found.number).tolist() == [19, 20, 20, 20, 21]


def test_a_value_on_a_bound_belongs_to_the_class_above():
    found = classes.classify(pd.Series([1.0, 2, 3, 4]), pd.Series([""] * 4), 3)
    for value, number in zip([1, 2, 3, 4], found.number, strict=True):
        if value in found.bounds[1:-1]:
            assert found.bounds[number] == value


def test_values_not_to_be_used_have_no_say_in_the_bounds():
    marks = pd.Series(["", "", "", "**", "few"])
    found = classes.classify(pd.Series([1.0, 2, 3, 999, 888]), marks)
    assert found.bounds[-1] == 3
    assert found.number.tolist()[3:] == [-1, -1]
    assert found.kind.tolist() == ["shaded"] * 3 + ["blank"] * 2


def test_one_value_for_all_is_one_class():
    found = classes.classify(pd.Series([7.25, 7.25]), pd.Series(["", ""]))
    assert found.texts("id") == ["7,25"] and found.number.tolist() == [0, 0]


def test_nothing_to_shade_has_no_classes():
    found = classes.classify(pd.Series([math.nan, 5]), pd.Series(["", "**"]))
    assert found.bounds == [] and found.kind.tolist() == ["no_data", "blank"]


def test_shades_darken_evenly_and_end_in_the_own_colour():
    def lightness(colour):
        parts = [int(colour[k : k + 2], 16) / 255 for k in (1, 3, 5)]
        linear = [
            p / 12.92 if p <= 0.04045 else ((p + 0.055) / 1.055) ** 2.4 for p in parts
        ]
        luminance = np.dot(linear, [0.2126, 0.7152, 0.0722])
        return 116 * luminance ** (1 / 3) - 16  # CIE L*

    steps = -np.diff([lightness(shade) for shade in classes.SHADES])
    assert (steps > 8).all() and steps.max() < 2 * steps.min()
    assert classes.SHADES[-1] == drawing.OWN


@pytest.mark.parametrize(
    ("values", "marks", "count", "said"),
    [
        ([1.0, 2], ["", ""], 6, "1 to 5"),
        ([1.0, 2], ["", "***"], 5, r"'\*\*\*' came"),
        ([1.0, math.inf], ["", ""], 5, "infinite"),
    ],
)
def test_what_cannot_be_classed_is_refused(values, marks, count, said):
    with pytest.raises(ValueError, match=said):
        classes.classify(pd.Series(values), pd.Series(marks), count)


# --- drawing ------------------------------------------------------------------


def test_the_map_says_that_its_shapes_are_schematic_in_the_picture_and_aloud():
    for language in words.LANGUAGES:
        note = words.say("map.schematic", language)
        shown = drawn(language=language)
        for page in pages(shown):
            lines = [n.text for n in page.iter(f"{SVG}text") if n.get("font-style")]
            assert " ".join(lines) == note
            assert page.get("aria-label").endswith(note)
        assert note not in drawn(language=language, schematic=False)


def test_whether_shapes_are_schematic_must_be_said():
    options = {"unit": "persen", "alt": ALT, "language": "id"}
    with pytest.raises(TypeError, match="schematic"):
        maps.choropleth(SHAPES, VALUES, **options)


def test_every_region_is_painted_by_what_is_known_of_it():
    """Three shaded values (one hatched), two blank, and one without data."""
    shown = drawn()
    assert [fills(shown, classes.SHADES[k]) for k in (0, 2, 4)] == [1, 1, 1]
    assert fills(shown, "#fff") == 3
    legend = " ".join(filter(None, words_in(shown)))
    for key in ("map.care", "map.blank", "map.no_data"):
        assert words.say(key, "id") in legend


def test_signs_are_explained_only_where_they_occur():
    plain = values_of(SHAPES, [1.0, 2, 3, 4, 5, 6])
    legend = " ".join(filter(None, words_in(drawn(values=plain))))
    for key in ("map.care", "map.blank", "map.no_data"):
        assert words.say(key, "id") not in legend
    assert "stroke-opacity" not in drawn(values=plain)


def test_the_own_region_is_outlined_and_named_in_bold():
    shown = drawn(own="0002")
    bold = [
        node.text
        for node in pages(shown)[0].iter(f"{SVG}text")
        if node.get("font-weight") == "bold"
    ]
    assert bold == ["Wilayah 2"]
    assert shown.count(f'stroke="{drawing.INK}" stroke-width="24"') == 2
    assert 'font-weight="bold"' not in drawn()


def test_both_widths_are_drawn_readable_and_the_page_picks_one():
    wide, narrow = pages(drawn())
    assert wide.get("viewBox").split()[2] == str(drawing.WIDE)
    assert narrow.get("viewBox").split()[2] == str(drawing.NARROW)
    for page in (wide, narrow):
        assert page.get("font-size") == "12"  # one unit is one pixel in its own width
        _, _, width, height = map(float, page.get("viewBox").split())
        for node in page.iter(f"{SVG}text"):
            inside = 0 <= float(node.get("x")) <= width
            assert inside and 0 <= float(node.get("y")) <= height


def test_a_map_has_no_id_no_script_and_no_address():
    shown = drawn(own="0001")
    assert not re.search(r'\bid="|<script|href|url\(', shown)
    assert set(re.findall(r"https?://[^\"]*", shown)) == {"http://www.w3.org/2000/svg"}
    assert shown == drawn(own="0001")


def test_names_and_labels_are_written_as_text():
    shapes = shapes_of(ROW, ["A & B", "<i>", "C", "D", "E", "F"])
    shown = drawn(shapes=shapes)
    assert {"A & B", "<i>"} <= set(words_in(shown))
    titles = [node.text for node in pages(shown)[0].iter(f"{SVG}title")]
    assert "<b> & c" in titles and titles[0].startswith(ALT)


def test_nothing_is_lost_in_simplifying():
    """An island of a few metres still has a place, and so has a part of it that fades."""
    speck = shapely.box(113.5, -6, 113.5001, -5.9999)
    many = shapely.multipolygons([ROW[1], speck])
    shapes = shapes_of([speck, *ROW, shapely.affinity.translate(many, 0, 3)])
    shown = drawn(shapes=shapes, values=values_of(shapes, range(8)))
    paths = [node.get("d") for node in pages(shown)[0].iter(f"{SVG}path")]
    assert len(paths) == 8
    assert all(re.fullmatch(r"(M\d+ \d+l[-\d ]+z)+", path) for path in paths)


def test_the_nation_is_drawn_light_enough_for_a_page():
    shapes = schema.shapes("00", "kabupaten")
    rng = np.random.default_rng(5)
    values = values_of(shapes, rng.uniform(2, 40, len(shapes)))
    shown = drawn(shapes=shapes, values=values, own="3501")
    assert len(shown.encode()) < 300_000
    assert len(pages(shown)[1].find(f"{SVG}g").findall(f".//{SVG}path")) >= 514


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"alt": " "}, "alt text"),
        ({"own": "3501"}, "3501"),
        ({"values": VALUES.assign(region="9999")}, "came twice|no shape"),
        ({"values": VALUES.drop(columns="mark")}, "mark is not among"),
        ({"values": pd.concat([VALUES, VALUES])}, "0000 came twice in the values"),
        ({"shapes": pd.concat([SHAPES, SHAPES])}, "0000 came twice in the shapes"),
        ({"shapes": SHAPES.iloc[1:]}, "1 regions have no shape.*0000"),
        ({"classes": 0}, "1 to 5"),
    ],
)
def test_a_map_that_would_mislead_is_refused(changes, said):
    with pytest.raises(ValueError, match=said):
        drawn(**changes)


def test_hatches_stay_inside_their_shapes_and_keep_their_distance():
    shapes = np.array([shapely.box(0, 0, 30, 20), shapely.Point(60, 10).buffer(10)])
    lines = hatching.lines(shapes, 4)
    assert shapely.union_all(shapes).buffer(1e-6).covers(lines)
    left = [line for line in lines.geoms if line.centroid.x < 30]
    gaps = [one.distance(other) for one, other in itertools.combinations(left, 2)]
    assert min(gaps) == pytest.approx(4)


def test_names_overlap_neither_each_other_nor_a_strange_shape():
    parts = [shapely.transform(s, lambda c: (c - [110, -8]) * 60) for s in ROW]
    islands = [*parts, shapely.box(20, 100, 24, 104), shapely.box(30, 100, 34, 104)]
    names = [
        "Aa",
        "Bb",
        "Sebuah nama yang amat panjang",
        "Dd",
        "Ee",
        "Ff",
        "Pulau",
        "Ujung",
    ]
    panel = (0, -30, 360, 160)
    found = naming.places(islands, names, panel)
    boxes = []
    for shape, name in zip(islands, found, strict=True):
        if name is None:
            continue
        width = naming.text_width(name.text)
        tall = naming.LINE * (1 + name.text.count("\n")) - 2
        box = naming._box(name.x, name.y, (width, tall))
        assert shapely.box(*panel).covers(box)
        for other in islands:
            assert other is shape or other.intersection(box).area < 0.1 * box.area
        boxes.append(box)
    assert len(boxes) >= 7
    for one, other in itertools.combinations(boxes, 2):
        assert not one.intersects(other)


# --- maps that move -----------------------------------------------------------


def moving(**changes):
    options = {"unit": "persen", "alt": ALT, "language": "id", "schematic": True}
    options |= {"title": "Tertinggi <b> & c", "caption": "BPS, Maret 2023."}
    return leaflet.movable_map(SHAPES, VALUES, **options | {"own": "0002"} | changes)


def test_a_map_that_moves_names_no_address():
    page = moving()
    assert set(re.findall(r"https?://[^\"'\s)]*", page)) == {
        "http://www.w3.org/2000/svg"
    }
    assert page == moving()


def test_a_map_that_moves_asks_nothing_of_the_network(browser, tmp_path):
    target = tmp_path / "map.html"
    target.write_text(moving(), "utf-8")
    page = browser.new_page(viewport={"width": 700, "height": 500})
    asked, said = [], []

    def stop(route):
        if route.request.url != target.as_uri():
            asked.append(route.request.url)
            return route.abort()
        return route.continue_()

    page.route("**/*", stop)
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(target.as_uri())
    page.wait_for_selector("path.leaflet-interactive")
    assert (asked, said) == ([], [])
    assert page.locator("path.leaflet-interactive").count() == len(SHAPES)
    said_aloud = page.locator(".folium-map").get_attribute("aria-label")
    assert said_aloud == f"{ALT} {words.say('map.schematic', 'id')}"
    assert page.locator("h1").inner_text() == page.title() == "Tertinggi <b> & c"
    assert page.locator("header p").inner_text() == "BPS, Maret 2023."
    page.locator("path.leaflet-interactive").nth(1).hover()
    assert page.locator(".leaflet-tooltip").inner_text().strip() == "<b> & c"
    middle = page.locator("path.leaflet-interactive").nth(2)
    before = middle.bounding_box()["height"]
    page.get_by_title(words.say("map.zoom_in", "id")).click()
    page.wait_for_timeout(400)
    assert middle.bounding_box()["height"] > before
    visible = page.locator(".key svg:visible")
    assert visible.count() == 1
    assert words.say("map.schematic", "id") in visible.text_content()
    page.set_viewport_size({"width": 360, "height": 500})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert (asked, said) == ([], [])
    page.close()


@pytest.mark.parametrize(
    "part",
    [
        Fullscreen(),
        folium.TileLayer("OpenStreetMap"),
        folium.Marker([-7, 112], icon=folium.CustomIcon("https://example.org/a.png")),
        folium.Element('<img src="foto.png">'),
    ],
    ids=lambda part: type(part).__name__,
)
def test_whatever_would_be_fetched_stops_the_map(part):
    drawn_map = folium.Map(tiles=None)
    if type(part) is folium.Element:
        drawn_map.get_root().html.add_child(part)
    else:
        drawn_map.add_child(part)
    with pytest.raises(RuntimeError, match="would fetch"):
        leaflet.inlined(drawn_map)


def test_the_carried_library_keeps_its_licence_and_asks_for_nothing():
    folder = leaflet.ASSETS / "leaflet-1.9.3"
    assert "Vladimir Agafonkin" in (folder / "LICENSE").read_text()
    for name in leaflet.CARRIED.values():
        text = (leaflet.ASSETS / name).read_text("utf-8")
        addresses = set(re.findall(r"https?://[^\"'\s)]*", text))
        assert addresses <= {"http://www.w3.org/2000/svg"}
        assert "sourceMappingURL" not in text and "url(images" not in text
