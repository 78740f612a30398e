"""A page with all pictures of a run: one file beside them, no request off the machine."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from pathlib import Path
from types import MappingProxyType
from urllib.parse import quote

from chainrule.model import write_safely
from chainrule.plots.files import Picture

PAGE = """<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>{title}</title>
<style>
:root {{ color-scheme: light dark; --ink: #1f2328; --soft: #59636e; --page: #fff; --line: #d1d9e0 }}
@media (prefers-color-scheme: dark) {{
  :root {{ --ink: #f0f3f6; --soft: #b1bac4; --page: #16191d; --line: #3d444d }}
}}
body {{ margin: 0 auto; max-width: 52rem; padding: 1.5rem 1rem 4rem; color: var(--ink);
  background: var(--page); font: 1.0625rem/1.55 system-ui, sans-serif; overflow-wrap: anywhere }}
h1 {{ font-size: 1.6rem; line-height: 1.25; margin: 0 }}
h2 {{ font-size: 1.2rem; margin: 2.5rem 0 .5rem }}
p {{ margin: 0 0 .75rem }}
.soft, figcaption {{ color: var(--soft); margin: .5rem 0 0 }}
figure {{ margin: 0 }}
img {{ display: block; width: 100%; height: auto; background: #fff; border: 1px solid var(--line);
  border-radius: .5rem; box-sizing: border-box }}
summary {{ cursor: pointer; padding: .6rem 0 }}
</style>
<main>
<h1>{title}</h1>
<p class="soft">{subtitle}</p>
{sections}
</main>
</html>
"""

LAST_FRAME = ("decision", "confusion", "predicted")  # pictures of what a film ends with

STILL = """<section>
<h2>{heading}</h2>
{look}<figure>
{image}
<figcaption>{alt}</figcaption>
</figure>
</section>"""

IMAGE = '<img src="{file}" alt="{alt}">'
LOOK = "<p>{}</p>\n"
DRAWING = f'<a href="{{file}}">{IMAGE}</a>'  # by itself it shows the number the pointer is at

# Closing it stops it; who asked for less motion gets the picture of the end instead.
MOVING = """<section>
<h2>{heading}</h2>
{look}<details open>
<summary>Animation; close it to stop it</summary>
<figure>
<picture>
<source media="(prefers-reduced-motion: reduce)" srcset="{still}">
<img src="{file}" alt="{alt}">
</picture>
<figcaption>{alt}</figcaption>
</figure>
</details>
</section>"""


def write(
    folder: Path, title: str, subtitle: str, pictures: Sequence[Picture],
    about: Mapping[str, tuple[str, str]] = MappingProxyType({}),
) -> Picture:  # fmt: skip
    """Write folder/index.html. about: heading, and what to look at, by a file's name without its
    ending."""
    stills = [p.path.name for p in pictures if p.path.suffix in (".png", ".svg")]
    sections = [_section(picture, about, stills) for picture in pictures]
    content = PAGE.format(
        title=escape(title), subtitle=escape(subtitle), sections="\n".join(sections)
    )
    path = write_safely(folder / "index.html", content.encode())
    many = "the picture" if len(pictures) == 1 else f"all {len(pictures)} pictures"
    return Picture(path.name, path, f"Page with {many} of {title}")


def _section(
    picture: Picture, about: Mapping[str, tuple[str, str]], stills: Sequence[str]
) -> str:  # fmt: skip
    stem, name = picture.path.stem, picture.path.name
    still = next((each for each in stills if Path(each).stem in LAST_FRAME), None)
    moving = name not in stills and still is not None
    heading, look = map(escape, about.get(stem, (stem, "")))
    held = {"file": quote(name), "alt": escape(picture.alt)}
    image = (DRAWING if picture.path.suffix == ".svg" else IMAGE).format(**held)
    return (MOVING if moving else STILL).format(
        heading=heading, look=LOOK.format(look) if look else "", image=image,
        still=quote(still or ""), **held,
    )  # fmt: skip
