"""Estimates of rows by hand, without a warehouse: the way of `estimation.estimate`."""

from sepakat_lib.estimation import scan, tabling, tiers
from sepakat_lib.indicators import grouping


def parts_of(rows, indicators, by_names=None, complete=None, finest="kabupaten"):
    """Parts and tiers of rows, as they stand before they are told in tables."""
    homes = scan.households(rows, indicators)
    told_by = {
        one.name: [grouping(name) for name in by_names or one.groupings]
        for one in indicators
    }
    regions = [*map(str, homes.units.regions)]
    levels = tiers.tiers(regions, complete or {"99": 2, "00": 514}, finest)
    plain = {
        name: [by for by in told if not by.by_level and by.name in rows.groups]
        for name, told in told_by.items()
    }
    parts = [scan.fixed(rows, homes, indicators, plain)]
    of_row = homes.units.kabupaten[homes.psu]
    people = homes.weight * homes.size
    codes = {
        tier.level: {
            by.name: scan.quantile_codes(
                homes.spending, people, tier.inside[of_row], by
            )
            for told in told_by.values()
            for by in told
            if by.quantiles
        }
        for tier in levels
    }
    ranked = [
        one for one in indicators if any(by.quantiles for by in told_by[one.name])
    ]
    if ranked and by_names is None:
        parts.append(scan.by_level(homes, ranked, codes))
    inside = {tier.level: tier.inside for tier in levels}
    parts.append(scan.statistics(homes, indicators, told_by, inside))
    return [part for part in parts if len(part.cells)], levels, told_by


def tabled(rows, indicators, by_names=None, complete=None):
    """Estimates and differences, before remarks and intervals."""
    parts, levels, told_by = parts_of(rows, indicators, by_names, complete)
    kinds = {one.name: one for one in indicators}
    return tabling.tabled(tabling.domain_values(parts, levels, told_by, kinds, 2023))


def caveats(rows):
    """What the rows say of their kabupaten."""
    return tabling.caveats(rows, scan.Units(rows.region, rows.stratum))


def valued(rows, indicator, by, level=0, complete=None):
    """Values of one indicator by one grouping at one tier."""
    parts, levels, _ = parts_of(rows, [indicator], (by,), complete)
    return tiers.valued(parts[0], levels[level], {indicator.name: indicator})
