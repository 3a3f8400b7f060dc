import math
import re
from itertools import pairwise
from xml.etree import ElementTree

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sepakat_lib import analysis, parameters, places, reference, tables
from sepakat_lib.figures import charts, drawing, layout, pairs
from sepakat_lib.reports import analysis as blocks

SVG = "{http://www.w3.org/2000/svg}"
NAN = math.nan
SENTENCE = 'Turun dari 19,50 menjadi 13,65 persen: "lebih rendah" & <tetap> di atas'

TREND = pd.DataFrame(
    [
        ("Pacitan", "own", 2010.2, 19.5, NAN, NAN, "official"),
        ("Pacitan", "own", 2012.2, 17.2, NAN, NAN, "official"),
        ("Pacitan", "own", 2020.2, 14.5, NAN, NAN, "official"),
        ("Jawa Timur", "context", 2012.2, 13.1, NAN, NAN, "official"),
        ("Jawa Timur", "context", 2020.2, 14.4, NAN, NAN, "official"),
        ("Susenas", "own", 2020.2, 14.2, 11.3, 17.2, "survey"),
    ],
    columns=["series", "role", "year", "value", "low", "high", "source"],
)
RANKING = pd.DataFrame(
    {
        "label": ["Ngawi", "Pacitan", "Kota <Batu> & sekitarnya"],
        "value": [14.0, 18.0, 4.0],
        "low": [11.0, 15.0, NAN],
        "high": [17.0, 22.0, NAN],
        "own": [False, True, False],
    }
)
GROWTH = pd.DataFrame(
    {
        "decile": range(1, 11),
        "value": np.linspace(4, -1, 10),
        "low": np.linspace(2, -3, 10),
        "high": np.linspace(6, 1, 10),
    }
)
POOREST, RICHEST = "Seperlima termiskin", "Seperlima terkaya"
PAIRS = pd.DataFrame(
    [
        ("Air minum layak", POOREST, 66.0, 57.0, 74.0, ""),
        ("Air minum layak", RICHEST, 92.0, 86.0, 96.0, ""),
        ("Tidak memakai jamban", POOREST, 24.0, 17.0, 32.0, ""),
        ("Tidak memakai jamban", RICHEST, 3.0, 1.0, 9.0, "**"),
        ("Partisipasi sekolah 13–15 tahun", POOREST, 85.0, 68.0, 94.0, ""),
        ("Partisipasi sekolah 13–15 tahun", RICHEST, NAN, NAN, NAN, ""),
    ],
    columns=["label", "group", "value", "low", "high", "mark"],
)
SHARES = pd.DataFrame(
    {
        "label": ["Miskin", "Rentan", "Lainnya"],
        "value": [10.0, 30.0, 60.0],
        "low": [8.0, 27.0, 56.0],
        "high": [12.0, 33.0, 64.0],
        "mark": ["*", "", ""],
    }
)

SAY = {"alt": SENTENCE, "language": "id"}
DRAW = {
    "trend": (TREND, lambda t, **say: charts.trend(t, unit="persen", **say)),
    "ranking": (RANKING, lambda t, **say: charts.ranking(t, unit="persen", **say)),
    "growth": (GROWTH, lambda t, **say: charts.growth_incidence(t, mean=1.5, **say)),
    "pairs": (
        PAIRS,
        lambda t, **say: pairs(t, unit="persen", labels=(POOREST, RICHEST), **say),
    ),
    "shares": (SHARES, lambda t, **say: charts.shares(t, **say)),
}
every_chart = pytest.mark.parametrize("name", DRAW)


def drawn(name, table=None, **say):
    example, draw = DRAW[name]
    return draw(example if table is None else table, **(SAY | say))


def drawings(markup):
    """The chart for a column and the one for a telephone."""
    return ElementTree.fromstring(f"<page>{markup}</page>").findall(f"{SVG}svg")


def words_of(svg):
    return ["".join(t.itertext()) for t in svg.iter(f"{SVG}text")]


def lines_of(svg, colour):
    found = [e for e in svg.iter(f"{SVG}line") if e.get("stroke") == colour]
    return [{k: float(e.get(k)) for k in ("x1", "x2", "y1", "y2")} for e in found]


def squares(svg, colour):
    return [e for e in svg.iter(f"{SVG}rect") if e.get("stroke") == colour]


def circles(svg, colour):
    return [e for e in svg.iter(f"{SVG}circle") if e.get("stroke") == colour]


@every_chart
def test_equal_data_give_equal_bytes(name):
    assert drawn(name) == drawn(name)


@every_chart
def test_a_chart_holds_no_script_no_address_and_no_id(name):
    markup = drawn(name).replace('xmlns="http://www.w3.org/2000/svg"', "")
    for foreign in ("http", "<script", "url(", "@import", " id=", "href"):
        assert foreign not in markup


@every_chart
def test_a_chart_says_aloud_what_it_shows(name):
    for svg in drawings(drawn(name)):
        assert svg.get("role") == "img"
        assert svg.get("aria-label") == SENTENCE
        assert svg.find(f"{SVG}title").text == SENTENCE


@every_chart
def test_a_chart_without_alt_text_is_refused(name):
    with pytest.raises(ValueError, match="alt text"):
        drawn(name, alt=" ")


@every_chart
def test_a_chart_fits_its_column_and_a_telephone_with_letters_of_readable_size(name):
    wide, narrow = drawings(drawn(name))
    for svg, most in ((wide, 736), (narrow, 336)):
        width = float(svg.get("viewBox").split()[2])
        assert svg.get("width") == "100%"
        assert width <= most
        shown = min(most, 320) if svg is narrow else width
        assert float(svg.get("font-size")) * shown / width >= 11
        assert not any(t.get("font-size") for t in svg.iter(f"{SVG}text"))


@every_chart
def test_nothing_is_drawn_outside_the_picture(name):
    for svg in drawings(drawn(name)):
        width = float(svg.get("viewBox").split()[2])
        for line in svg.iter(f"{SVG}line"):
            assert 0 <= float(line.get("x1")) <= width
            assert 0 <= float(line.get("x2")) <= width
        for circle in svg.iter(f"{SVG}circle"):
            assert 0 <= float(circle.get("cx")) <= width


@every_chart
def test_a_missing_column_is_named(name):
    example, _ = DRAW[name]
    with pytest.raises(ValueError, match="low is not among"):
        drawn(name, example.drop(columns="low"))


@every_chart
def test_no_row_is_refused(name):
    with pytest.raises(ValueError, match="no row"):
        drawn(name, DRAW[name][0].iloc[:0])


@every_chart
def test_a_value_outside_its_interval_is_refused(name):
    example = DRAW[name][0].copy()
    row = example.index[example["low"].notna()][0]
    example.loc[row, "low"] = example.loc[row, "value"] + 1
    with pytest.raises(ValueError, match="inside its interval"):
        drawn(name, example)


@pytest.mark.parametrize("name", ["trend", "ranking", "growth", "shares"])
def test_a_missing_value_is_refused(name):
    example = DRAW[name][0].copy()
    example.loc[0, ["value", "low", "high"]] = NAN
    with pytest.raises(ValueError, match="missing in 'value'"):
        drawn(name, example)


@every_chart
def test_a_cut_out_still_says_where_it_is_from(name):
    source = "Pacitan. Sumber: Susenas sintetis, Maret 2023."
    for svg in drawings(drawn(name, source=source)):
        assert source.split() == " ".join(words_of(svg)[-1:]).split()
        *_, height = map(float, svg.get("viewBox").split())
        last = [*svg.iter(f"{SVG}tspan")][-1]
        assert float(last.get("y")) < height
    assert "Sumber" not in drawn(name)


def test_missing_years_are_gaps_in_the_points_but_not_in_the_axis():
    wide = drawings(drawn("trend"))[0]
    own = [c for c in circles(wide, drawing.OWN) if c.get("fill") == drawing.OWN]
    x = sorted(float(c.get("cx")) for c in own)
    assert len(x) == 3
    assert (x[2] - x[1]) / (x[1] - x[0]) == pytest.approx((2020 - 2012) / 2, rel=0.01)


def test_a_falling_series_falls_to_scale():
    wide = drawings(drawn("trend"))[0]
    own = [c for c in circles(wide, drawing.OWN) if c.get("fill") == drawing.OWN]
    y = [float(c.get("cy")) for c in sorted(own, key=lambda c: float(c.get("cx")))]
    expected = (19.5 - 17.2) / (17.2 - 14.5)
    assert (y[1] - y[0]) / (y[2] - y[1]) == pytest.approx(expected, rel=0.01)


def test_a_survey_point_stands_beside_the_official_one_with_its_interval():
    wide = drawings(drawn("trend"))[0]
    (survey,) = [c for c in circles(wide, drawing.OWN) if c.get("fill") == "#ffffff"]
    (interval,) = [
        line for line in lines_of(wide, drawing.OWN_BAND) if line["x1"] == line["x2"]
    ]
    official = max(
        float(c.get("cx"))
        for c in circles(wide, drawing.OWN)
        if c.get("fill") == drawing.OWN
    )
    assert float(survey.get("cx")) == interval["x1"] > official
    ends = sorted((interval["y1"], interval["y2"]))
    share = (float(survey.get("cy")) - ends[0]) / (ends[1] - ends[0])
    assert share == pytest.approx((17.2 - 14.2) / (17.2 - 11.3), abs=0.01)


def test_series_are_named_where_they_end_with_their_last_value():
    wide = words_of(drawings(drawn("trend"))[0])
    assert "Pacitan 14,50" in wide
    assert "Jawa Timur 14,40" in wide
    assert "Susenas 14" in wide  # the interval of 5.9 points allows no decimal
    assert "Pacitan 14.50" in words_of(drawings(drawn("trend", language="en"))[0])


def test_a_series_of_two_kinds_is_refused():
    mixed = TREND.replace({"series": {"Susenas": "Pacitan"}})
    with pytest.raises(ValueError, match="different names"):
        drawn("trend", mixed)
    with pytest.raises(ValueError, match="hero"):
        drawn("trend", TREND.assign(role="hero"))


def test_a_published_error_becomes_a_band_behind_its_line():
    known = TREND.assign(low=TREND["value"] - 1, high=TREND["value"] + 1)
    plain, banded = (drawings(drawn("trend", t))[0] for t in (TREND, known))
    count = [len(list(svg.iter(f"{SVG}polygon"))) for svg in (plain, banded)]
    assert count[0] == 0 < count[1]


def test_a_ranking_runs_from_the_highest_down():
    wide = drawings(drawn("ranking"))[0]
    dots = list(wide.iter(f"{SVG}circle"))
    by_height = sorted(dots, key=lambda c: float(c.get("cy")))
    x = [float(c.get("cx")) for c in by_height]
    assert x == sorted(x, reverse=True)
    assert by_height[0].get("fill") == drawing.OWN
    assert (x[0] - x[1]) / (x[1] - x[2]) == pytest.approx((18 - 14) / (14 - 4), 0.01)


def test_a_name_keeps_its_signs():
    assert "Kota <Batu> & sekitarnya" in words_of(drawings(drawn("ranking"))[0])


def test_forty_rows_stay_legible():
    many = pd.concat([RANKING] * 14, ignore_index=True).iloc[:40]
    many = many.assign(label=[f"Kabupaten {i}" for i in range(40)])
    for svg in drawings(drawn("ranking", many)):
        y = sorted(float(c.get("cy")) for c in svg.iter(f"{SVG}circle"))
        assert len(y) == 40
        assert min(np.diff(y)) >= 15
        assert float(svg.get("viewBox").split()[3]) < 900


def test_reference_lines_stand_at_their_values():
    markup = charts.ranking(
        RANKING,
        unit="persen",
        references={"Provinsi 10": 10.0, "Nasional 9": 9.0},
        **SAY,
    )
    wide = drawings(markup)[0]
    dot_at = {
        round(v): float(c.get("cx"))
        for v, c in zip(
            (18, 14, 4),
            sorted(wide.iter(f"{SVG}circle"), key=lambda c: float(c.get("cy"))),
            strict=True,
        )
    }
    (upright,) = lines_of(wide, drawing.WARM)
    per_point = (dot_at[18] - dot_at[4]) / 14
    assert upright["x1"] == upright["x2"]
    assert upright["x1"] == pytest.approx(dot_at[4] + 6 * per_point, abs=0.1)
    assert {"Provinsi 10", "Nasional 9"} <= set(words_of(wide))


def test_official_values_keep_the_decimals_of_their_publisher():
    markup = charts.ranking(RANKING, unit="persen", digits=2, **SAY)
    assert {"18,00", "14,00", "4,00"} <= set(words_of(drawings(markup)[0]))
    assert "18,00" not in words_of(drawings(drawn("ranking"))[0])


def of_east_java(region, year):
    """The ranking as the page makes it, without any survey."""
    chosen = parameters.resolve(region=region, year=year)
    columns = tables.Estimates.to_schema().columns
    none = pd.DataFrame({name: pd.Series(dtype=float) for name in columns})
    return chosen, analysis.ranking(chosen, reference.official(), none)


def test_the_page_ranks_pacitan_against_its_province_with_bps_own_decimals():
    # BPS, March 2023: Jawa Timur 10.35, Pacitan 13.65 percent
    chosen, peers = of_east_java("3501", 2023)
    place = analysis.rank(peers, chosen.confidence)
    mapped = analysis.mapped(chosen, reference.official())
    shapes = places.around("3501")
    block = str(blocks.standing(chosen, peers, place, mapped, shapes))
    svg = ElementTree.fromstring(block[block.index("<svg") : block.index("</svg>") + 6])
    assert {"Jawa Timur 10,35", "13,65"} <= set(words_of(svg))


def test_a_province_is_ranked_against_the_nation_and_the_nation_against_nobody():
    # BPS, March 2023: Indonesia 9.36 percent
    _, provinces = of_east_java("35", 2023)
    assert set(provinces["reference"]) == {"00"}
    assert set(provinces["reference_value"]) == {9.36}
    _, nation = of_east_java("00", 2023)
    assert set(nation["reference"]) == {""}
    assert nation["reference_value"].isna().all()


def test_growth_has_a_zero_line_below_which_spending_shrank():
    wide = drawings(drawn("growth"))[0]
    zero = next(
        line for line in lines_of(wide, drawing.SOFT) if line["y1"] == line["y2"]
    )
    dots = sorted(circles(wide, drawing.OWN), key=lambda c: float(c.get("cx")))
    below = [float(c.get("cy")) > zero["y1"] + 0.01 for c in dots]
    assert below == [bool(value < -1e-9) for value in GROWTH["value"]]
    assert "rata-rata 1,5" in words_of(wide)


@pytest.mark.parametrize("deciles", [range(10), range(1, 10), [1] * 10])
def test_growth_needs_each_tenth_once(deciles):
    table = GROWTH.iloc[: len(list(deciles))].assign(decile=list(deciles))
    with pytest.raises(ValueError, match="deciles 1 to 10"):
        drawn("growth", table)


def test_a_survey_value_without_a_known_error_has_no_decimals():
    bare = SHARES.assign(value=[10.4, 29.8, 59.8], low=NAN, high=NAN, mark="no_error")
    said = words_of(drawings(drawn("shares", bare))[0])
    assert {"10", "30", "60"} <= set(said) and "no_error" not in said
    counted = words_of(drawings(drawn("shares", bare.assign(mark="")))[0])
    assert {"10,40", "29,80", "59,80"} <= set(counted)


def test_a_band_of_an_uncertain_share_carries_its_mark():
    assert "*" in words_of(drawings(drawn("shares"))[0])


@pytest.mark.parametrize("name", ["pairs", "shares"])
def test_an_unknown_mark_is_refused(name):
    with pytest.raises(ValueError, match="mark is one of"):
        drawn(name, DRAW[name][0].assign(mark="!"))


def test_a_pair_stands_in_one_row_with_both_dots_at_their_values():
    for svg in drawings(drawn("pairs")):
        poorest = circles(svg, drawing.OWN)
        richest = squares(svg, drawing.SOFT)  # told apart in grey print too
        assert (len(poorest), len(richest)) == (3, 2)
        half = float(richest[0].get("width")) / 2
        x = [float(dot.get("cx")) for dot in poorest]
        x += [float(dot.get("x")) + half for dot in richest]
        values = [66, 24, 85, 92, 3]
        assert np.polyfit(values, x, 1)[0] > 1
        assert np.corrcoef(values, x)[0, 1] == pytest.approx(1, abs=1e-5)
        for one, other in zip(poorest, richest, strict=False):
            apart = float(other.get("y")) + half - float(one.get("cy"))
            assert apart == pytest.approx(8, abs=0.1)
        assert [dot.get("fill") for dot in richest] == [drawing.SOFT, "#ffffff"]


def test_pairs_write_both_numbers_and_where_there_is_room_their_intervals():
    wide, narrow = (words_of(svg) for svg in drawings(drawn("pairs")))
    for said in (wide, narrow):
        assert {"66", "92", "24", "3", "**", "85"} <= set(said)
        assert "sampel terlalu sedikit" in " ".join(said)
    assert {"57–74", "86–96", "1–9"} <= set(wide)
    assert not {"57–74", "86–96", "1–9"} & set(narrow)


def test_the_groups_of_a_pair_are_named_in_their_colours():
    for svg in drawings(drawn("pairs")):
        colour = {
            text: element.get("fill")
            for element in svg.iter(f"{SVG}text")
            for text in ["".join(element.itertext())]
        }
        assert colour[POOREST] == drawing.OWN
        assert colour[RICHEST] == drawing.SOFT


def test_pairs_keep_the_order_of_the_table():
    said = words_of(drawings(drawn("pairs", PAIRS.iloc[[4, 5, 0, 1, 2, 3]]))[1])
    order = [said.index(name) for name in PAIRS["label"].unique()[[2, 0, 1]]]
    assert order == sorted(order)


def test_fourteen_pairs_are_a_short_figure():
    many = pd.concat([PAIRS.iloc[:2].assign(label=f"Indikator {i}") for i in range(14)])
    wide, narrow = drawings(drawn("pairs", many))
    assert float(wide.get("viewBox").split()[3]) < 450
    assert float(narrow.get("viewBox").split()[3]) < 700


@pytest.mark.parametrize("rows", [[0], [0, 0, 1], [0, 1, 1]])
def test_a_pair_has_each_group_once(rows):
    with pytest.raises(ValueError, match="beside"):
        drawn("pairs", PAIRS.iloc[rows])


def test_a_third_group_is_refused():
    with pytest.raises(ValueError, match="group is one of"):
        drawn("pairs", PAIRS.replace({"group": {RICHEST: "Semua"}}))


def test_bars_start_at_zero_and_are_as_long_as_their_amounts():
    for svg in drawings(drawn("shares")):
        bars = [
            next(line for line in lines_of(svg, tint) if line["x2"] - line["x1"] > 9)
            for tint in (drawing.OWN, "#4a9391", drawing.OWN_BAND)
        ]
        assert len({bar["x1"] for bar in bars}) == 1
        length = [bar["x2"] - bar["x1"] for bar in bars]
        assert np.array(length) / length[0] == pytest.approx([1, 3, 6], rel=0.02)


@pytest.mark.parametrize("values", [[10, 30, 50], [-10, 50, 60]])
def test_shares_that_are_not_a_whole_are_refused(values):
    table = SHARES.assign(value=values, low=NAN, high=NAN)
    with pytest.raises(ValueError, match="together 100"):
        drawn("shares", table)


labels = st.lists(
    st.tuples(st.floats(0, 300), st.sampled_from([15.0, 30.0, 45.0])),
    min_size=1,
    max_size=8,
)


@given(labels)
def test_labels_never_overlap_and_keep_their_order(pairs):
    wanted, heights = map(list, zip(*pairs, strict=True))
    placed = layout.apart(wanted, heights, 0, 400)
    order = sorted(range(len(wanted)), key=lambda i: wanted[i])
    for before, after in pairwise(order):
        room = (heights[before] + heights[after]) / 2
        assert placed[after] - placed[before] >= room - 1e-6


@given(labels)
def test_labels_stay_in_the_picture_while_there_is_room(pairs):
    wanted, heights = map(list, zip(*pairs, strict=True))
    placed = layout.apart(wanted, heights, 0, 400)
    for middle, height in zip(placed, heights, strict=True):
        assert middle - height / 2 >= -1e-6
        assert middle + height / 2 <= 400 + 1e-6


def test_labels_with_room_do_not_move():
    assert layout.apart([100, 20, 60], [15] * 3, 0, 400) == [100, 20, 60]


@given(st.floats(-1e6, 1e6), st.floats(0.001, 1e6), st.integers(3, 8))
def test_round_numbers_enclose_the_values(low, span, most):
    ticks = layout.round_ticks(low, low + span, most)
    assert 2 <= len(ticks) <= most
    slack = 1e-6 * max(abs(low), span)
    assert ticks[0] <= low + slack
    assert ticks[-1] >= low + span - slack


def test_words_break_only_at_spaces():
    broken = layout.wrapped("Kabupaten Kepulauan Tanimbar", 80)
    assert broken.replace("\n", " ") == "Kabupaten Kepulauan Tanimbar"
    assert broken.count("\n") == 2


@pytest.mark.parametrize("name", ["trend", "ranking", "pairs"])
def test_zero_is_on_every_scale(name):
    far = DRAW[name][0].copy()
    far[["value", "low", "high"]] += 500
    for svg in drawings(drawn(name, far)):
        assert "0" in words_of(svg)


def test_a_star_stands_at_its_value_and_the_interval_at_the_end_of_the_column():
    wide, _ = drawings(drawn("pairs", PAIRS.assign(mark="*")))
    anchors = {}
    for text in wide.iter(f"{SVG}text"):
        anchors.setdefault("".join(text.itertext()), set()).add(text.get("text-anchor"))
    intervals = {said for said in anchors if re.fullmatch(r"[\d,]+–[\d,]+", said)}
    assert intervals and {side for s in intervals for side in anchors[s]} == {"end"}
    assert anchors["*"] == {"start"}
