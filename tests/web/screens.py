"""`make screens`: the ten main screens in English and Urdu, taken from the sample house into docs/screens."""

import asyncio
import io
import logging
import sys
import tempfile
from pathlib import Path

import structlog
from PIL import Image
from playwright.async_api import Browser, async_playwright

from adapters.database.migrate import upgrade
from service.settings import Settings
from tests.architecture.source import ROOT
from tests.chromium import CHROMIUM_SWITCHES, chromium
from tests.web.conftest import Live
from tests.web.filled import fill
from tests.web.rooms import rooms

FOLDER = ROOT / "docs" / "screens"
SCREENS = (
    ("sign-in", "", "/sign-in"),
    ("my-day", "counsellor.isb", "/my-cases"),
    ("find", "counsellor.isb", "/clients"),
    ("client", "counsellor.isb", "/clients/{clients}"),
    ("case", "counsellor.isb", "/cases/{cases}"),
    ("refer", "counsellor.isb", "/cases/{cases}/refer"),
    ("referral", "counsellor.isb", "/referrals/{referrals}"),
    ("outreach", "counsellor.isb", "/outreach"),
    ("board", "supervisor.isb", "/board"),
    ("figures", "supervisor.isb", "/figures"),
)
"""Name, who looks, and where."""
PHONE = ("case", "referral")
"""Taken once more as on a telephone."""
COLOURS = 48


def small(png: bytes) -> bytes:
    """A screen of text keeps its looks with few colours and a quarter of the bytes."""
    out = io.BytesIO()
    Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(out, "PNG", optimize=True)
    return out.getvalue()


async def take(browser: Browser, live: Live, language: str) -> None:
    records = await fill(live)
    async with rooms(browser, live, language) as people:
        for name, who, path in SCREENS:
            page = await people.page(who)
            await page.goto(path.format_map(records))
            for suffix, width, height in (("", 1100, 860), ("-phone", 360, 740)):
                if suffix and name not in PHONE:
                    continue
                await page.set_viewport_size({"width": width, "height": height})
                (FOLDER / f"{name}-{language}{suffix}.png").write_bytes(small(await page.screenshot()))


async def main() -> None:
    program = chromium()
    if program is None:
        sys.exit("Install Debian's package chromium-headless-shell first.")
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.ERROR))
    FOLDER.mkdir(exist_ok=True)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=program, args=CHROMIUM_SWITCHES)
        for language in ("en", "ur"):
            with tempfile.TemporaryDirectory() as folder:
                url = f"sqlite:///{folder}/mrc.sqlite"
                await asyncio.to_thread(upgrade, url, app_role=None)
                live = Live(Settings(data_dir=Path(folder), database_url=url))
                live.start()
                try:
                    await take(browser, live, language)
                finally:
                    live.stop()
        await browser.close()


if __name__ == "__main__":
    asyncio.run(main())
