"""Screenshots of every state of the page at three sizes, to be looked at:

.venv/bin/python -m web.pictures FOLDER
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.studio.browser import SIZES, chromium, opened
from tests.studio.live import studio


def start(page: Any) -> None:
    """As it opens."""


def training(page: Any) -> None:
    page.evaluate("document.activeElement.blur()")  # or a field keeps the arrows
    for _ in range(6):
        page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(400)


def done(page: Any) -> None:
    page.get_by_role("button", name="fast").click()
    page.get_by_role("button", name="Play").click()
    page.get_by_role("heading", name="Learned").wait_for(timeout=60_000)


def gradients(page: Any) -> None:
    page.keyboard.press("g")
    page.wait_for_timeout(1000)


def weights(page: Any) -> None:
    page.keyboard.press("g")


def past(page: Any) -> None:
    page.keyboard.press("Home")
    page.wait_for_timeout(300)
    for _ in range(30):
        page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(600)


def why(page: Any) -> None:
    page.keyboard.press("w")
    page.locator(".formulas .link").first.wait_for()


def deep(page: Any) -> None:
    for _ in range(3):
        page.locator(".chain").last.locator(".link").first.click()
        page.wait_for_timeout(200)


def closed(page: Any) -> None:
    page.get_by_role("button", name="Close").first.click()


def asked(page: Any) -> None:
    page.get_by_role("button", name="Branch here").click()


def branched(page: Any) -> None:
    page.locator(".ask .main-press").click()
    page.locator(".branches li").nth(1).wait_for()
    training(page)


def difference(page: Any) -> None:
    page.get_by_role("button", name="B − A").click()
    page.wait_for_timeout(400)


def tab(name: str) -> Callable[[Any], None]:
    def show(page: Any) -> None:
        page.get_by_role("tab", name=name).click()
        page.wait_for_timeout(400)

    return show


def more(name: str) -> Callable[[Any], None]:
    def show(page: Any) -> None:
        page.evaluate(
            "name => [...document.querySelectorAll('.more button')]"
            ".find(each => each.textContent === name).click()",
            name,
        )
        page.wait_for_timeout(300)

    return show


HOLED = "width,height,colour,kind\n" + "".join(
    f"{k % 7},{'' if k == 2 else k % 11},{['red', 'blue'][k % 2]},{['rose', 'tulip'][k % 7 > 3]}\n"
    for k in range(60)
)


def table(page: Any) -> None:
    """A table with a hole, before anything is chosen."""
    file = {"name": "flowers.csv", "mimeType": "text/csv", "buffer": HOLED.encode()}
    page.set_input_files("input[type=file]", file)
    page.locator(".preview .trouble").wait_for()


def chosen(page: Any) -> None:
    page.get_by_role("radiogroup", name="Missing values").get_by_role("radio", name="mean").click()
    page.get_by_role("radio", name="as the network gets them").click()
    page.locator(".preview .plan b").wait_for()


def not_a_table(page: Any) -> None:
    page.get_by_role("button", name="Not now").click()
    file = {"name": "photo.csv", "mimeType": "text/csv", "buffer": b"\x00\xff\xfe" * 99}
    page.set_input_files("input[type=file]", file)
    page.locator(".own > .trouble").wait_for()


def drawn(page: Any) -> None:
    page.get_by_role("button", name="Draw points").click()
    for number, name in enumerate(("orange", "indigo", "plain")):
        page.get_by_role("radio", name=name).click()
        box = page.locator(".sheet").bounding_box()
        for k in range(4):
            x, y = 0.15 + 0.25 * number + 0.05 * k, 0.2 + 0.2 * ((k + number) % 4)
            page.mouse.click(box["x"] + x * box["width"], box["y"] + y * box["height"])
    page.locator(".sheet").focus()


def refused(page: Any) -> None:
    page.get_by_role("button", name="Not now").click()
    page.fill("#f-learning_rate", "fast")
    page.keyboard.press("Enter")
    page.locator(".field .trouble").scroll_into_view_if_needed()


def projected(page: Any) -> None:
    page.evaluate("() => { document.documentElement.requestFullscreen = undefined; }")
    page.get_by_role("switch", name="Projector").click()
    page.wait_for_timeout(500)


STATES: dict[str, Callable[[Any], None]] = {
    "start": start, "table": table, "chosen": chosen, "no-table": not_a_table, "drawn": drawn,
    "refused": refused, "training": training, "done": done, "gradients": gradients,
    "weights": weights, "past": past, "why": why, "deep": deep, "closed": closed, "asked": asked,
    "branch": branched, "difference": difference, "code": tab("Code"), "share": more("Share"),
    "take": more("Take away"), "teach": more("Teach"), "keys": more("Keys"), "dark": more("Dark"),
    "wall": more("Teach"), "projector": projected,
}  # fmt: skip


def main(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for size in SIZES:
            with (
                tempfile.TemporaryDirectory() as runs,
                studio(Path(runs)) as live,
                opened(browser, live, size) as page,
            ):
                for number, (name, go) in enumerate(STATES.items()):
                    go(page.page)
                    page.page.screenshot(path=folder / f"{size}-{number:02}-{name}.png")
                print(size, *(page.wrong or ["without an error"]), sep="\n  ")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
