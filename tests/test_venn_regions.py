"""Regions of every declared Venn, by the real SQL and scan, against counting by hand."""

import itertools

import numpy as np
import pandas as pd
import pytest
from estimating import valued
from hypothesis import example, given, settings
from hypothesis import strategies as st
from test_indicator_values import connection

from sepakat_lib.estimation import rows
from sepakat_lib.indicators import catalogue
from sepakat_lib.indicators.venns import LETTERS, VENNS

SECURITIES = ("pension", "old_age", "work_accident", "death", "job_loss", "severance")


def scanned(venn, homes, people):
    """Value, total and sample of each region of a Venn, by its letters."""
    names = venn.regions
    asked = [catalogue()[name] for name in names.values()]
    found = rows.read(connection(homes, people), 2023, asked, "kabupaten")
    told = {}
    for letters, name in names.items():
        cell = valued(found, catalogue()[name], "all")
        told[letters] = (cell.value[0, 0], cell.total[0, 0], cell.n[0, 0])
    return told


def by_hand(memberships):
    """Share of rows with exactly these sets, counted row by row."""
    k = len(memberships[0])
    found = dict.fromkeys(LETTERS[k], 0)
    for row in memberships:
        inside = "".join(a for a, holds in zip("ABC", row, strict=False) if holds)
        found[inside or "none"] += 1 / len(memberships)
    return found


def workers(memberships):
    """Persons at work: informal or not, under 35 hours or not."""
    return pd.DataFrame(
        {
            "home": 0,
            "age": 30,
            "worked": True,
            "away_from_work": False,
            "work_status": [1 if informal else 4 for informal, _ in memberships],
            "hours_all": [20 if short else 40 for _, short in memberships],
        }
    ).astype(object)


def homes_without(memberships):
    """Homes that lack improved water, improved sanitation, or room."""
    return pd.DataFrame(
        {
            "drinking_water": [6 if water else 3 for water, *_ in memberships],
            "washing_water": 3,
            "toilet": [6 if dirty else 1 for _, dirty, _ in memberships],
            "closet": 1,
            "sewage": 1,
            "floor_area": [5 if crowded else 50 for *_, crowded in memberships],
        }
    ).astype(object)


def homes_and_insured(memberships):
    """Homes with social security or not, each of one person insured or not."""
    homes = pd.DataFrame({f"security_{name}": False for name in SECURITIES}, index=[0])
    homes = homes.loc[[0] * len(memberships)].reset_index(drop=True)
    homes["security_pension"] = [not lacks for lacks, _ in memberships]
    people = pd.DataFrame(
        {
            "home": range(len(memberships)),
            "age": 30,
            "insured_pbi": [not lacks for _, lacks in memberships],
            **{
                f"insured_{name}": False
                for name in ("nonpbi", "jamkesda", "private", "employer")
            },
        }
    )
    return homes.astype(object), people.astype(object)


def every(k):
    """Each way to be in some of k sets and not in the others, once, twice, ..."""
    ways = list(itertools.product([False, True], repeat=k))
    return [way for times, way in enumerate(ways, 1) for _ in range(times)]


def of(k):
    return st.lists(st.tuples(*[st.booleans()] * k), min_size=1, max_size=25)


def compare(told, memberships):
    wanted = by_hand(memberships)
    assert set(told) == set(wanted)
    for letters, share in wanted.items():
        assert told[letters][0] == pytest.approx(share), letters
    assert sum(value for value, *_ in told.values()) == pytest.approx(1)
    assert sum(total for _, total, _ in told.values()) == len(memberships)


@settings(max_examples=5, deadline=None)
@example(every(2))
@given(of(2))
def test_informal_and_short_hours_are_what_counting_gives(memberships):
    home = pd.DataFrame({"size": [1]}).astype(object)
    compare(scanned(VENNS["work"], home, workers(memberships)), memberships)


@settings(max_examples=5, deadline=None)
@example(every(3))
@given(of(3))
def test_the_three_lacks_of_a_home_are_what_counting_gives(memberships):
    person = pd.DataFrame({"age": [40]}).astype(object)
    compare(scanned(VENNS["home"], homes_without(memberships), person), memberships)


@settings(max_examples=5, deadline=None)
@example(every(2))
@given(of(2))
def test_security_and_insurance_are_what_counting_gives(memberships):
    told = scanned(VENNS["protection"], *homes_and_insured(memberships))
    compare(told, memberships)


def test_the_example_of_the_wiki_comes_out():
    """2017: of 13,861,736 in the poorest fifth 9,995,864 lack social security only."""
    homes, people = homes_and_insured([(True, False), (False, False)])
    con = connection(homes, people)
    for table in ("households", "persons"):  # one home of one person stands for all
        frame = con.execute(f"SELECT * FROM {table} ORDER BY household").df()
        con.register(table, frame.assign(weight=[9_995_864.0, 3_865_872.0]))
    asked = [catalogue()[name] for name in VENNS["protection"].regions.values()]
    found = rows.read(con, 2023, asked, "kabupaten")
    told = {}
    for letters, name in VENNS["protection"].regions.items():
        cell = valued(found, catalogue()[name], "all")
        told[letters] = (round(100 * cell.value[0, 0]), cell.total[0, 0])
    assert told == {
        "A": (72, 9_995_864),
        "B": (0, 0),
        "AB": (0, 0),
        "none": (28, 3_865_872),
    }
    assert np.isclose(sum(total for _, total in told.values()), 13_861_736)
