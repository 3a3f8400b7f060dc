"""Thirty visitors of thirty regions at the officials' door at once.

    python benchmarks/load.py [--data FOLDER] [--visitors 30] [--year 2023]

First of pages that nobody has made, so that each needs a kernel; then of the same pages
after a batch has made them. A page counts as come when its last block is there and no
banner of a failure. Memory is the sum of what each process has to itself (PSS where the
system tells it, else RSS), looked at each half second. Reads the data, writes none.
"""

import argparse
import asyncio
import contextlib
import os
import re
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil
from tornado.httpclient import AsyncHTTPClient

from sepakat_lib import batch, intake, regions

SERVE = (
    *(sys.executable, "-c"),
    "from sepakat_lib.cli import main; main()",
    *("serve", "--port", "0", "--no-open"),
)
PATIENCE = 1200  # seconds that a visitor waits
LAST, FAILED = b'<div class="foot">', b'role="alert"'


@contextlib.contextmanager
def door(log: Path):
    """Address of a door on a free port, and its process."""
    with log.open("w") as told:
        process = subprocess.Popen(SERVE, stdout=told, stderr=subprocess.STDOUT)
    try:
        while not (found := re.search(r"http://\S+/", log.read_text("utf-8"))):
            if process.poll() is not None:
                raise SystemExit(log.read_text("utf-8"))
            time.sleep(0.1)
        yield found[0], psutil.Process(process.pid)
    finally:
        process.terminate()
        process.wait()


async def visit(address: str) -> tuple[float, float]:
    """Seconds until something and until the whole page has come."""
    first, began = [], time.perf_counter()
    parts = []

    def take(part: bytes):
        first.append(time.perf_counter() - began)
        parts.append(part)

    await AsyncHTTPClient().fetch(
        address,
        streaming_callback=take,
        connect_timeout=PATIENCE,
        request_timeout=PATIENCE,
    )
    page = b"".join(parts)
    if LAST not in page or FAILED in page or not page.rstrip().endswith(b"</html>"):
        raise SystemExit(f"{address} is not whole:\n{page[-2000:].decode()}")
    return first[0], time.perf_counter() - began


def memory(process: psutil.Process) -> int:
    """Bytes that a process has to itself."""
    full = process.memory_full_info()
    return getattr(full, "pss", full.rss)


async def watch(server: psutil.Process, peaks: dict) -> None:
    """Keep the largest sums of the server and its kernels, until cancelled."""
    while True:
        sums = {"server": 0, "kernels": 0, "number": 0}
        for each in [server, *server.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):  # it has just ended
                sums["server" if each == server else "kernels"] += memory(each)
                sums["number"] += each != server
        sums["all"] = sums["server"] + sums["kernels"]
        for name, value in sums.items():
            peaks[name] = max(peaks.get(name, 0), value)
        await asyncio.sleep(0.5)


async def crowd(address: str, server: psutil.Process, wanted, year: int) -> str:
    """Let all visitors come at once; a line of what they met."""
    AsyncHTTPClient.configure(None, max_clients=len(wanted), max_body_size=2**26)
    peaks: dict[str, int] = {}
    watching = asyncio.ensure_future(watch(server, peaks))
    page = f"{address}voila/render/analysis.ipynb"
    before = sum(server.cpu_times()[:2])
    began = time.perf_counter()
    came = await asyncio.gather(
        *(visit(f"{page}?region={region}&year={year}") for region in wanted)
    )
    took = time.perf_counter() - began
    watching.cancel()
    computed = sum(server.cpu_times()[:2]) - before
    first, whole = zip(*came, strict=True)
    return (
        f"first words p50 {at(first, 50):.2f} s, p95 {at(first, 95):.2f} s; "
        f"whole page p50 {at(whole, 50):.2f} s, p95 {at(whole, 95):.2f} s; "
        f"all in {took:.1f} s, of the server's {computed:.2f} s of a core\n"
        f"  peak: server {peaks['server'] / 1e6:,.0f} MB, "
        f"kernels {peaks['kernels'] / 1e6:,.0f} MB in {peaks['number']}, "
        f"together {peaks['all'] / 1e6:,.0f} MB"
    )


def at(seconds, percent: int) -> float:
    """Percentile of few values: the smallest that so many do not exceed."""
    ordered = sorted(seconds)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


def main() -> None:
    """Measure both crowds, each at a door that was just opened."""
    options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    options.add_argument("--data", help="folder of loaded data; default: SEPAKAT_DATA")
    options.add_argument("--visitors", type=int, default=30)
    options.add_argument("--year", type=int, default=2023)
    given = options.parse_args()
    if given.data:
        os.environ["SEPAKAT_DATA"] = given.data
    every = regions.table().query("level == 'kabupaten'")["region"]
    loaded = set(intake.loaded(given.year)) or set(every)
    wanted = sorted(loaded)[:: max(1, len(loaded) // given.visitors)][: given.visitors]
    with tempfile.TemporaryDirectory(prefix="sepakat-load-") as folder:
        os.environ["SEPAKAT_OUTPUTS"] = str(Path(folder) / "outputs")
        log = Path(folder) / "serve.log"
        print(
            f"{len(wanted)} visitors of {len(wanted)} regions, {os.cpu_count()} cores"
        )
        with door(log) as (address, server):
            told = asyncio.run(crowd(address, server, wanted, given.year))
            print(f"not made before: {told}", flush=True)
        began = time.perf_counter()
        done = batch.run_all(wanted, ["analysis"], year=given.year)
        assert not done.failed, done.failed
        print(f"a batch made them in {time.perf_counter() - began:.0f} s", flush=True)
        with door(log) as (address, server):
            for which in ("made before", "again"):
                told = asyncio.run(crowd(address, server, wanted, given.year))
                print(f"{which}: {told}", flush=True)


if __name__ == "__main__":
    main()
