"""The sampling design: strata, first-stage units, and strata left with one unit."""

from dataclasses import dataclass, field, replace
from numbers import Number

import numpy as np
import pandas as pd
from scipy import sparse

from sepakat_lib.stats.survey.estimators import checked_members, domain

POLICIES = ("fail", "adjust", "average", "skip", "collapse")
NO_CODE = ("", "nan", "none", "<na>", "nat", "null")  # a gap once turned into text


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of drawing after the first; made by `design`.

    Attributes
    ----------
    unit : (n,) array of int
        Code of the row's unit at this stage, all units of the design numbered on.
    stratum_of_unit : (n_units,) array of int
        Code of each unit's stratum: the unit of the stage before, and inside it the
        stratum of this stage, if there is one.
    units : (n_strata,) array of int
        Sampled units in each.
    fraction : (n_strata,) array
        Share of the units that was drawn; 0 means with replacement.
    reach : (n_strata,) array
        Product of the fractions of the stages before: what its variance counts with.
    """

    unit: np.ndarray
    stratum_of_unit: np.ndarray
    units: np.ndarray
    fraction: np.ndarray
    reach: np.ndarray


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
    unit_names : MultiIndex or None
        Stratum and code of each PSU as they came; None where every row was drawn by
        itself. Tells which units two rounds share (`difference_of_rounds`).
    stages : tuple of Stage
        Stages after the first whose units were sampled out of known numbers.
    """

    weight: np.ndarray
    psu: np.ndarray
    stratum_of_psu: np.ndarray
    units: np.ndarray
    fraction: np.ndarray
    lonely: str
    strata: tuple
    touched: pd.DataFrame = field(repr=False)
    unit_names: pd.MultiIndex | None = field(default=None, repr=False)
    stages: tuple[Stage, ...] = field(default=(), repr=False)

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
    stratum : (n,) array, (n, k) table or None
        Stratum of each row; None for a sample without strata. A second column is the
        stratum inside the first-stage unit, and so on.
    psu : (n,) array, (n, k) table or None
        First-stage unit of each row; a code is a unit *within* its stratum, so the
        same code in two strata means two units. None: each row was drawn by itself.
        A table has a column a stage: the unit of the second stage within the first.
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
    fpc : (n,) array, (n, k) table or float, optional
        Finite population, a column a stage: number of units to draw from (in the
        stratum; of a later stage in the unit before), or, where all of the table are 1
        or less, the fraction drawn. Infinite: drawn with replacement at that stage.
        Without `fpc` the first stage is drawn with replacement and later stages add
        nothing; with fewer columns than stages the later ones are taken as complete.

    Raises
    ------
    ValueError
        Missing codes, or codes of mixed kind (1 beside "1"); a stratum of one unit
        under "fail", named; a stratum in two sibling groups; an unknown policy; `fpc`
        of more stages than `psu`, of sizes mixed with fractions, or smaller than the
        sample.

    Notes
    -----
    Lumley (2004), doi:10.18637/jss.v009.i08, for the first four policies. Merging
    strata overstates the variance, as a rule.

    Several stages add up as in R's `svydesign(ids = ~psu + ssu, fpc = ~f1 + f2)`: to
    the variance between first-stage units comes that between second-stage units inside
    them times the fraction of the first stage, and so on. Cochran (1977), Sampling
    Techniques, 3rd edition, chapters 10 and 11; Särndal, Swensson and Wretman (1992),
    Model Assisted Survey Sampling, section 4.3.

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
    codes_of_strata = _columns(stratum)
    codes_of_units = _columns(np.arange(rows) if psu is None else psu)
    counts = _populations(fpc, rows, len(codes_of_units))
    if len(codes_of_strata) > len(codes_of_units):
        raise ValueError(
            f"strata of {len(codes_of_strata)} stages for units of "
            f"{len(codes_of_units)}; name the units of every stage in `psu`"
        )
    labels, stratum_of_row = _codes(codes_of_strata[0], rows, "stratum")
    unit_labels, unit = _codes(codes_of_units[0], rows, "psu")
    first, psu_of_row = _inside(stratum_of_row, unit)
    stratum_of_psu = stratum_of_row[first]
    units = np.bincount(stratum_of_psu, minlength=len(labels))
    fraction = _fraction(counts, 0, stratum_of_row, units)
    unit_names = None
    if psu is not None:
        unit_names = pd.MultiIndex.from_arrays(
            [
                pd.Index(labels).take(stratum_of_psu),
                pd.Index(unit_labels).take(unit[first]),
            ]
        )
    stages = _later_stages(
        codes_of_strata, codes_of_units, counts, psu_of_row, fraction[stratum_of_row]
    )
    names = [str(label) for label in labels]
    touched = _no_touch()
    if lonely == "collapse":
        merged, touched = _merge(units, fraction, names, sibling, stratum_of_row)
        stratum_of_psu, units, fraction, names = _apply(
            merged, stratum_of_psu, units, fraction, names
        )
        lonely = "adjust"
    touched = _settle(touched, units, fraction, names, lonely)
    for number, stage in enumerate(stages, start=2):
        _, a_row = np.unique(stage.stratum_of_unit[stage.unit], return_index=True)
        inside = [
            f"{unit_names[code][0]} / {unit_names[code][1]} (stage {number})"
            for code in psu_of_row[a_row]
        ]
        touched = _settle(touched, stage.units, stage.fraction, inside, lonely)
    return Design(
        weight=weight,
        psu=psu_of_row,
        stratum_of_psu=stratum_of_psu,
        units=units,
        fraction=fraction,
        lonely=lonely,
        strata=tuple(names),
        touched=touched,
        unit_names=unit_names,
        stages=stages,
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

    Raises
    ------
    ValueError
        Members that are not one True or False for each row of the design.

    Notes
    -----
    Later stages add none. The rule of R's `degf` on a subset; Lumley (2004), doi:10.18637/jss.v009.i08.

    Examples
    --------
    >>> drawn = design(["a", "a", "b", "b"], [1, 2, 1, 2], [1, 1, 1, 1])
    >>> degrees_of_freedom(drawn)
    2
    """
    return _freedom(design.psu, design.stratum_of_psu, _counting(design, members))


def later_freedom(design: Design, members=None) -> int:
    """Units less strata, with a member, of the first stage whose strata are all drawn.

    Parameters
    ----------
    design : Design
    members : (n,) bool array, optional
        The domain; default all rows.

    Returns
    -------
    int
        Of the first later stage that all units before were taken for: they are strata
        to it, as villages that were all visited are to their households. 0 where some
        were not, since then the first stage has the degrees of freedom.
    """
    if (design.fraction < 1).any():
        return 0
    counts = _counting(design, members)
    for stage in design.stages:
        if (stage.reach < 1).any():
            break
        if (stage.fraction < 1).any():
            return _freedom(stage.unit, stage.stratum_of_unit, counts)
    return 0


def _freedom(unit, stratum_of_unit, counts) -> int:
    """Units with a row that counts less strata with one."""
    present = np.bincount(unit[counts], minlength=len(stratum_of_unit)) > 0
    strata = np.bincount(stratum_of_unit[present], minlength=1) > 0
    return int(present.sum() - strata.sum())


def _counting(design: Design, members) -> np.ndarray:
    counts = design.weight > 0
    if members is not None:
        counts = counts & checked_members(members, len(counts))
    return counts


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


def _inside(outer, inner):
    """First row and code of each pair of codes: a unit is one within its outer one."""
    return _first_and_code(outer * (inner.max() + 1) + inner)


def _columns(labels) -> list:
    """Columns of a table, a stage each; a single column is the first stage."""
    if labels is None or np.ndim(labels) < 2:
        return [labels]
    table = pd.DataFrame(labels)
    return [table.iloc[:, place] for place in range(table.shape[1])]


def _codes(labels, rows: int, what: str):
    if labels is None:
        return ["all"], np.zeros(rows, dtype=int)
    column = pd.Series(labels)
    if len(column) != rows:
        raise ValueError(f"{what} has {len(column)} rows, the weight {rows}")
    if column.dtype == object:
        _refuse_mixed(column, what)
    code, names = pd.factorize(column, sort=True)
    lost = [place for place, name in enumerate(names) if _is_no_code(name)]
    missing = (code < 0) | np.isin(code, lost)
    if missing.any():
        raise ValueError(
            f"{missing.sum()} of {rows} rows have no {what}; without it no "
            "design-based error can be had, so complete it or give no error"
        )
    return list(names), code


def _refuse_mixed(column: pd.Series, what: str) -> None:
    """Refuse numbers beside text: nobody can say whether 1 and "1" are one unit."""
    kinds = {_kind(kind) for kind in set(map(type, column[column.notna()]))}
    if len(kinds) > 1:
        raise ValueError(
            f"{what} has {' and '.join(sorted(kinds))} mixed, so that 1 and '1' may be "
            f"one {what} or two; make all codes text (or all numbers) where the data "
            "enter"
        )


def _kind(kind: type) -> str:
    if issubclass(kind, str):
        return "text"
    if issubclass(kind, (bool, np.bool_)):
        return "True or False"
    if issubclass(kind, (Number, np.number)):
        return "numbers"
    return kind.__name__


def _is_no_code(name) -> bool:
    if isinstance(name, str):
        return name.strip().lower() in NO_CODE
    return isinstance(name, (float, np.floating)) and not np.isfinite(name)


def _checked_weight(weight, rows: int) -> np.ndarray:
    return domain(np.zeros(rows), weight).weight


def _populations(fpc, rows: int, stages: int) -> np.ndarray | None:
    """Finite populations as an (n, k) table: sizes, or fractions below or at 1."""
    if fpc is None:
        return None
    given = np.asarray(fpc, dtype=float)
    if given.ndim == 0:
        given = np.full((rows, 1), given)
    elif given.ndim == 1:
        given = given[:, None]
    if given.ndim != 2 or len(given) != rows:
        raise ValueError(
            f"fpc came in shape {np.shape(fpc)} for {rows} rows; give one number, one "
            "for each row, or a table of a column a stage"
        )
    if not 1 <= given.shape[1] <= stages:
        raise ValueError(
            f"fpc of {given.shape[1]} stages for units of {stages}; name the units of "
            "every stage, a column each, in `psu`, or the later ones would be lost"
        )
    if (given < 1).any() and (given > 1).any():
        raise ValueError(
            "fpc mixes numbers above 1 with fractions below 1; give the number of "
            "units in the population at every stage, or the fraction at every stage"
        )
    return given


def _fraction(given, stage: int, stratum_of_row, units) -> np.ndarray:
    if given is None:
        return np.zeros(len(units))
    column = given[:, stage]
    per_stratum = np.empty(len(units))
    per_stratum[stratum_of_row] = column
    if not np.array_equal(per_stratum[stratum_of_row], column):
        raise ValueError("fpc differs inside a stratum (or is missing); give one each")
    with np.errstate(divide="ignore"):  # a population of 0 is refused below
        fraction = per_stratum if (given <= 1).all() else units / per_stratum
    if (per_stratum <= 0).any() or (fraction > 1).any():
        raise ValueError(
            "fpc gives a stratum more sampled units than it has, or none; give the "
            "number of units in the population or the fraction drawn"
            + (f" (stage {stage + 1})" if stage else "")
        )
    return fraction


def _later_stages(strata, units, given, unit_before, reach) -> tuple[Stage, ...]:
    """Stages after the first that were sampled; `reach` is a number of each row."""
    stages = []
    if given is None:
        return ()
    rows = len(unit_before)
    for number in range(1, given.shape[1]):
        # as in R: one column of strata speaks of the first stage alone
        own = strata[number] if number < len(strata) else None
        _, inner = _codes(own, rows, f"stratum of stage {number + 1}")
        first_of_stratum, stratum = _inside(unit_before, inner)
        _, label = _codes(units[number], rows, f"unit of stage {number + 1}")
        first, unit = _inside(stratum, label)
        stratum_of_unit = stratum[first]
        sampled = np.bincount(stratum_of_unit, minlength=len(first_of_stratum))
        fraction = _fraction(given, number, stratum, sampled)
        stages.append(
            Stage(unit, stratum_of_unit, sampled, fraction, reach[first_of_stratum])
        )
        unit_before, reach = unit, reach * fraction[stratum]
    return tuple(stages)


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
