"""A hundred ends of the real commands, at random and at every rename: for people.

`python tests/kills.py PLACE [COUNT]` prints what stood after each; it takes an hour.
`load`, `estimate`, `report`, `batch` and `publish` of two kabupaten are ended by kill
-9 or Ctrl-C. After each the old or the new must stand whole; the same command, run again,
must leave the new, make nothing again that was whole, and leave no scratch.
"""

import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import killing
import pandas as pd

from sepakat_lib import atomic, cli, estimation, parameters, warehouse
from sepakat_lib.batch import one
from sepakat_lib.sources import susenas

KABUPATEN = ("3501", "7303")
YEAR = 2023
SPENT = ["FOOD", "NONFOOD", "EXPEND", "KAPITA"]
SHARE = {"load": 0.3, "estimate": 0.2, "report": 0.1, "batch": 0.2, "publish": 0.2}


def command(verb, place):
    """Arguments of the verb."""
    year = ("--year", str(YEAR))
    regions = [part for each in KABUPATEN for part in ("--region", each)]
    return {
        "load": ("data", "load", str(place / "files-new"), *year),
        "old": ("data", "load", str(place / "files-old"), *year),
        "estimate": ("estimate", *year),
        "report": ("report", KABUPATEN[0], *year, "--format", "csv"),
        "batch": ("batch", *regions, *year, "--workers", "2", "--format", "csv"),
        "publish": ("publish", "public"),
        "batch-1": ("batch", *regions, *year, "--workers", "1", "--format", "csv"),
    }[verb]


def start(arguments, place, step=0, sign=signal.SIGKILL):
    """Start a command in the folder `place`; step 0 lets it come through."""
    told = [sys.executable, __file__, "child", str(step), str(int(sign))]
    return subprocess.Popen(
        [*told, *arguments],
        env=os.environ
        | {"SEPAKAT_DATA": str(place / "data"), "SEPAKAT_LANGUAGE": "en"}
        | {"SEPAKAT_OUTPUTS": str(place / "outputs")},
        cwd=place,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )


def through(arguments, place):
    """Run a command to its end; how long it took, and what it said."""
    began = time.monotonic()
    running = start(arguments, place)
    said, _ = running.communicate()
    assert running.returncode == 0, said
    return time.monotonic() - began, said


def prepare(place):
    """Make the states to start from, and measure how long each command takes."""
    base = place / "base"
    base.mkdir()
    for kind, factor in (("old", 1.0), ("new", 1.02)):
        folder = place / f"files-{kind}"
        susenas.demo(folder, regions=list(KABUPATEN), year=YEAR, format="csv")
        for path in folder.glob("*.csv"):
            # as an office's own: a report invents anew what was invented otherwise
            table = pd.read_csv(path).drop(columns="DEMO")
            if "blok43" in path.name:
                table[SPENT] = (table[SPENT] * factor).round(4)
            table.to_csv(path, index=False)
    took = {}
    through(command("old", place), base)
    through(command("batch", place), base)
    through(command("publish", place), base)
    shutil.copytree(base, place / "before-load")
    took["load"], _ = through(command("load", place), base)
    shutil.copytree(base, place / "before-estimate")
    took["estimate"], _ = through(command("estimate", place), base)
    shutil.copytree(base, place / "before-report")
    took["report"], _ = through(command("report", place), base)
    took["batch"], _ = through(command("batch", place), base)
    shutil.copytree(base, place / "before-publish")
    took["publish"], _ = through(command("publish", place), base)
    return took


def digest(*tables):
    """One mark for what tables hold."""
    text = "".join(table.to_csv(index=False) for table in tables)
    return hashlib.sha256(text.encode()).hexdigest()[:12]


def seen(verb, place):
    """What a reader finds: one mark for each thing that must be old or new."""
    os.environ["SEPAKAT_DATA"] = str(place / "data")
    os.environ["SEPAKAT_OUTPUTS"] = str(place / "outputs")
    chosen = [parameters.Parameters(region=each, year=YEAR) for each in KABUPATEN]
    if verb == "load":
        con = warehouse.connect("susenas", YEAR)
        ask = "SELECT * FROM {} ORDER BY ALL"
        rows = [con.execute(ask.format(table)).df() for table in warehouse.TABLES]
        inputs = warehouse.loaded().query("year == @YEAR")["inputs"].astype(str)
        return [digest(*rows, inputs.to_frame())]
    if verb == "estimate":
        return [
            digest(
                *(estimation.read(each, year=YEAR) for each in chosen),
                *(estimation.differences(each) for each in chosen),
                pd.DataFrame({"made": [estimation.made(chosen[0])[YEAR]]}),
            )
        ]
    if verb == "publish":
        public = place / "public"
        assert (public / "index.html").read_text().rstrip().endswith("</html>")
        told = {"index.html", "sepakat.json"}
        files = sorted(path for path in public.iterdir() if path.name not in told)
        content = b"".join(path.name.encode() + path.read_bytes() for path in files)
        return [hashlib.sha256(content).hexdigest()[:12]]
    marks = []
    for each in chosen[: 1 if verb == "report" else None]:
        folder = one.place_of(each.region, YEAR)
        told = json.loads((folder / "run.json").read_text())["analysis"]
        for file, known in told["files"].items():
            assert atomic.is_marked(folder / file, known), f"{file} is another's"
        assert "</html>" in (folder / "analysis.html").read_text()[-200:]
        shown = (folder / "estimates.csv").read_bytes()
        marks.append(told["seal"][:6] + hashlib.sha256(shown).hexdigest()[:6])
    assert (place / "outputs" / "index.html").read_text().rstrip().endswith("</html>")
    return marks


def scratch(place):
    """What is left half-written."""
    return [str(path.relative_to(place)) for path in place.rglob(".writing-*")]


def end(verb, place, how, step, after, sign):
    """Run a command and end it; how far it came."""
    if how == "step":
        alone = "batch-1" if verb == "batch" else verb  # the steps are of one process
        running = start(command(alone, place.parent), place, step, sign)
        running.communicate()
        return running.returncode
    running = start(command(verb, place.parent), place)
    time.sleep(after)
    if running.poll() is None:
        if how == "group":
            os.killpg(running.pid, sign)
        else:
            running.send_signal(sign)
    running.communicate()
    return running.returncode


def main(place, count=100):
    """End the commands, print what stood, and fail where it was neither."""
    # who was started in the background ignores Ctrl-C, and so would its children
    signal.signal(signal.SIGINT, signal.default_int_handler)
    place = Path(place)
    place.mkdir(parents=True)
    took = prepare(place)
    print("seconds", {verb: round(each, 1) for verb, each in took.items()}, flush=True)
    chance, tally, faults = random.Random(3), Counter(), 0
    for verb, share in SHARE.items():
        before = place / f"before-{'report' if verb == 'batch' else verb}"
        expected = {
            "old": seen(verb, before),
            "new": seen(verb, place / "base"),
        }
        assert all(a != b for a, b in zip(*expected.values(), strict=True))
        step, past = 0, False
        for turn in range(round(int(count) * share)):
            trial = place / f"{verb}-{turn:03d}"
            shutil.copytree(before, trial)
            how = "step" if turn % 2 == 0 and not past else ("alone", "group")[turn % 2]
            step += how == "step"
            after = chance.uniform(0.3, took[verb] * 1.05)
            sign = signal.SIGINT if turn % 5 == 4 else signal.SIGKILL
            code = end(verb, trial, how, step, after, sign)
            past |= how == "step" and code == 0
            fault, states = "", []
            try:
                states = [
                    next((k for k in expected if expected[k][i] == mark), "NEITHER")
                    for i, mark in enumerate(seen(verb, trial))
                ]
                whole = {
                    path: path.stat().st_mtime_ns
                    for path, state in zip(
                        (one.place_of(each, YEAR) / "run.json" for each in KABUPATEN),
                        states,
                        strict=False,
                    )
                    if state == "new" and verb == "batch"
                }
                time.sleep(1.5)  # orphaned workers look for their parent twice a second
                through(command(verb, place), trial)
                assert seen(verb, trial) == expected["new"], "not made anew"
                assert not scratch(trial), f"left: {scratch(trial)}"
                again = [
                    path for path, at in whole.items() if path.stat().st_mtime_ns != at
                ]
                assert not again, f"made again: {again}"
                assert "NEITHER" not in states, "neither old nor new"
                shutil.rmtree(trial)
            except Exception as error:
                fault = f"FAULT {type(error).__name__}: {error}"
            faults += bool(fault)
            tally[verb, how, "+".join(sorted(set(states))) or "?"] += 1
            where = f"step {step}" if how == "step" else f"{after:.1f} s, {how}"
            name = signal.Signals(sign).name
            line = f"{verb:9} {name:8} {where:14} exit {code:4}  {' '.join(states)} {fault}"
            print(line, flush=True)
    for key, times in sorted(tally.items()):
        print(f"{times:4}  {' '.join(key)}")
    print(f"{sum(tally.values())} ends, {faults} faults")
    return bool(faults)


if __name__ == "__main__":
    if sys.argv[1] == "child":
        if int(sys.argv[2]):
            killing.end_at(int(sys.argv[2]), int(sys.argv[3]))
        cli.main(sys.argv[4:])
    else:
        sys.exit(main(*sys.argv[1:]))
