"""Venns tell the truth about areas, and every number stands somewhere."""

import math
import re
from itertools import combinations
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sepakat_lib import figures
from sepakat_lib.figures import circles
from sepakat_lib.figures.venn import _COLOURS, RADIUS

SVG = "{http://www.w3.org/2000/svg}"
TWO = ["A", "B", "AB", "none"]
THREE = ["A", "B", "C", "AB", "AC", "BC", "ABC", "none"]
LABELS = ["Tanpa jaminan sosial", "Tanpa jaminan kesehatan", "Tanpa <jalan> & jembatan"]
POOREST = dict(zip(TWO, (61, 3, 9, 27), strict=True))
VILLAGES = dict(zip(THREE, (22, 9, 6, 8, 5, 3, 7, 40), strict=True))
HARD = {
    "an empty set": dict(zip(TWO, (72.1, 0, 0, 27.9), strict=True)),
    "one inside the other": dict(zip(TWO, (30, 0, 10, 60), strict=True)),
    "identical": dict(zip(TWO, (0, 0, 40, 60), strict=True)),
    "nobody in any": dict(zip(TWO, (0, 0, 0, 100), strict=True)),
    "everybody in both": dict(zip(TWO, (0, 0, 100, 0), strict=True)),
    "a sliver": dict(zip(TWO, (50, 30, 0.02, 19.98), strict=True)),
    "only pairs": dict(zip(THREE, (0, 0, 0, 20, 20, 20, 0, 40), strict=True)),
    "no middle": dict(zip(THREE, (10, 10, 10, 10, 10, 10, 0, 40), strict=True)),
    "a chain": dict(zip(THREE, (20, 20, 10, 10, 0, 10, 0, 30), strict=True)),
    "nested": dict(zip(THREE, (30, 0, 0, 20, 0, 0, 10, 40), strict=True)),
    "two in one": dict(zip(THREE, (30, 0, 0, 15, 15, 0, 0, 40), strict=True)),
    "three the same": dict(zip(THREE, (0, 0, 0, 0, 0, 0, 40, 60), strict=True)),
    "apart": dict(zip(THREE, (33, 33, 34, 0, 0, 0, 0, 0), strict=True)),
    "two of three": dict(zip(THREE, (20, 20, 0, 10, 0, 0, 0, 50), strict=True)),
    "one of three": dict(zip(THREE, (0, 0, 25, 0, 0, 0, 0, 75), strict=True)),
    "all small": dict(zip(THREE, (4, 2, 1, 1, 0.6, 0.4, 0.5, 90.5), strict=True)),
}


def a_table(shares, **changes):
    values = np.array(list(shares.values()), dtype=float)
    given = {
        "region": list(shares),
        "value": values,
        "low": np.maximum(values - 3, 0),
        "high": np.minimum(values + 3, 100),
        "mark": "",
        "persons": values * 1100,
        "persons_mark": "",
    }
    return pd.DataFrame(given | changes)


def drawn(shares, **say):
    table = shares if isinstance(shares, pd.DataFrame) else a_table(shares)
    sets = LABELS[: 2 if len(table) == 4 else 3]
    given = {"sets": sets, "alt": 'Tanpa keduanya: 9 % & "61"', "language": "id"}
    return figures.venn(table, **(given | say))


def parsed(markup):
    return ElementTree.fromstring(markup)


def said(svg):
    return [element.text for element in svg.iter(f"{SVG}text")]


def outlines(svg):
    """The circles as drawn: x, y and radius by letter, told apart by their colour."""
    colours = {colour: letter for letter, colour in _COLOURS.items()}
    return {
        colours[each.get("stroke")]: tuple(
            float(each.get(key)) for key in ("cx", "cy", "r")
        )
        for each in svg.iter(f"{SVG}circle")
        if each.get("fill") == "none"
    }


def measured(found, names, points=600):
    """Area of each region by counting the points of a fine grid, in percent."""
    if not found:
        return dict.fromkeys(names, 0.0)
    x, y, r = np.array(list(found.values())).T
    across = np.linspace((x - r).min(), (x + r).max(), points)
    down = np.linspace((y - r).min(), (y + r).max(), points)
    grid_x, grid_y = np.meshgrid(across, down)
    cell = (across[1] - across[0]) * (down[1] - down[0])
    inside = {
        letter: (grid_x - cx) ** 2 + (grid_y - cy) ** 2 < radius**2
        for letter, (cx, cy, radius) in found.items()
    }
    nowhere = np.zeros(grid_x.shape, dtype=bool)
    areas = {}
    for name in names:
        held = ~nowhere
        for letter in "ABC":
            member = inside.get(letter, nowhere)
            held = held & (member if letter in name else ~member)
        areas[name] = 100 * held.sum() * cell / (math.pi * RADIUS**2)
    return areas


def whole_set(shares, letters):
    """Percent of those in all of these sets, whatever else they are in."""
    return sum(v for k, v in shares.items() if k != "none" and set(letters) <= set(k))


splits = st.lists(st.integers(0, 50), min_size=4, max_size=4).filter(sum)


@settings(max_examples=15, deadline=None)
@given(splits)
@example([0, 0, 1, 0])
@example([1, 0, 50, 0])
def test_two_circles_and_their_overlap_are_as_large_as_the_numbers(parts):
    values = np.array(parts) * 100 / sum(parts)
    shares = dict(zip(TWO, values, strict=True))
    areas = measured(outlines(parsed(drawn(shares))), TWO[:3])
    for name, area in areas.items():
        assert area == pytest.approx(shares[name], rel=0.01, abs=0.15)


def test_two_hundred_thousandths_match_the_formula_of_the_lens():
    # Circles of radius 1 at distance 1 share 2 pi / 3 - sqrt(3) / 2 (a vesica piscis)
    lens = (2 * math.pi / 3 - math.sqrt(3) / 2) / math.pi
    found = circles.fitted({"A": 1 - lens, "B": 1 - lens, "AB": lens})
    assert found["B"].x - found["A"].x == pytest.approx(1, abs=1e-9)
    assert found["A"].r == found["B"].r == pytest.approx(1)


@pytest.mark.parametrize("name", HARD)
def test_each_circle_is_as_large_as_its_set(name):
    shares = HARD[name]
    found = outlines(parsed(drawn(shares)))
    for letter in sorted(set("".join(shares)) & set("ABC")):
        whole = whole_set(shares, letter)
        radius = found[letter][2] if letter in found else 0
        assert 100 * (radius / RADIUS) ** 2 == pytest.approx(whole, abs=0.02)


@pytest.mark.parametrize("shares", [VILLAGES, *HARD.values()])
def test_no_region_is_further_off_than_is_told(shares):
    names = [name for name in shares if name != "none"]
    areas = measured(outlines(parsed(drawn(shares))), names)
    worst = max(abs(areas[name] - shares[name]) for name in names)
    assert worst == pytest.approx(figures.area_error(a_table(shares)), abs=0.15)


def test_the_example_of_villages_is_nearly_to_scale():
    assert figures.area_error(a_table(VILLAGES)) < 0.5
    assert figures.area_error(a_table(POOREST)) < 0.02


@pytest.mark.parametrize("name", ["a chain", "nested", "two in one", "apart"])
def test_three_circles_that_can_be_exact_are(name):
    assert figures.area_error(a_table(HARD[name])) < 0.1


@settings(max_examples=15, deadline=None)
@given(st.lists(st.integers(1, 40), min_size=8, max_size=8))
def test_the_common_part_of_any_two_of_three_sets_is_to_scale_if_a_triangle_is(parts):
    shares = dict(zip(THREE, np.array(parts) / sum(parts), strict=True))
    del shares["none"]
    found = circles.fitted(shares)
    if circles.error(shares) < 0.0005:
        return
    sides = {}
    for pair in combinations("ABC", 2):
        common = whole_set(shares, pair)
        one, other = (math.sqrt(whole_set(shares, letter)) for letter in pair)
        low, high = abs(one - other), one + other
        for _ in range(60):
            middle = (low + high) / 2
            wide = circles.lens(middle, one, other) > math.pi * common
            low, high = (middle, high) if wide else (low, middle)
        sides[pair] = low
    longest = max(sides.values())
    if sum(sides.values()) - longest < longest + 0.01:
        return
    for (first, second), side in sides.items():
        apart = math.dist(found[first][:2], found[second][:2])
        assert apart == pytest.approx(side, abs=0.02)


@pytest.mark.parametrize("shares", [POOREST, VILLAGES, *HARD.values()])
def test_every_number_but_an_empty_one_stands_in_the_picture(shares):
    table = a_table(shares, low=math.nan, high=math.nan)
    words = " ".join(said(parsed(drawn(table))))
    for name, value in shares.items():
        if value > 0 or name == "none":
            assert f"{value:.2f} %".replace(".", ",") in words


def test_a_region_that_is_empty_and_not_drawn_has_no_number():
    words = said(parsed(drawn(HARD["one inside the other"])))
    assert [word for word in words if "%" in word] == [
        "tidak satu pun: 60 %",
        "30 %",
        "10 %",
    ]


def test_a_set_without_people_has_a_name_and_no_circle():
    svg = parsed(drawn(HARD["an empty set"]))
    assert list(outlines(svg)) == ["A"]
    assert "kesehatan: tidak ada" in " ".join(said(svg))
    assert not outlines(parsed(drawn(HARD["nobody in any"])))


def test_an_empty_region_that_circles_cannot_avoid_is_white_and_says_zero():
    for name, regions in (("only pairs", 4), ("no middle", 1)):
        svg = parsed(drawn(HARD[name]))
        white = list(svg.iter(f"{SVG}path"))
        assert len(white) == regions
        assert {path.get("fill") for path in white} == {"#ffffff"}
        assert said(svg).count("0 %") == regions
    assert not list(parsed(drawn(VILLAGES)).iter(f"{SVG}path"))


def test_people_whom_circles_cannot_show_are_told_in_words_below():
    # A holds B and C, which share no one outside it: no place is left for B with C
    shares = dict(zip(THREE, (0, 0, 0, 40, 30, 10, 0, 20), strict=True))
    words = " ".join(said(parsed(drawn(shares))))
    assert "10 %, tidak dapat digambar dengan lingkaran." in words
    assert figures.area_error(a_table(shares)) == pytest.approx(10, abs=0.1)


@settings(max_examples=10, deadline=None)
@given(st.lists(st.sampled_from([0, 0, 0.01, 1, 5, 20]), min_size=7, max_size=7))
def test_no_number_is_lost_however_people_divide(parts):
    values = np.array([*parts, 3.0]) * 100 / (sum(parts) + 3)
    shares = dict(zip(THREE, values, strict=True))
    table = a_table(shares, low=math.nan, high=math.nan)
    words = " ".join(said(parsed(drawn(table))))
    for value in values:
        assert not value or f"{value:.2f} %".replace(".", ",") in words


def test_a_hundred_percent_is_one_size_so_that_two_venns_compare():
    poorest = outlines(parsed(drawn(POOREST)))
    richest = outlines(parsed(drawn(dict(zip(TWO, (38, 6, 4, 52), strict=True)))))
    ratio = (poorest["A"][2] / richest["A"][2]) ** 2
    assert ratio == pytest.approx(70 / 42, rel=0.01)


@pytest.mark.parametrize("shares", [POOREST, VILLAGES, *HARD.values()])
def test_all_stands_inside_the_picture_and_words_do_not_cover_words(shares):
    svg = parsed(drawn(shares, title="Seperlima termiskin"))
    _, _, width, height = map(float, svg.get("viewBox").split())
    for x, y, r in outlines(svg).values():
        assert r <= x <= width - r
        assert r <= y <= height - r
    boxes = []
    for text in svg.iter(f"{SVG}text"):
        size = float(re.search(r"font-size:([\d.]+)px", text.get("style"))[1])
        across = 0.5 * size * len(text.text)  # as a system font has it on average
        shift = {"start": 0, "middle": -0.5, "end": -1}[text.get("text-anchor")]
        left = float(text.get("x")) + shift * across
        foot = float(text.get("y"))
        assert left >= 0
        assert left + across <= width
        assert 0 < foot < height
        boxes.append((left, left + across, foot - 0.7 * size, foot))
    for one, other in combinations(boxes, 2):
        beside = one[1] <= other[0] or other[1] <= one[0]
        assert beside or one[3] <= other[2] or other[3] <= one[2]


def test_two_stand_side_by_side_in_a_column_and_letters_stay_readable_on_a_telephone():
    svg = parsed(drawn(POOREST))
    width = float(svg.get("viewBox").split()[2])
    assert 2 * width <= 696
    assert svg.get("style").startswith(f"width:min(100%,{width / 16:g}rem)")
    for text in svg.iter(f"{SVG}text"):
        size = float(re.search(r"font-size:([\d.]+)px", text.get("style"))[1])
        assert size * 296 / width >= 11


def test_the_number_tells_its_interval_and_people_when_pointed_at():
    more = {title.text for title in parsed(drawn(POOREST)).iter(f"{SVG}title")}
    assert "61 % (rentang 58–64), 67,1 ribu orang" in more
    unsure = a_table(POOREST, persons_mark="*", mark="**")
    more = {title.text for title in parsed(drawn(unsure)).iter(f"{SVG}title")}
    assert "61 % ** (rentang 58–64), 67,1* ribu orang" in more
    table = a_table(POOREST, low=math.nan, high=math.nan)
    more = {t.text for t in parsed(drawn(table, language="en")).iter(f"{SVG}title")}
    assert "9.00%, 9,900 people" in more


def test_an_uncertain_number_carries_its_mark():
    marked = a_table(POOREST, mark=["", "*", "**", ""])
    assert {"3 % *", "9 % **"} <= set(said(parsed(drawn(marked))))


def test_equal_data_give_equal_bytes_whatever_their_order():
    circles._fitted.cache_clear()
    first = drawn(VILLAGES)
    circles._fitted.cache_clear()
    assert drawn(a_table(VILLAGES).iloc[::-1]) == first


def test_a_venn_holds_no_script_no_address_and_no_id():
    markup = drawn(VILLAGES).replace('xmlns="http://www.w3.org/2000/svg"', "")
    for foreign in ("http", "<script", "url(", "@import", " id=", "href"):
        assert foreign not in markup


def test_a_venn_says_aloud_what_it_shows_and_keeps_signs():
    svg = parsed(drawn(VILLAGES))
    assert svg.get("role") == "img"
    assert svg.get("aria-label") == svg.find(f"{SVG}title").text
    assert "<jalan> &" in " ".join(said(svg))
    with pytest.raises(ValueError, match="alt text"):
        drawn(POOREST, alt=" ")


def test_a_hidden_region_is_refused_for_areas_would_be_guessed():
    table = a_table(POOREST)
    table.loc[1, ["value", "low", "high"]] = math.nan
    with pytest.raises(ValueError, match="show the table"):
        drawn(table)


@pytest.mark.parametrize(
    ("shares", "message"),
    [
        (dict(zip(TWO, (61, 3, 9, 20), strict=True)), "together 100"),
        (dict(zip(TWO, (61, -3, 15, 27), strict=True)), "below 0"),
        (dict(zip(["A", "B", "BA", "none"], (61, 3, 9, 27), strict=True)), "regions A"),
        ({"A": 61, "B": 39}, "regions A"),
    ],
)
def test_regions_that_are_not_a_whole_are_refused(shares, message):
    table = a_table(shares, low=math.nan, high=math.nan)
    with pytest.raises(ValueError, match=message):
        drawn(table, sets=LABELS[:2])


@pytest.mark.parametrize("sets", [LABELS[:1], [*LABELS, "D"]])
def test_another_number_of_sets_is_refused(sets):
    with pytest.raises(ValueError, match="two or three"):
        drawn(POOREST, sets=sets)
