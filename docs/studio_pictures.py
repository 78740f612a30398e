"""Draws the pictures of the studio's pages, and the README's animation: make studio-pictures.

    python docs/studio_pictures.py [NAME ...]

Real screenshots in Chromium, as WebP into docs/pictures/studio/. Build the page first: make page.
"""

from __future__ import annotations

import io
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT)]

from tests.studio.browser import Tab, chromium, opened  # noqa: E402
from tests.studio.live import studio  # noqa: E402
from web import pictures as states  # noqa: E402

TO = ROOT / "docs/pictures/studio"
WIDTH = 1040  # pixels of a picture on a page
FILM, FILM_BYTES = (860, 538), 1_450_000  # its size, and how large its file may be
NEARLY = 600  # the step from which the circles are learnt in a moment
LONGEST = 150_000  # bytes of a picture


def go(*names: str) -> Callable[[Any], None]:
    """Through these states of web/pictures.py, one after the other."""

    def through(page: Any) -> None:
        for name in names:
            states.STATES[name](page)

    return through


def early(page: Any) -> None:
    """In the middle of learning: step 300 of the circles."""
    for _ in range(30):
        page.keyboard.press("Shift+ArrowRight")
    page.wait_for_timeout(1500)


def branch(page: Any) -> None:
    """Another learning rate from step 300 on."""
    early(page)
    page.locator("#f-learning_rate").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type("0.06")
    page.keyboard.press("Enter")
    page.locator(".ask .main-press").click()
    page.locator(".branches li").nth(1).wait_for()
    early(page)


def why(page: Any) -> None:
    early(page)
    states.why(page)
    page.locator(".chain").last.locator(".link").first.click()
    page.wait_for_timeout(600)


PICTURES: dict[str, tuple[str, Callable[[Any], None]]] = {
    "start": ("small", states.start), "training": ("small", early), "branch": ("small", branch),
    "why": ("small", why), "code": ("small", go("done", "code")), "phone": ("phone", early),
}  # fmt: skip


def taken(page: Any) -> Image.Image:
    return Image.open(io.BytesIO(page.screenshot())).convert("RGB")


def save(image: Image.Image, name: str) -> None:
    """No wider than it is shown, and as good as its size allows."""
    path = TO / f"{name}.webp"
    if image.width > WIDTH:
        high = round(image.height * WIDTH / image.width)
        image = image.resize((WIDTH, high), Image.Resampling.LANCZOS)
    for quality in (88, 80, 70, 60):
        image.save(path, quality=quality, method=6)
        if path.stat().st_size < LONGEST:
            break
    print(f"{path.relative_to(ROOT)}: {path.stat().st_size / 1000:.0f} kB")


# ------------------------------------------------------------------------------------ animation


def film(tab: Tab) -> list[tuple[Image.Image, int]]:
    """(frame, ms): the circles are learnt, time goes back, a weight is asked why it moves."""
    page, frames = tab.page, list[tuple[Image.Image, int]]()
    frames.append((taken(page), 700))
    while tab.step() < NEARLY:
        for _ in range(2):
            page.keyboard.press("Shift+ArrowRight")
        page.wait_for_timeout(150)
        frames.append((taken(page), 90))
    page.keyboard.press(" ")
    tab.wait_until_learned()
    page.wait_for_timeout(1500)  # the doctor comes, too
    frames.append((taken(page), 1000))
    for _ in range(9):
        for _ in range(3):
            page.keyboard.press("Shift+ArrowLeft")
        page.wait_for_timeout(250)
        frames.append((taken(page), 90))
    frames[-1] = (frames[-1][0], 600)
    states.why(page)
    page.wait_for_timeout(700)
    frames.append((taken(page), 1200))
    page.locator(".chain").last.locator(".link").first.click()
    page.wait_for_timeout(700)
    frames.append((taken(page), 1500))
    return frames


def animate(frames: list[tuple[Image.Image, int]], path: Path) -> None:
    """As one WebP, as good as its size allows; it begins anew."""
    small = [image.resize(FILM, Image.Resampling.LANCZOS) for image, _ in frames]
    for quality in (75, 65, 55, 45, 35):
        small[0].save(
            path, save_all=True, append_images=small[1:], duration=[ms for _, ms in frames],
            loop=0, quality=quality, method=4, minimize_size=False,
        )  # fmt: skip
        if path.stat().st_size < FILM_BYTES:
            break
    seconds = sum(ms for _, ms in frames) / 1000
    size = path.stat().st_size / 1000
    print(f"{path.relative_to(ROOT)}: {len(frames)} frames, {seconds:.1f} s, {size:.0f} kB")


def main() -> None:
    wanted = sys.argv[1:] or [*PICTURES, "film"]
    TO.mkdir(parents=True, exist_ok=True)
    with chromium() as browser:
        for name in wanted:
            size, show = PICTURES.get(name, ("small", states.start))
            with (
                tempfile.TemporaryDirectory() as folder,
                studio(Path(folder)) as live,
                opened(browser, live, size, device_scale_factor=1) as tab,
            ):
                if name == "film":
                    animate(film(tab), TO / "film.webp")
                else:
                    show(tab.page)
                    save(taken(tab.page), name)


if __name__ == "__main__":
    main()
