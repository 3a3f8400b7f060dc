"""What is to be reached: SPM, TPB, RPJMN and a region's RPJMD, from `parameters/targets`."""

from numbers import Real

import pandas as pd

from sepakat_lib import regions
from sepakat_lib.indicators import catalogue
from sepakat_lib.parameters import files
from sepakat_lib.refused import Refused

FRAMES = ("SPM", "TPB", "RPJMN", "RPJMD")
FIELDS = ("target", "frame", "region", "since", "until", "source")


def targets() -> pd.DataFrame:
    """Every target that the office has written down, the shipped ones among them.

    Returns
    -------
    DataFrame
        ``indicator``, ``target`` [unit of the indicator; missing where it is set but not
        known here], ``frame`` (of `FRAMES`), ``region`` ("" for every region; "00" for
        the nation as a whole), ``since``, ``until`` [years, both in force], ``source``.

    Raises
    ------
    Refused
        ``wrong_target``: what stands in a file is no target; it names the file
        (``in_file``), the ``entry`` and the ``field``.

    >>> found = targets().query("indicator == 'improved_water'")
    >>> found[["target", "frame", "region"]].to_dict("records")
    [{'target': 100.0, 'frame': 'SPM', 'region': ''}]
    """
    rows = []
    for file, entries in files("targets").items():
        for indicator, dated in entries.items():
            rows += [_checked(file, indicator, one) for one in _listed(dated)]
    table = pd.DataFrame(rows, columns=["indicator", *FIELDS])
    return table.astype({"target": float, "since": int, "until": int})


def _listed(dated) -> list:
    return dated if isinstance(dated, list) else [dated]


def _checked(file: str, indicator: str, one) -> dict:
    """One entry of a file, with the name of its indicator."""

    def wrong(field: str, value) -> Refused:
        return Refused(
            "wrong_target",
            in_file=file,
            entry=str(indicator)[:60],
            field=field,
            given=str(value)[:60],
        )

    if indicator not in catalogue():
        raise wrong("indicator", indicator)
    if not isinstance(one, dict) or set(one) != set(FIELDS):
        raise wrong(", ".join(FIELDS), one)
    if not (one["target"] is None or _is_number(one["target"])):
        raise wrong("target", one["target"])
    if one["frame"] not in FRAMES:
        raise wrong("frame", one["frame"])
    if one["region"] not in ("", "00") and not _is_region(one["region"]):
        raise wrong("region", one["region"])
    for field in ("since", "until"):
        if not _is_year(one[field]):
            raise wrong(field, one[field])
    if one["until"] < one["since"]:
        raise wrong("until", one["until"])
    if not isinstance(one["source"], str) or not one["source"].strip():
        raise wrong("source", one["source"])
    return {"indicator": indicator} | one


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and value >= 0


def _is_year(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 2000


def _is_region(value) -> bool:
    try:
        return isinstance(value, str) and regions.check(value) == value
    except Refused:
        return False
