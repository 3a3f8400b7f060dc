"""The sampling design: strata, first-stage units, and strata left with one unit."""

from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd
from scipy import sparse

from sepakat_lib.stats.survey.estimators import domain

POLICIES = ("fail", "adjust", "average", "skip", "collapse")


@dataclass(frozen=True, eq=False)
class Design:
    """Who was drawn with whom; made by `design`, codes worked out once.

    Attributes
    ----------
    weight : (n,) array
        Units each row represents; must be the weight of the statistics it serves.
    psu : (n,) array of int
        Code of the row's first-stage unit (PSU).
    stratum_of_psu : (n_psu,) array of int
        Code of each PSU's stratum, after any merging.
    units : (n_strata,) array of int
        Sampled PSUs in each stratum.
    fraction : (n_strata,) array
        Share of the stratum's PSUs that was drawn; 0 means with replacement.
    lonely : str
        What the variance does with a stratum that is still alone.
    strata : tuple
        Name of each stratum; merged ones joined by " + ".
    touched : DataFrame
        Every stratum that needed a policy: ``stratum``, ``units``, ``done`` (merged,
        centred, average, skipped), ``mates`` (what it was merged with). Print it.
    """

    weight: np.ndarray
    psu: np.ndarray
    stratum_of_psu: np.ndarray
    units: np.ndarray
    fraction: np.ndarray
    lonely: str
    strata: tuple
    touched: pd.DataFrame = field(repr=False)

    def totals(self, influences) -> np.ndarray:
        """Sum weight x influence by PSU: (n, k) or (n,) array to (n_psu, k)."""
        influences = np.asarray(influences, dtype=float)
        columns = influences.reshape(len(influences), -1)
        if len(columns) != len(self.weight):
            raise ValueError(
                f"{len(columns)} influences for a design of {len(self.weight)} rows; "
                "compute the statistic on the design's own rows, groups by `members`"
            )
        return sum_by(
            self.psu, columns * self.weight[:, None], len(self.stratum_of_psu)
        )

    def with_weight(self, weight) -> "Design":
        """Give the same draw with another weight, as of households for persons."""
        return replace(self, weight=_checked_weight(weight, len(self.psu)))


def design(stratum, psu, weight, *, lonely="fail", sibling=None, fpc=None) -> Design:
    """Describe how the rows were drawn.

    Parameters
    ----------
    stratum : (n,) array or None
        Stratum of each row; None for a sample without strata.
    psu : (n,) array or None
        First-stage unit of each row; a code is a unit *within* its stratum, so the
        same code in two strata means two units. None: each row was drawn by itself.
    weight : (n,) array
        Units each row represents, 0 or more.
    lonely : {"fail", "adjust", "average", "skip", "collapse"}
        What to do with a stratum of a single unit, of which no variance can be seen:
        refuse; centre it at the mean of all units; give it the mean contribution of
        the other strata; count it as without error; or merge it inside its `sibling`
        group (the single ones with each other, and where that still leaves one unit,
        with the group's smallest other stratum), then adjust what is still alone.
    sibling : (n,) array, optional
        For "collapse": the group within which strata may be merged (a kabupaten).
    fpc : (n,) array or float, optional
        First-stage finite population: number of units in the stratum, or, where all
        are 1 or less, the fraction drawn. Default: drawn with replacement.

    Raises
    ------
    ValueError
        Missing codes; a stratum of one unit under "fail", named; a stratum in two
        sibling groups; an unknown policy.

    Notes
    -----
    Lumley (2004), doi:10.18637/jss.v009.i08, for the first four policies. Merging
    strata overstates the variance, as a rule.

    Examples
    --------
    >>> drawn = design(["u", "u", "r"], [1, 2, 1], [5, 5, 9], lonely="collapse",
    ...                sibling=["3501"] * 3)
    >>> drawn.units.tolist(), drawn.touched["done"].tolist()
    ([3], ['merged'])
    """
    if lonely not in POLICIES:
        raise ValueError(f"lonely is one of {', '.join(POLICIES)}; got {lonely!r}")
    weight = _checked_weight(weight, len(weight))
    rows = len(weight)
    labels, stratum_of_row = _codes(stratum, rows, "stratum")
    _, unit = _codes(np.arange(rows) if psu is None else psu, rows, "psu")
    pair = stratum_of_row * (unit.max() + 1) + unit
    first, psu_of_row = _first_and_code(pair)
    stratum_of_psu = stratum_of_row[first]
    units = np.bincount(stratum_of_psu, minlength=len(labels))
    fraction = _fraction(fpc, stratum_of_row, units)
    names = [str(label) for label in labels]
    touched = _no_touch()
    if lonely == "collapse":
        merged, touched = _merge(units, fraction, names, sibling, stratum_of_row)
        stratum_of_psu, units, fraction, names = _apply(
            merged, stratum_of_psu, units, fraction, names
        )
        lonely = "adjust"
    touched = _settle(touched, units, fraction, names, lonely)
    return Design(
        weight=weight,
        psu=psu_of_row,
        stratum_of_psu=stratum_of_psu,
        units=units,
        fraction=fraction,
        lonely=lonely,
        strata=tuple(names),
        touched=touched,
    )


def degrees_of_freedom(design: Design, members=None) -> int:
    """PSUs with a member less strata with a member.

    Parameters
    ----------
    design : Design
    members : (n,) bool array, optional
        The domain; default all rows. A row of weight 0 is no member.

    Returns
    -------
    int
        0 where the domain lies in one PSU of each of its strata: there the influences
        of a mean cancel, and no error is known.

    Notes
    -----
    The rule of R's `degf` on a subset; Lumley (2004), doi:10.18637/jss.v009.i08.

    Examples
    --------
    >>> drawn = design(["a", "a", "b", "b"], [1, 2, 1, 2], [1, 1, 1, 1])
    >>> degrees_of_freedom(drawn)
    2
    """
    counts = design.weight > 0
    if members is not None:
        counts = counts & np.asarray(members, bool)
    present = np.bincount(design.psu[counts], minlength=len(design.stratum_of_psu)) > 0
    strata = np.bincount(design.stratum_of_psu[present], minlength=1) > 0
    return int(present.sum() - strata.sum())


def sum_by(codes, columns, groups: int) -> np.ndarray:
    """Add up the rows of an (n, k) array by code: (groups, k)."""
    if columns.shape[1] == 1:
        return np.bincount(codes, weights=columns[:, 0], minlength=groups)[:, None]
    rows = len(codes)
    membership = sparse.csr_array(
        (np.ones(rows), (codes, np.arange(rows))), shape=(groups, rows)
    )
    return membership @ columns


def single_unit(units, fraction) -> np.ndarray:
    """Which strata have one sampled unit, and so no variance to be seen.

    A single unit that is its whole stratum has no sampling error to estimate.
    """
    return (units == 1) & (fraction < 1)


def _first_and_code(numbers):
    _, first, code = np.unique(numbers, return_index=True, return_inverse=True)
    return first, code


def _codes(labels, rows: int, what: str):
    if labels is None:
        return ["all"], np.zeros(rows, dtype=int)
    code, names = pd.factorize(pd.Series(np.asarray(labels)), sort=True)
    if len(code) != rows:
        raise ValueError(f"{what} has {len(code)} rows, the weight {rows}")
    if (code < 0).any():
        raise ValueError(
            f"{(code < 0).sum()} of {rows} rows have no {what}; without it no "
            "design-based error can be had, so complete it or give no error"
        )
    return list(names), code


def _checked_weight(weight, rows: int) -> np.ndarray:
    return domain(np.zeros(rows), weight).weight


def _fraction(fpc, stratum_of_row, units) -> np.ndarray:
    if fpc is None:
        return np.zeros(len(units))
    given = np.broadcast_to(np.asarray(fpc, dtype=float), stratum_of_row.shape)
    per_stratum = np.empty(len(units))
    per_stratum[stratum_of_row] = given
    if not np.array_equal(per_stratum[stratum_of_row], given):
        raise ValueError("fpc differs inside a stratum (or is missing); give one each")
    fraction = per_stratum if (given <= 1).all() else units / per_stratum
    if (fraction <= 0).any() or (fraction > 1).any():
        raise ValueError(
            "fpc gives a stratum more sampled units than it has, or none; give the "
            "number of first-stage units in the population or the fraction drawn"
        )
    return fraction


def _merge(units, fraction, names, sibling, stratum_of_row):
    """New code of each stratum, and the table of what was merged with what."""
    if sibling is None:
        raise ValueError("lonely='collapse' needs `sibling`: the group to merge within")
    _, sibling_of_row = _codes(sibling, len(stratum_of_row), "sibling")
    group = np.empty(len(units), dtype=int)
    group[stratum_of_row] = sibling_of_row
    if not np.array_equal(group[stratum_of_row], sibling_of_row):
        raise ValueError("a stratum lies in two sibling groups; make its code nested")
    alone, new, touched = single_unit(units, fraction), np.arange(len(units)), []
    for code in np.unique(group[alone]):
        inside = np.flatnonzero(group == code)
        single = inside[alone[inside]]
        larger = inside[units[inside] > 1]
        together = single
        if len(single) == 1 and len(larger):
            together = np.append(single, larger[np.argmin(units[larger])])
        new[together] = together.min()
        for stratum in single if len(together) > 1 else ():
            mates = " + ".join(names[m] for m in together if m != stratum)
            touched.append((names[stratum], 1, "merged", mates))
    return new, _no_touch() if not touched else _touch_table(touched)


def _apply(new, stratum_of_psu, units, fraction, names):
    _, code = np.unique(new, return_inverse=True)
    joined = pd.Series(names).groupby(code).agg(" + ".join).tolist()
    merged_units = np.bincount(code, weights=units).astype(int)
    population = np.bincount(
        code, weights=np.divide(units, fraction, where=fraction > 0, out=units * np.inf)
    )
    return code[stratum_of_psu], merged_units, merged_units / population, joined


def _settle(touched, units, fraction, names, lonely) -> pd.DataFrame:
    alone = np.flatnonzero(single_unit(units, fraction))
    if len(alone) == 0:
        return touched
    named = ", ".join(names[i] for i in alone[:8]) + (" …" if len(alone) > 8 else "")
    if lonely == "fail":
        raise ValueError(
            f"{len(alone)} strata have a single first-stage unit, of which no variance "
            f"can be seen: {named}; choose lonely='collapse', 'adjust', 'average' or "
            "'skip' and say so"
        )
    done = {"adjust": "centred", "average": "average", "skip": "skipped"}[lonely]
    added = _touch_table([(names[i], 1, done, "") for i in alone])
    return added if touched.empty else pd.concat([touched, added], ignore_index=True)


def _touch_table(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["stratum", "units", "done", "mates"])


def _no_touch() -> pd.DataFrame:
    return pd.DataFrame(
        {"stratum": pd.Series(dtype=str), "units": pd.Series(dtype=int)}
    ).assign(done=pd.Series(dtype=str), mates=pd.Series(dtype=str))
