"""What only a browser can tell of the studio: seconds until something is drawn, and frames drawn.

Debian's Chromium without a screen and without a graphics card: all drawing is the processor's.
"""

from __future__ import annotations

import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import Any

from tests.studio.browser import CHROMIUM, SIZES, Tab, chromium

__all__ = ["CHROMIUM", "chromium", "clicks", "frames", "jumps", "opened", "stale"]
WATCH = """
    const clear = CanvasRenderingContext2D.prototype.clearRect;
    window.drawn = [];  // ms since the page began, of each time that the large map was drawn
    CanvasRenderingContext2D.prototype.clearRect = function (...box) {
        if (this.canvas.classList.contains("large")) drawn.push(performance.now());
        return clear.apply(this, box);
    };
    window.pressed = 0;
    addEventListener("pointerdown", () => { pressed = performance.now(); }, true);
"""
CLICK = """address => new Promise(done => {
    const began = performance.now();
    const watcher = new MutationObserver(() => {
        if (!document.querySelector(".formulas .link")) return;
        watcher.disconnect();
        requestAnimationFrame(() => done(performance.now() - began));
    });
    watcher.observe(document.body, { subtree: true, childList: true });
    document.querySelector(`[data-address="${address}"]`)
        .dispatchEvent(new MouseEvent("click", { bubbles: true }));
})"""
STALE = """() => new Promise(done => {
    const watcher = new MutationObserver(() => {
        if (!document.querySelector(".line.alarm")) return;
        watcher.disconnect();
        done(performance.timeOrigin + performance.now());
    });
    watcher.observe(document.body, { subtree: true, childList: true, characterData: true });
})"""


@contextmanager
def opened(browser: Any, url: str) -> Iterator[tuple[Tab, float]]:
    """The page, and when its first picture was there (time.time())."""
    width, height = SIZES["small"]
    context = browser.new_context(viewport={"width": width, "height": height})
    context.add_init_script(WATCH)
    tab = Tab(context.new_page())
    tab.page.goto(url)
    tab.page.wait_for_selector(".plot")  # the token led on to the page itself
    tab.wait_until(lambda: tab.page.evaluate("drawn.length") > 0, "a picture")
    yield tab, tab.page.evaluate("performance.timeOrigin + drawn[0]") / 1000
    context.close()


def frames(tab: Tab, seconds: float) -> float:
    """Pictures drawn a second; two of one moment are one."""
    before = tab.page.evaluate("drawn.length = 0")
    tab.page.wait_for_timeout(1000 * seconds)
    times = tab.page.evaluate("drawn")
    assert before == 0
    distinct = [t for t, last in zip(times, [0, *times], strict=False) if t - last > 2]
    return len(distinct) / seconds


def clicks(tab: Tab, count: int) -> dict[str, float]:
    """ms from a click on a weight until its derivation is drawn."""
    addresses = tab.page.evaluate(
        "[...document.querySelectorAll('[data-address]')].map(each => each.dataset.address)"
    )
    times = []
    for k in range(count):
        times.append(tab.page.evaluate(CLICK, addresses[(7 * k) % len(addresses)]))
        tab.page.locator(".why .top").get_by_role("button", name="Close").click()
        tab.page.locator(".formulas").wait_for(state="detached")
    return spread(times)


def jumps(tab: Tab, count: int) -> dict[str, float]:
    """ms from a press on the error curve until that moment is drawn."""
    box = tab.page.locator(".plot .u-over").bounding_box()
    times = []
    for k in range(count):
        tab.page.evaluate("drawn.length = 0")
        share = (k * 0.618034 + 0.31) % 1
        tab.page.mouse.click(box["x"] + 1 + share * (box["width"] - 2), box["y"] + 20)
        tab.page.wait_for_timeout(400)
        found = tab.page.evaluate("drawn.find(each => each > pressed) - pressed")
        times.append(found if found is not None else float("nan"))
    return spread(times)


def stale(tab: Tab, process: Any) -> float:
    """Seconds from the server's death until the page says that what it shows is old."""
    tab.page.evaluate(f"() => {{ window.stale = ({STALE})(); }}")
    began = time.time()
    process.send_signal(signal.SIGKILL)
    said: float = tab.page.evaluate("window.stale")
    return said / 1000 - began


def spread(times: list[float]) -> dict[str, float]:
    return {"median": median(times), "worst": max(times)}
