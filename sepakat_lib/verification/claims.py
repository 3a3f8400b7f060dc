"""Which call of ours answers a reference value, by who gives it and what it is called there.

The conventions of other software (who counts as poor, which weight stands below itself)
are met here, and not in `stats`.
"""

import re
from functools import cache
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd

from sepakat_lib.refused import Refused
from sepakat_lib.stats import inequality, poverty, survey
from sepakat_lib.stats.survey import Statistic
from sepakat_lib.stats.survey.quantiles import gaussian

# --- the sample of a row --------------------------------------------------------------


def sample(row, folder: Path | None) -> SimpleNamespace:
    """Data of one reference row: values, weight, domain and, where it has one, design.

    Parameters
    ----------
    row : row of a table of reference values
    folder : path or None
        Where ``data/<dataset_file>.parquet`` lies; None for rows that hold their data.
    """
    if row.case == "formula":
        return _by_hand(row)
    if row.case == "handbook":
        y = _numbers(re.search(r"\[(.*)\]", row.dataset).group(1))
        line = parts(row.design).get("z")
        return SimpleNamespace(
            y=y, w=np.ones(len(y)), members=None, z=line and float(line)
        )
    rows = frame(folder, row.dataset_file)
    if row.case == "wbpip":  # missing and negative records are left out, as stated
        rows = rows[rows["welfare"] >= 0]
        return SimpleNamespace(
            y=rows["welfare"].to_numpy(), w=rows["weight"].to_numpy(), members=None
        )
    drawn = _drawn(folder, row.dataset_file, row.design)
    column = "eqincome" if "eqincome" in rows else "api00"
    return SimpleNamespace(
        rows=rows,
        y=rows[column].to_numpy(dtype=float),
        w=drawn.weight,
        members=_domain(rows, row.domain),
        design=drawn,
    )


@cache
def frame(folder: Path, file: str) -> pd.DataFrame:
    """Table of a reference row; ``no_file`` where the folder lacks it."""
    path = folder / "data" / f"{file}.parquet"
    if not path.is_file():
        raise Refused("no_file", file=str(path))
    return pd.read_parquet(path)


def parts(design: str) -> dict[str, str]:
    """'ids=db030;strata=db040;w=rb050' as a dict; words without '=' fall away."""
    pairs = re.findall(r"([\w.]+)=([\w.]+)", design)
    return {"id": dict(pairs).get("ids"), **dict(pairs)}


@cache
def _drawn(folder: Path, file: str, design: str) -> survey.Design:
    rows, given = frame(folder, file), parts(design)
    r_name = {"certainty": "skip", "remove": "skip", None: "fail"}
    asked = given.get("lonely.psu")
    return survey.design(
        rows[given["strata"]] if "strata" in given else None,
        rows[given["id"]] if given["id"] else None,
        rows[given["w"]],
        lonely=r_name.get(asked, asked),
        fpc=rows[given["fpc"]] if "fpc" in given else None,
    )


def _domain(rows: pd.DataFrame, words: str):
    if words == "all":
        return None
    if words.endswith(" not NA"):
        return rows[words.removesuffix(" not NA")].notna().to_numpy()
    column, value = words.split("=")
    return (rows[column] == value).to_numpy(dtype=bool, na_value=False)


def _numbers(text: str) -> np.ndarray:
    return np.array(text.split(",") if text else [], dtype=float)


def _by_hand(row) -> SimpleNamespace:
    """A sample of a few rows that stand in the row itself: 'strata=a,a,b;z=100'."""
    y = _numbers(row.dataset.strip("[]"))
    given = dict(re.findall(r"(\w+)=([^;]+)", row.design))
    columns = {name: _numbers(given[name]) for name in ("x", "rank") if name in given}
    w = _numbers(given["w"]) if "w" in given else np.ones(len(y))
    line = _numbers(given.get("z", ""))
    drawn = len(y) and survey.design(
        given["strata"].split(",") if "strata" in given else None,
        given["ids"].split(",") if "ids" in given else None,
        w,
        lonely=given.get("lonely", "fail"),
        fpc=float(given["fpc"]) if "fpc" in given else None,
    )
    return SimpleNamespace(
        y=y,
        w=w,
        z=line[0] if len(line) == 1 else line,
        design=drawn,
        members=None if row.domain == "all" else _numbers(row.domain) == 1,
        **columns,
    )


# --- how a row becomes a call; each returns a Statistic or a number -------------------


def _convey_fgt(s, g, z):
    # convey counts y <= z: the next number above z makes our y < z the same.
    line = np.nextafter(float(z), np.inf)
    return poverty.fgt(s.y, line, s.w, float(g), s.members)


def _convey_gini(s):
    """Add what convey's formula adds to the midpoint rule, and its derivative.

    It counts each row's whole weight as below itself (sum of w^2 y / N Y) and takes
    1 / N off.
    """
    found = inequality.gini(s.y, s.w, members=s.members)
    inside = np.ones(len(s.y), bool) if s.members is None else s.members
    size, amount = s.w @ inside, s.w @ (s.y * inside)
    own = s.w * s.y / (size * amount)
    extra = s.w @ (own * inside)
    moved = 2 * own - extra * (s.y / amount + 1 / size) + 1 / size**2
    return Statistic(found.value + extra - 1 / size, found.influence + moved * inside)


def _income_up_to(s, p):
    """Income of y <= q_p with the density by convey's kernel."""
    group = survey.domain(s.y, s.w, s.members)
    edge = survey.quantile(s.y, s.w, p, members=s.members)
    width = survey.bandwidth(group.values, group.weight)
    slope = group.weight * group.values @ gaussian(edge.value, group.values, width)
    below = survey.total(s.y * (s.y <= edge.value), s.w, members=s.members)
    return survey.combine([1, slope], [below, edge], below.value)


def _convey_quintile_ratio(s):
    whole = survey.total(s.y, s.w, members=s.members)
    top = survey.difference(whole, _income_up_to(s, 0.8))
    return survey.ratio_of(top, _income_up_to(s, 0.2))


def _fgt_part(s, part):
    calls = {
        "fgt0": lambda: _convey_fgt(s, 0, 10000),
        "fgt1": lambda: _convey_fgt(s, 1, 10000),
        "fgt2": lambda: _convey_fgt(s, 2, 10000),
        "igr": lambda: poverty.income_gap_ratio(s.y, 10000, s.w, s.members),
        "gei(poor;epsilon=2)": lambda: poverty.gap_inequality(
            s.y, 10000, s.w, s.members
        ),
    }
    return calls[part]()


def _risk_threshold(s):
    return survey.combine([0.6], [survey.quantile(s.y, s.w, 0.5)])


def _relative_median_gap(s):
    line = _risk_threshold(s).value
    middle = survey.quantile(s.y, s.w, 0.5, members=s.y < line).value
    return (line - middle) / line


def _percent(found):
    return 100 * (found.value if isinstance(found, Statistic) else found)


def _design_effect(s, reference):
    found = survey.mean(s.y, s.w, members=s.members)
    return survey.deff(found, s.design, reference=reference, members=s.members)


def _enrolled(s):
    known = s.rows["enroll"].notna().to_numpy()
    known = known if s.members is None else known & s.members
    return survey.total(s.rows["enroll"], s.w, members=known)


def _school_wide(s):
    return survey.proportion((s.rows["sch.wide"] == "Yes"), s.w, members=s.members)


def _poor(s):
    return s.y < s.z


def _gaps(s):
    return np.maximum(1 - s.y / s.z, 0)


def _zeros_to_one(s):
    """PIP's mean log deviation: zeros become 1 after the mean was taken."""
    centre = survey.mean(s.y, s.w).value
    return survey.mean(np.log(centre / np.where(s.y == 0, 1, s.y)), s.w).value


def _interval_high(s):
    found = survey.mean(s.y, s.w)
    df = survey.degrees_of_freedom(s.design)
    error = survey.standard_error(found, s.design)
    return survey.interval(found.value, error, df, 0.95)[1]


WITH, WITHOUT = "with_replacement", "without_replacement"
NUMBER = r"([\d.]+)"
RELATIVE = r"percent=\.6 quantiles=\.5"
GROUPS = ("means", "poverty", "inequality", "quantiles", "effects", "other")

CLAIMS = {  # case: group: pattern of the estimator: call
    "formula": {
        "means": {
            r"mean": lambda s: survey.mean(s.y, s.w),
            r"total": lambda s: survey.total(s.y, s.w),
            r"ratio": lambda s: survey.ratio(s.y, s.x, s.w),
            r"proportion": lambda s: survey.proportion(s.y, s.w),
        },
        "poverty": {
            rf"fgt {NUMBER}": lambda s, a: poverty.fgt(s.y, s.z, s.w, float(a)),
            r"watts": lambda s: poverty.watts(s.y, s.z, s.w),
        },
        "inequality": {
            r"gini": lambda s: inequality.gini(s.y, s.w),
            r"concentration": lambda s: inequality.concentration_index(
                s.y, s.rank, s.w
            ),
            r"mld": lambda s: inequality.mld(s.y, s.w),
            r"theil": lambda s: inequality.theil(s.y, s.w),
            rf"entropy {NUMBER}": lambda s, e: inequality.generalized_entropy(
                s.y, s.w, float(e)
            ),
            rf"atkinson {NUMBER}": lambda s, e: inequality.atkinson(s.y, s.w, float(e)),
            r"hoover": lambda s: inequality.hoover(s.y, s.w),
            rf"lorenz {NUMBER}": lambda s, p: inequality.lorenz(s.y, s.w, float(p)),
            r"s80_s20": lambda s: inequality.s80_s20(s.y, s.w),
        },
        "quantiles": {
            rf"quantile {NUMBER}": lambda s, p: (
                survey.quantile(s.y, s.w, float(p)).value
            ),
        },
        "effects": {
            r"deff": lambda s: _design_effect(s, WITH),
            r"df": lambda s: survey.degrees_of_freedom(s.design, s.members),
        },
        "other": {
            r"variance": lambda s: survey.variance(s.y, s.w),
            rf"zero_high {NUMBER}": lambda s, n: survey.zero_interval(
                float(n), 1, 0.95
            )[1],
            r"interval_high": _interval_high,
        },
    },
    "convey": {
        "poverty": {
            r"svyfgt g=(\d) type_thresh=abs abs_thresh=(\d+) \(y<=z\)": _convey_fgt,
            rf"svyfgt g=(\d) type_thresh=relq {RELATIVE}": lambda s, g: (
                poverty.fgt_relative_quantile(s.y, s.w, float(g), members=s.members)
            ),
            rf"svyfgt g=(\d) type_thresh=relm {RELATIVE}": lambda s, g: (
                poverty.fgt_relative_mean(s.y, s.w, float(g), members=s.members)
            ),
            r"svyarpr|svyarpr \(national line\)": lambda s: (
                poverty.fgt_relative_quantile(s.y, s.w, 0, members=s.members)
            ),
            r"svyarpt": _risk_threshold,
            r"svyfgtdec g=2 abs_thresh=10000 \[(.*)\]": _fgt_part,
        },
        "inequality": {
            r"svyqsr": _convey_quintile_ratio,
            r"svygini": _convey_gini,
            rf"svyisq alpha={NUMBER}": lambda s, p: _income_up_to(s, float(p)),
            rf"svylorenz L\({NUMBER}\)": lambda s, p: inequality.lorenz(
                s.y, s.w, float(p)
            ),
        },
        "quantiles": {
            rf"svyiqalpha alpha={NUMBER}": lambda s, p: survey.quantile(
                s.y, s.w, float(p)
            ),
        },
        "means": {
            r"svymean": lambda s: survey.mean(s.y, s.w, members=s.members),
            r"svytotal": lambda s: survey.total(s.y, s.w),
        },
        "effects": {
            r"svymean deff\(replace\)": lambda s: _design_effect(s, WITH),
            r"svymean deff\(TRUE\)": lambda s: _design_effect(s, WITHOUT),
            r"degf": lambda s: survey.degrees_of_freedom(s.design, s.members),
        },
    },
    "laeken": {
        "poverty": {
            r"arpr \(percent\)": lambda s: _percent(
                poverty.fgt_relative_quantile(s.y, s.w, 0, members=s.members)
            ),
            r"arpt": _risk_threshold,
            r"rmpg \(percent\)": lambda s: _percent(_relative_median_gap(s)),
        },
        "inequality": {
            r"qsr": lambda s: inequality.s80_s20(s.y, s.w, members=s.members),
            r"gini \(percent, trapezoid\)": lambda s: _percent(
                inequality.gini(s.y, s.w, members=s.members)
            ),
        },
        "quantiles": {
            r"weighted median": lambda s: survey.quantile(s.y, s.w, 0.5),
            rf"weighted quantile {NUMBER}": lambda s, p: survey.quantile(
                s.y, s.w, float(p)
            ),
        },
    },
    "survey": {
        "means": {
            r"svymean api00": lambda s: survey.mean(s.y, s.w, members=s.members),
            r"svytotal api00": lambda s: survey.total(s.y, s.w),
            r"svytotal enroll \(na\.rm\)": _enrolled,
            r"svyratio api\.stu/enroll": lambda s: survey.ratio(
                s.rows["api.stu"], s.rows["enroll"], s.w, members=s.members
            ),
            r"svymean stype(\w)": lambda s, kind: survey.proportion(
                s.rows["stype"] == kind, s.w
            ),
            r"svyciprop logit sch\.wide=Yes": _school_wide,
        },
        "quantiles": {
            rf"svyquantile api00 p={NUMBER} \(qrule=math, mean-xlogit CI\)": (
                lambda s, p: survey.quantile(s.y, s.w, float(p))
            ),
        },
        "effects": {
            r"deff api00": lambda s: _design_effect(s, WITHOUT),
            r"degf": lambda s: survey.degrees_of_freedom(s.design),
        },
        "other": {r"svyvar api00": lambda s: survey.variance(s.y, s.w)},
    },
    "wbpip": {
        "inequality": {
            r"gini": lambda s: inequality.gini(s.y, s.w),
            r"mld \(zeros set to 1 after the mean; PIP convention\)": _zeros_to_one,
        },
        "means": {r"mean": lambda s: survey.mean(s.y, s.w)},
    },
    "handbook": {
        "poverty": {
            rf"FGT alpha={NUMBER}": lambda s, a: poverty.fgt(s.y, s.z, s.w, float(a)),
            r"Watts": lambda s: poverty.watts(s.y, s.z, s.w),
            r"Sen \(H\*Gp\+P1\*\(1-Gp\)\)": lambda s: poverty.sen(s.y, s.z, s.w),
            r"time to exit g=\.05 \(Watts/g\)": lambda s: (
                poverty.watts(s.y, s.z, s.w).value / 0.05
            ),
        },
        "inequality": {
            r"Gini among poor": lambda s: inequality.gini(s.y, s.w, members=_poor(s)),
            r"Gini of normalised poverty gaps": lambda s: inequality.gini(
                _gaps(s), s.w
            ),
            r"gini": lambda s: inequality.gini(s.y, s.w),
            r"theil_L GE\(0\)": lambda s: inequality.mld(s.y, s.w),
            r"theil_T GE\(1\)": lambda s: inequality.theil(s.y, s.w),
            r"hoover": lambda s: inequality.hoover(s.y, s.w),
            rf"GE\({NUMBER}\)": lambda s, e: inequality.generalized_entropy(
                s.y, s.w, float(e)
            ),
            rf"Atkinson\({NUMBER}\)": lambda s, e: inequality.atkinson(
                s.y, s.w, float(e)
            ),
        },
    },
}

NOT_DONE = {  # (case, pattern of the estimator and design): why nothing answers it
    ("survey", r"svyglm"): "regression",
    ("wbpip", r"GQ Lorenz"): "grouped",
}


def claim(row):
    """Group, call and its arguments for a row; None where nothing of ours answers it."""
    for group, calls in CLAIMS.get(row.case, {}).items():
        for pattern, call in calls.items():
            if found := re.fullmatch(pattern, row.estimator):
                return group, call, found.groups()
    return None


def not_done(row) -> str:
    """Why a row has no answer by design: ``regression``, ``grouped``; else empty."""
    for (case, pattern), reason in NOT_DONE.items():
        if row.case == case and re.search(pattern, f"{row.estimator} | {row.design}"):
            return reason
    return ""


def ends(row, s, found) -> tuple[float, float] | None:
    """Our 95 percent interval where the reference row gives one of a kind that we have."""
    if row.estimator.startswith("svyciprop logit"):
        error = survey.standard_error(found, s.design)
        df = survey.degrees_of_freedom(s.design)
        return survey.logit_interval(found.value, error, df, 0.95)
    if share := re.match(rf"svyquantile api00 p={NUMBER}", row.estimator):
        return survey.woodruff_interval(s.y, s.w, float(share[1]), s.design, 0.95)
    return None
