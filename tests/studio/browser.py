"""A real browser for tests of the page: Debian's Chromium, driven by playwright."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, NoReturn

import pytest

from tests.studio.live import Live

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
ARGUMENTS = [
    "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
SIZES = {"small": (1280, 800), "large": (1920, 1080), "phone": (390, 844)}


def missing(reason: str) -> NoReturn:
    """A skip that says why; a failure where CHAINRULE_REQUIRE_BROWSER is set, as it is in CI."""
    if os.environ.get("CHAINRULE_REQUIRE_BROWSER"):
        pytest.fail(f"CHAINRULE_REQUIRE_BROWSER is set, and there is {reason}")
    pytest.skip(reason)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser without a page; the test says why where there is none."""
    if CHROMIUM is None:
        missing("no Chromium: apt-get install chromium")
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing("no playwright: pip install 'chainrule[dev]'")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


class Tab:
    """A page of the studio, what it asked for, and what went wrong in it.

    sockets: of each WebSocket since the page opened what was said and heard, in order, as texts.
    dialogs: what asked or told something in a window of its own; nothing of ours does.
    """

    def __init__(self, page: Any) -> None:
        self.page = page
        self.asked: list[str] = []
        self.wrong: list[str] = []
        self.dialogs: list[str] = []
        self.sockets: list[list[str]] = []
        page.on("dialog", self._dismiss)
        page.on("websocket", self._listen)
        page.on("request", lambda request: self.asked.append(request.url))
        page.on("websocket", lambda socket: self.asked.append(socket.url))
        page.on("pageerror", lambda error: self.wrong.append(str(error)))
        page.on("console", self._hear)

    def _listen(self, socket: Any) -> None:
        said: list[str] = []
        self.sockets.append(said)
        for event in ("framesent", "framereceived"):
            socket.on(event, lambda frame: said.append(frame) if isinstance(frame, str) else None)

    def _dismiss(self, dialog: Any) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def _hear(self, message: Any) -> None:
        if message.type in ("error", "warning"):
            self.wrong.append(message.text)

    def away(self) -> list[str]:
        """What it asked of any other machine or port; downloads are asked for, too."""
        host = self.page.url.split("/")[2]
        ours = (f"http://{host}/", f"ws://{host}/", f"blob:http://{host}/", "data:")
        return [url for url in self.asked if not url.startswith(ours)]

    def numbers(self) -> str:
        """All that is said of a state in words, and every line of the network."""
        words = self.page.locator(".words h1, .numbers").all_inner_texts()
        lines = self.page.locator("path.line").evaluate_all(
            "found => found.map(each => each.getAttribute('stroke-width'))"
        )
        return "\n".join([*words, *lines])

    def error(self) -> float:
        """The training error that the page shows."""
        shown = self.page.locator(".numbers div:has(.thin) dd").inner_text()
        digits = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
        return float(shown.replace("×10", "e").translate(digits))

    def step(self) -> int:
        return int(self.page.locator(".step b").inner_text().replace(",", ""))

    def wait_until(self, holds: Callable[[], bool], what: str, seconds: float = 60) -> None:
        """Ask again and again: playwright's own way needs `eval`, which the page forbids."""
        end = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < end, f"{what}: not within {seconds:g} s"
            self.page.wait_for_timeout(20)

    def wait_for_step(self, step: int) -> None:
        self.wait_until(lambda: self.step() >= step, f"step {step}")

    def headline(self) -> str:
        return self.page.locator(".words h1").inner_text()

    def wait_until_learned(self) -> None:
        self.wait_until(
            lambda: self.headline().startswith("Learned"), "a headline that says Learned"
        )


@contextmanager
def opened(browser: Any, live: Live, size: str = "small", **more: Any) -> Iterator[Tab]:
    """The studio's page in a browser that has the cookie, at the first picture.

    more: settings of playwright's context, as bypass_csp=True.
    """
    width, height = SIZES[size]
    context = browser.new_context(
        **{"viewport": {"width": width, "height": height}, "reduced_motion": "reduce", **more}
    )
    name, _, value = live.headers["Cookie"].partition("=")
    context.add_cookies([{"name": name, "value": value, "url": f"http://{live.host}"}])
    try:
        yield entered(context, f"http://{live.host}/")
    finally:
        context.close()


def entered(context: Any, address: str) -> Tab:
    """A new tab at an address of the studio, with its first picture."""
    tab = Tab(context.new_page())
    tab.page.goto(address)
    tab.page.wait_for_selector("path.line[stroke]", state="attached")
    tab.wait_until(lambda: tab.headline() != "One moment …", "the headline of a picture")
    return tab
