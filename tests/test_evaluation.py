"""Before and after: a test where the errors are known, and no claim where they are not."""

import numpy as np
import pytest
from thread_fixture import thread

from sepakat_lib import evaluation
from sepakat_lib.modules import Watch
from sepakat_lib.reports import monitoring_evaluation as show

PLACE = Watch(region="7303", year=2021)


def value(value, se=np.nan, df=np.nan, **more):
    found = {"indicator": "p0", "source": "survey", "year": 2021, "synthetic": False}
    return found | {"value": value, "se": se, "df": df} | more


@pytest.mark.parametrize(
    ("before", "after", "verdict"),
    [
        (value(20, 1.0), value(14, 1.0), "fell"),  # 6 on an error of 1.41
        (value(14, 1.0), value(20, 1.0), "rose"),
        (value(15, 1.0), value(13, 1.0), "change_unclear"),
        (value(20, 1.0, 2), value(14, 1.0), "change_unclear"),  # t of 2: 4.3 x 1.41
        (value(20), value(14), "cannot_be_tested"),
        (value(20, 1.0), value(14), "cannot_be_tested"),
        (value(20, 1.0), value(14, 1.0, source="official"), "cannot_be_tested"),
    ],
)
def test_a_change_is_told_only_beyond_its_error(before, after, verdict):
    found = evaluation.change(PLACE, before, after)
    assert found["verdict"] == verdict
    assert found["difference"] == after["value"] - before["value"]
    assert np.isfinite(found["low"]) == (verdict != "cannot_be_tested")


def test_the_interval_is_that_of_independent_rounds():
    found = evaluation.change(PLACE, value(20, 3.0), value(14, 4.0))
    assert found["low"] == pytest.approx(-6 - 1.959964 * 5)
    assert found["high"] == pytest.approx(-6 + 1.959964 * 5)


def test_the_same_round_has_not_changed():
    assert evaluation.change(PLACE, value(9.0, 0.5), value(9.0, 0.5))["verdict"] == (
        "change_unclear"
    )


def test_published_rates_without_errors_cannot_be_tested():
    """Bantaeng: P0 fell by 0.43 points while P1 rose from 1.43 to 1.74 (SEPAKAT's FAQ)."""
    official = {"source": "official"}
    p1 = evaluation.change(PLACE, value(1.43, **official), value(1.74, **official))
    assert p1["verdict"] == "cannot_be_tested"
    assert p1["difference"] == pytest.approx(0.31)


def test_an_outcome_names_its_issue_and_both_rounds():
    kept = [
        {"id": "then", "content": value(20, 1.0)},
        {"id": "now", "content": value(14, 1.0, year=2024, synthetic=True)},
    ]
    tables = thread(
        issues=[{"id": "poor", "title": "Kemiskinan"}],
        evidence=kept,
        outcomes=[
            {"id": "o", "issue_id": "poor", "before_id": "then", "after_id": "now"}
        ],
    )
    (row,) = evaluation.outcomes(PLACE, tables).to_dict("records")
    assert (row["title"], row["indicator"]) == ("Kemiskinan", "p0")
    assert (row["year_before"], row["year_after"]) == (2021, 2024)
    assert row["verdict"] == "fell" and row["synthetic"]


@pytest.mark.parametrize(
    ("after", "sentence"),
    [  # 20 less 14, and its interval by 1.96 x 1.414
        (
            14,
            "turun 6 poin dari 20 persen pada 2021 menjadi 14 persen pada 2024 (rentangnya 3 sampai 9",
        ),
        (
            26,
            "naik 6 poin dari 20 persen pada 2021 menjadi 26 persen pada 2024 (rentangnya 3 sampai 9",
        ),
    ],
)
def test_a_change_is_told_with_the_smaller_end_first(after, sentence):
    tables = thread(
        issues=[{"id": "poor", "title": "Kemiskinan"}],
        evidence=[
            {"id": "then", "content": value(20, 1.0)},
            {"id": "now", "content": value(after, 1.0, year=2024)},
        ],
        outcomes=[
            {"id": "o", "issue_id": "poor", "before_id": "then", "after_id": "now"}
        ],
    )
    assert sentence in shown(tables)


def shown(tables):
    found = evaluation.outcomes(PLACE, tables)
    return str(show.outcomes(PLACE, found, tables["issues"]))


def changed(before, after):
    """The page of one issue that was told before and after."""
    return shown(
        thread(
            issues=[{"id": "poor", "title": "Kemiskinan", "evidence_id": "then"}],
            evidence=[
                {"id": "then", "content": before},
                {"id": "now", "content": after},
            ],
            outcomes=[
                {"id": "o", "issue_id": "poor", "before_id": "then", "after_id": "now"}
            ],
        )
    )


def test_an_unclear_change_keeps_the_sign_of_its_difference():
    page = changed(value(20, 1.0), value(19, 1.0, year=2024))
    assert "selisih −1 poin, rentangnya −4 sampai 2" in page


def test_only_shares_change_by_points():
    years = {"indicator": "mean_years_schooling"}
    page = changed(value(7, 0.1, **years), value(8, 0.1, year=2024, **years))
    assert "naik 1,0 dari" in page and "poin" not in page


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        ("official", "official", "BPS tidak menerbitkan galatnya"),
        ("official", "survey", "Kedua angka dari sumber yang berbeda"),
        ("survey", "survey", "Galatnya tidak diketahui"),
    ],
)
def test_a_change_that_cannot_be_tested_says_why(before, after, why):
    page = changed(value(13.65, source=before), value(12.97, year=2024, source=after))
    assert f"selisih −0,68 poin. {why}" in page


def test_issues_without_an_outcome_are_named_with_what_is_missing():
    tables = thread(
        issues=[
            {"id": "poor", "title": "Kemiskinan", "evidence_id": "then"},
            {"id": "road", "title": "Jalan rusak", "direct_reason": "Musrenbang"},
        ],
        evidence=[{"id": "then", "content": value(20, 1.0)}],
    )
    page = shown(tables)
    assert "Belum ada nilai sesudahnya untuk 1 isu: Kemiskinan." in page
    assert "tidak dapat diukur di sini: Jalan rusak (1 isu)" in page
