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
            rows += [_checked(file, indicator, target) for target in _listed(dated)]
    table = pd.DataFrame(rows, columns=["indicator", *FIELDS])
    return table.astype({"target": float, "since": int, "until": int})


def _listed(dated) -> list:
    return dated if isinstance(dated, list) else [dated]


def _checked(file: str, indicator: str, target) -> dict:
    """One entry of a file, with the name of its indicator."""

    def wrong(field: str, value) -> Refused:
        return Refused(
            "wrong_target",
            in_file=file,
            entry=str(indicator)[:60],
            field=field,
            given=_shown(value)[:60],
        )

    if indicator not in catalogue():
        raise wrong("indicator", indicator)
    if not isinstance(target, dict) or set(target) != set(FIELDS):
        raise wrong(", ".join(FIELDS), target)
    if not (target["target"] is None or _is_number(target["target"])):
        raise wrong("target", target["target"])
    if target["frame"] not in FRAMES:
        raise wrong("frame", target["frame"])
    if target["region"] not in ("", "00") and not _is_region(target["region"]):
        raise wrong("region", target["region"])
    for field in ("since", "until"):
        if not _is_year(target[field]):
            raise wrong(field, target[field])
    if target["until"] < target["since"]:
        raise wrong("until", target["until"])
    if not isinstance(target["source"], str) or not target["source"].strip():
        raise wrong("source", target["source"])
    return {"indicator": indicator} | target


def _shown(value) -> str:
    """A value as a file has it, and not as a program would write it.

    >>> _shown({"target": 90, "frame": "SPM"}), _shown(None), _shown("x")
    ('target: 90, frame: SPM', '–', 'x')
    """
    if isinstance(value, dict):
        return ", ".join(f"{name}: {_shown(held)}" for name, held in value.items())
    return "–" if value is None else str(value)


def _is_number(value) -> bool:
    return isinstance(value, Real) and not isinstance(value, bool) and value >= 0


def _is_year(value) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 2000


def _is_region(value) -> bool:
    try:
        return isinstance(value, str) and regions.check(value) == value
    except Refused:
        return False
