"""A second survey takes its rows and its declarations, and no edit where it is computed."""

import pandas as pd
import pytest

from sepakat_lib import estimation, indicators, intake, parameters, tables, warehouse
from sepakat_lib.estimation import making
from sepakat_lib.indicators import Indicator, work

KULON_PROGO, BANTUL, YOGYAKARTA, NATION = "3401", "3402", "34", "00"
ORIGIN = {
    **{"synthetic": True, "finest": "kabupaten", "layout": "2023"},
    **{"inputs": [], "columns": {"seeking": "R12"}, "remarks": []},
}
# kabupaten, unit, who of four aged 15 and more is unemployed, the others work
UNITS = (
    (KULON_PROGO, "a", 1),
    (KULON_PROGO, "b", 2),
    (BANTUL, "c", 0),
    (BANTUL, "d", 2),
)


def _declared(name, code, numerator, **more):
    return Indicator(
        name=name,
        code=code,
        question=2,
        label={"id": f"Sakernas {name}", "en": name.capitalize()},
        definition={"id": "Menurut Sakernas.", "en": "By Sakernas."},
        unit="percent",
        better="lower",
        frame="other",
        source="BPS, Sakernas",
        survey="sakernas",
        table="persons",
        numerator=numerator,
        **more,
    )


DECLARED = (
    _declared(
        "unemployment",
        "NAK-901",
        "CASE WHEN working THEN 0 WHEN NOT working THEN 1 END",
        universe="age >= 15 AND (working OR seeking)",
    ),
    _declared(
        "discouraged",
        "NAK-902",
        "CASE WHEN discouraged THEN 1 WHEN NOT discouraged THEN 0 END",
    ),
)


def rows():
    """Each unit is two households of two adults and a child; a household counts 100."""
    homes, people = [], []
    for region, psu, unemployed in UNITS:
        for number in range(2):
            place = {"region": region, "household": len(homes) + 1, "weight": 100.0}
            home = {"psu": psu, "stratum": region, "urban": number == 0, "size": 3}
            homes.append(place | home)
            for person in range(1, 4):
                adult, out = person < 3, 2 * number + person <= unemployed
                told = {"age": 40 if adult else 8, "sex": person % 2 + 1}
                job = {"working": adult and not out, "seeking": adult and out}
                people.append(place | {"person": person} | told | job)
    homes = tables.Households.validate(pd.DataFrame(homes))
    return homes, tables.Persons.validate(pd.DataFrame(people))


@pytest.fixture
def declared(tmp_path, monkeypatch):
    """An empty warehouse, an Indonesia of two kabupaten, and two more declarations."""
    monkeypatch.setenv("SEPAKAT_DATA", str(tmp_path))
    monkeypatch.setattr(making, "complete", lambda: {YOGYAKARTA: 2, NATION: 2})
    monkeypatch.setattr(work, "INDICATORS", (*work.INDICATORS, *DECLARED))
    _forget()
    yield
    monkeypatch.undo()
    _forget()


def _forget():
    indicators.themes.cache_clear()
    indicators.catalogue.cache_clear()


def value_of(table, region, group="all", indicator="unemployment"):
    found = table[
        table["indicator"].eq(indicator)
        & table["region"].eq(region)
        & table["group"].eq(group)
    ]
    assert len(found) == 1
    return found.iloc[0]


@pytest.mark.parametrize(
    ("region", "value", "se", "n"),
    [
        # 3 of 8; units pull (1 - 1.5) / 8 and (2 - 1.5) / 8: root of 2 x 2 x 0.0625²
        (KULON_PROGO, 37.5, 12.5, 8),
        # 2 of 8; units pull -1/8 and 1/8: root of 2 x 2 x 0.125²
        (BANTUL, 25.0, 25.0, 8),
        # 5 of 16; two strata whose units lie 1/16 and 2/16 apart: root of 1/256 + 4/256
        (YOGYAKARTA, 31.25, 13.975424859, 16),
        (NATION, 31.25, 13.975424859, 16),
    ],
)
def test_unemployment_of_a_survey_without_spending_is_that_counted_by_hand(
    declared, region, value, se, n
):
    warehouse.store("sakernas", 2023, *rows(), ORIGIN)
    told = estimation.estimate(2023, survey="sakernas")
    assert told["regions"] == 4
    own = region if len(region) == 4 else BANTUL  # a page reads its tiers too
    chosen = parameters.resolve(region=own, year=2023)
    row = value_of(estimation.read(chosen, survey="sakernas"), region)
    assert (row["value"], row["n"], row["survey"]) == (value, n, "sakernas")
    assert row["se"] == pytest.approx(se, abs=1e-9)
    assert row["population"] == 100 * n and row["left_out"] == 0


def test_only_groups_that_the_survey_asked_for_are_told(declared):
    warehouse.store("sakernas", 2023, *rows(), ORIGIN)
    told = estimation.estimate(2023, survey="sakernas")
    chosen = parameters.resolve(region=BANTUL, year=2023)
    table = estimation.read(chosen, survey="sakernas")
    assert set(table["indicator"]) == {"unemployment"}
    assert set(table["grouping"]) == {"all", "area", "sex", "age", "head_sex"}
    assert told["absent"] == {"discouraged": ["discouraged"]}
    assert estimation.absent(chosen, survey="sakernas") == told["absent"]
    # of Bantul's unemployed both live in the town's household of unit d: 2 of 4
    assert value_of(table, BANTUL, "urban")["value"] == 50
    crossed = estimation.crossed(chosen, ("unemployment",), "area*sex")
    assert set(crossed["grouping"]) == {"area*sex"} and set(crossed["n"]) == {2}


def test_no_poverty_line_of_the_year_is_needed_and_none_parts_the_estimates(declared):
    warehouse.store("sakernas", 2011, *rows(), ORIGIN)
    estimation.estimate(2011, survey="sakernas", lines="province_urban_rural")
    again = estimation.estimate(2011, survey="sakernas")
    assert warehouse.results() == ["sakernas-2011"] and again["rows"]
    for lines in ("kabupaten", "province_urban_rural"):
        chosen = parameters.resolve(region=BANTUL, year=2015, lines=lines)
        table = estimation.read(chosen, survey="sakernas")
        assert value_of(table, BANTUL)["value"] == 25
        assert estimation.survey_year(chosen, "sakernas") == 2011
        assert list(estimation.rounds(chosen, "sakernas")) == [2011]


def test_a_round_drawn_for_provinces_reports_for_no_kabupaten(declared):
    warehouse.store("sakernas-february", 2023, *rows(), ORIGIN | {"finest": "province"})
    told = estimation.estimate(2023, survey="sakernas", round="february")
    assert told["regions"] == 2


def test_susenas_keeps_its_numbers_beside_a_second_survey(declared):
    intake.invent([BANTUL], 2023)
    estimation.estimate(2023)
    chosen = parameters.resolve(region=BANTUL, year=2023)
    before = estimation.read(chosen), estimation.differences(chosen)
    warehouse.store("sakernas", 2023, *rows(), ORIGIN)
    estimation.estimate(2023, survey="sakernas")
    estimation.estimate(2023, force=True)
    pd.testing.assert_frame_equal(estimation.read(chosen), before[0])
    pd.testing.assert_frame_equal(estimation.differences(chosen), before[1])
    assert "unemployment" not in set(before[0]["indicator"])
    assert "unemployment" not in estimation.absent(chosen)
    gaps = estimation.differences(chosen, survey="sakernas")
    assert set(gaps["indicator"]) == {"unemployment"}
