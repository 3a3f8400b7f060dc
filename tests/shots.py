"""Pictures of every page in outputs/, wide and narrow, for people to look at."""

import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from sepakat_lib import batch

WIDTHS = (1280, 360)
FOLDER = Path(__file__).resolve().parents[1] / "shots"


def main() -> int:
    """Write one PNG a page and width; 1 where there is no browser or no page."""
    browser = shutil.which("chromium") or shutil.which("google-chrome")
    pages = sorted(batch.outputs().rglob("*.html"))
    if not browser or not pages:
        print("no browser found" if not browser else "no page in outputs/; make report")
        return 1
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=browser, args=["--no-sandbox", "--disable-gpu"]
        )
        for page in pages:
            for width in WIDTHS:
                name = "-".join(page.relative_to(batch.outputs()).with_suffix("").parts)
                target = FOLDER / f"{name}-{width}.png"
                tab = chromium.new_page(viewport={"width": width, "height": 900})
                tab.goto(page.as_uri())
                tab.screenshot(path=target, full_page=True)
                tab.close()
                print(target)
        chromium.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
