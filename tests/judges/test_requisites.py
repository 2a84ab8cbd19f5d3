"""What a browser with scripts switched off asks for, we ask for too (ruling 40)."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from presence import absent
from preserving import preserve
from servers.demo_site import running_demo_site

pytestmark = pytest.mark.judge

# A hint for the page that a reader may open next is no part of this page.
HINTS = {"/wide/files/later.html"}


def browse(url: str, folder: Path) -> None:
    """Open a page in a fresh profile, scripts off, in a window high enough for every lazy image."""
    chromium = shutil.which("chromium")
    if chromium is None:
        absent("chromium is not installed: apt-get install chromium")
    preferences = folder / "Default" / "Preferences"
    preferences.parent.mkdir()
    preferences.write_text(json.dumps({"profile": {"default_content_setting_values": {"javascript": 2}}}))
    options = (
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--window-size=1200,6000",
    )
    command = [chromium, *options, f"--user-data-dir={folder}", f"--screenshot={folder}/page.png", url]
    subprocess.run(command, capture_output=True, timeout=120, check=True)


@pytest.mark.parametrize("page", ["/wide/", "/article/harbour-lamp.html", "/article/ja.html", "/troubles/"])
def test_nothing_that_a_browser_asks_for_is_missed(page: str, tmp_path: Path) -> None:
    asked = {}
    for who in ("chromium", "strongroom"):
        folder = tmp_path / who
        folder.mkdir()
        with running_demo_site(folder) as site:
            url = site.addresses.first + page
            if who == "chromium":
                browse(url, folder)
            else:
                preserve([url], folder, options=["--scope", "page"])
            asked[who] = {(exchange.host, exchange.target) for exchange in site.exchanges(at_least=1)}
    missed = {target for _, target in asked["chromium"] - asked["strongroom"]}
    assert missed - HINTS == set()
    assert ("first", page) in asked["chromium"]
