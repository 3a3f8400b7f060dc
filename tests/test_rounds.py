"""Which round of the survey a report shows, and which it is held against."""

import pytest

from sepakat_lib import intake, reference, rounds
from sepakat_lib.parameters import Parameters
from sepakat_lib.sources.susenas import invention

PACITAN, PONOROGO = "3501", "3502"


@pytest.fixture
def holding(monkeypatch):
    """A warehouse that holds what the test says: year to (licensed, invented)."""

    def hold(rounds_held):
        def of_kind(year, *, synthetic):
            return list(rounds_held.get(year, ([], []))[int(synthetic)])

        monkeypatch.setattr(intake, "of_kind", of_kind)
        monkeypatch.setattr(
            intake,
            "loaded",
            lambda year: [*of_kind(year, synthetic=0), *of_kind(year, synthetic=1)],
        )
        monkeypatch.setattr(
            reference, "line_years", lambda *_: tuple(range(2017, 2026))
        )
        monkeypatch.setattr(invention, "years", lambda: tuple(range(2017, 2025)))

    hold({})
    return hold


def shown(year, region=PACITAN):
    return rounds.shown(Parameters(region=region, year=year))


@pytest.mark.parametrize(
    ("year", "survey"),
    [(2016, None), (2017, 2017), (2018, 2018), (2024, 2024), (2025, 2024)],
)
def test_without_files_the_newest_year_with_p0_p1_and_p2_is_invented(
    holding, year, survey
):
    assert shown(year) == survey


@pytest.mark.parametrize(
    ("year", "survey"),
    [(2025, 2022), (2023, 2022), (2022, 2022), (2021, 2019), (2019, 2019)],
)
def test_the_offices_own_round_goes_before_an_invented_one(holding, year, survey):
    holding({2019: ([PACITAN], []), 2022: ([PACITAN], []), 2024: ([], [PACITAN])})
    assert shown(year) == survey


def test_a_region_of_which_a_part_is_licensed_is_not_shown_as_licensed(holding):
    holding({2023: ([PACITAN], [])})
    assert shown(2024, "35") == 2024 and shown(2024) == 2023


def test_where_the_year_cannot_be_invented_what_is_loaded_is_shown(holding):
    holding({2023: ([], [PACITAN])})
    assert shown(2025) == 2023
    assert shown(2025, PONOROGO) == 2024
    assert shown(2024) == 2024


def test_of_what_cannot_be_invented_a_part_is_not_taken_for_the_whole(holding):
    holding({2023: ([], [PACITAN])})
    assert shown(2025) == 2023 and shown(2025, "35") == 2024
