"""The nation's scan beside a plain SQL scan of the same columns.

    sepakat data demo 00 --year 2023
    python benchmarks/scan.py

Both read the same Parquet in a process of their own. The plain scan sums each numerator
and denominator by kabupaten, with no group, no error and no province or nation: it is
the floor under which no estimate can be had, not a rival that does the same.
"""

import resource
import subprocess
import sys
import time

YEAR = 2023


def plain() -> str:
    """Sum every ratio's numerator and denominator by kabupaten; the SQL, as text."""
    from sepakat_lib import warehouse
    from sepakat_lib.estimation import rows
    from sepakat_lib.indicators import catalogue

    con = warehouse.connect("susenas", YEAR)
    rows.join(con, YEAR, "kabupaten")
    told = []
    for table, weight in (("households", "weight * size"), ("persons", "weight")):
        there = {n for n, *_ in con.execute(f"DESCRIBE rows_{table}").fetchall()}
        columns = [
            f"sum({weight} * CASE WHEN {each.universe} THEN ({getattr(each, part)}) END)"
            for each in catalogue().values()
            if each.table == table and each.numerator and each.columns <= there
            for part in ("numerator", "denominator")
        ]
        sql = f"SELECT region, {', '.join(columns)} FROM rows_{table} GROUP BY region"
        con.execute(sql).fetchall()
        told.append(f"{len(columns)} sums over rows_{table}:\n{sql[:600]} …")
    return "\n".join(told)


def whole() -> str:
    """Estimate all indicators x groups x regions with their errors."""
    from sepakat_lib import estimation

    told = estimation.estimate(YEAR, force=True)
    return f"{told['rows']:,} estimates of {told['regions']} regions"


def main() -> None:
    """Run each way in a process of its own and print seconds and peak memory."""
    if len(sys.argv) > 1:
        began = time.perf_counter()
        said = {"plain": plain, "whole": whole}[sys.argv[1]]()
        seconds = time.perf_counter() - began
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{sys.argv[1]}: {seconds:.1f} s, peak {peak:,.0f} MB\n{said}\n")
        return
    for way in ("plain", "whole"):
        subprocess.run([sys.executable, __file__, way], check=True)


if __name__ == "__main__":
    main()
