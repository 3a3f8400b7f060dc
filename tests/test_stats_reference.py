"""Our estimates and errors beside those of R, the World Bank and a handbook."""

from pathlib import Path

import pandas as pd
import pytest

from sepakat_lib import verification
from sepakat_lib.verification import CLAIMS, NOT_DONE

FOLDER = Path(__file__).resolve().parents[1] / ".." / "shared" / "verification"
if not (FOLDER / "reference_values.csv").exists():
    pytest.skip(
        "the reference values are not beside the project; they are not shipped with it",
        allow_module_level=True,
    )

CASES = [*CLAIMS]
COLUMNS = ["quantity", "domain", "design", "number", "ours", "theirs", "difference"]


@pytest.fixture(scope="module")
def found() -> verification.Verification:
    return verification.verify(FOLDER)


@pytest.fixture(scope="module")
def given() -> pd.DataFrame:
    """The reference table as it lies there, those of our cases."""
    path = FOLDER / "reference_values.csv"
    rows = pd.read_csv(path, dtype=str, keep_default_na=False)
    return rows[rows["case"].isin(CASES)]


@pytest.mark.parametrize("case", CASES)
def test_every_value_is_met(case, found):
    rows = found.compared[found.compared["case"] == case]
    print(f"\n{case}: {len(rows)} compared, {rows['within'].sum()} within tolerance")
    table = rows[COLUMNS].replace({"quantity": {r"type_thresh=": ""}}, regex=True)
    print(table.to_string(index=False, na_rep="", float_format="{:.8g}".format))
    failed = rows[~rows["within"]]
    assert len(rows) > 0
    assert failed.empty, f"\n{failed[COLUMNS].to_string()}"


def test_every_verified_value_is_compared_or_named_as_not_done(found, given):
    verified = given[given["verified"].str.startswith("yes")]
    compared = found.compared[found.compared["case"] != "formula"]
    values = compared["number"].eq("value").sum()
    left = found.unanswered[found.unanswered["case"].isin(CASES)]
    assert values + len(left) == len(given)
    named = left[left["reason"].isin(["regression", "grouped"])]
    others = left[~left["reason"].isin(["regression", "grouped"])]
    assert set(others["reason"]) == {"unverified"}
    assert values >= len(verified) - len(named)
    errors = verified["verified"].eq("yes (est+se)")
    regression = verified["estimator"].str.startswith("svyglm")
    assert compared["number"].eq("se").sum() == (errors & ~regression).sum() + 4


@pytest.mark.parametrize("named", NOT_DONE, ids=str)
def test_what_is_named_as_not_done_still_exists(named, given):
    case, pattern = named
    words = given["estimator"] + " | " + given["design"]
    assert (words.str.contains(pattern) & (given["case"] == case)).any()


def ends_of(found, start: str) -> pd.DataFrame:
    rows = found.compared[found.compared["quantity"].str.startswith(start)]
    return rows[rows["number"].isin(["low", "high"])]


def test_the_logit_interval_is_that_of_r(found):
    rows = ends_of(found, "svyciprop logit")
    assert len(rows) == 2 * 4 and rows["within"].all()
    assert (abs(rows["ours"] - rows["theirs"]) < 5e-9).all()


# Given by the other software only, so a difference would be a question; there is none.


def test_the_interval_of_a_quantile_is_that_of_r(found):
    rows = ends_of(found, "svyquantile")
    assert len(rows) == 2 * 12
    assert (rows["ours"] == rows["theirs"]).all()
    values = found.compared[found.compared["quantity"].str.startswith("svyquantile")]
    assert values.loc[values["number"] == "value", "difference"].eq(0).all()


def test_degrees_of_freedom_and_quintile_ratios_of_regions_are_theirs(found, given):
    unsure = given[given["verified"] == "no"]
    unsure = unsure[unsure["estimator"].isin(["degf", "qsr"])]
    assert len(unsure) == 4 + 9
    rows = found.compared[found.compared["quantity"].isin(["degf", "qsr"])]
    keys = set(zip(rows["quantity"], rows["design"], rows["domain"], strict=True))
    assert {
        *zip(unsure["estimator"], unsure["design"], unsure["domain"], strict=True)
    } <= keys
    assert rows["within"].all()


def test_the_error_of_a_variance_is_that_of_r(found):
    rows = found.compared[found.compared["quantity"] == "svyvar api00"]
    errors = rows[rows["number"] == "se"]
    assert len(errors) == 4 and (errors["difference"] < 1e-9).all()
