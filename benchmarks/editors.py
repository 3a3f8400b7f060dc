"""What an editor costs a person: seconds to its first rows, milliseconds of an edit.

    python benchmarks/editors.py [rows]

Two thousand cost lines in a ledger of its own, a grid of them on the officials' door and in
JupyterLab, in headless Chromium. It prints lines for `results.md`.
"""

import os
import re
import shutil
import statistics
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "tests"))

from editors_fixture import GRID, filled, lab, voila  # noqa: E402
from playwright.sync_api import sync_playwright  # noqa: E402

PAGE = "voila/render/analysis.ipynb?region=3501&year=2023&live=1"
EDITS = 40
PATIENCE = 300_000  # ms


def main(rows: int = 2_000) -> None:
    """Measure both doors, and print."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as place:
        chromium = playwright.chromium.launch(
            executable_path=found, args=["--no-sandbox", "--disable-gpu"]
        )
        for door in ("Voilà", "JupyterLab"):
            folder = Path(place) / door
            made = filled(folder / "data", rows)
            with tempfile.TemporaryDirectory(prefix="lab-") as runtime:
                os.environ["JUPYTER_RUNTIME_DIR"] = runtime
                opened = voila if door == "Voilà" else lab
                with opened(folder, made, GRID) as (address, _):
                    page = chromium.new_page()
                    page.set_default_timeout(PATIENCE)
                    first = _first_paint(page, address, door)
                    edits = sorted(_edits(page))
            p95 = edits[int(0.95 * len(edits)) - 1]
            print(f"| {door}, {rows} rows: first paint | {first:.1f} s |")
            middle = statistics.median(edits)
            print(f"| {door}: an edit, p50 / p95 | {middle:.0f} / {p95:.0f} ms |")
        chromium.close()
    print(f"load of the machine: {os.getloadavg()}")


def _first_paint(page, address: str, door: str) -> float:
    """Seconds until rows are seen: of a page, or of a cell that is run in Lab."""
    if door == "Voilà":
        began = time.perf_counter()
        page.goto(f"{address}{PAGE}", wait_until="commit")
    else:
        page.goto(re.sub(r"/lab[^?]*", "/lab/tree/editors.ipynb", address))
        page.get_by_text("Python 3 (ipykernel) | Idle").wait_for()
        page.locator(".lm-MenuBar-item", has_text="Run").click()
        began = time.perf_counter()
        page.get_by_text("Run All Cells", exact=True).click()
    page.wait_for_selector("[role=gridcell]")
    return time.perf_counter() - began


def _edits(page) -> list[float]:
    """Milliseconds from Enter until the amount of the row is another."""
    page.locator("[data-r='0'][data-c='3']").click()
    page.keyboard.press("F2")
    page.wait_for_selector(".ask input")
    page.keyboard.type("Bench")
    page.keyboard.press("Enter")
    page.wait_for_selector(".edit")
    page.keyboard.press("Escape")
    return [
        page.evaluate(
            """([number]) => new Promise((done) => {
                const at = (c) => document.querySelector(`[data-r='0'][data-c='${c}']`);
                const key = (target, name) => target.dispatchEvent(
                    new KeyboardEvent("keydown", {key: name, bubbles: true, cancelable: true}));
                at(3).dispatchEvent(new MouseEvent("mousedown", {bubbles: true}));
                key(at(3), "F2");
                const input = document.querySelector(".edit");
                input.value = String(number);
                const before = at(5).textContent, began = performance.now();
                key(input, "Enter");
                const look = () => at(5).textContent === before
                    ? setTimeout(look, 1) : done(performance.now() - began);
                look();
            })""",
            [2_000 + number],
        )
        for number in range(EDITS)
    ]


if __name__ == "__main__":
    main(*map(int, sys.argv[1:2]))
