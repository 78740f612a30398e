"""The pieces of an SVG file that all our drawings share."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape as escape_marks

# What XML has no way to write, not even as a number.
FORBIDDEN = dict.fromkeys(
    [*range(9), 11, 12, *range(14, 32), *range(0xD800, 0xE000), 0xFFFE, 0xFFFF]
)


def escape(text: str) -> str:
    """The text as a part of an SVG file, whatever is in it."""
    return escape_marks(text.translate(FORBIDDEN))


def text(
    x: float, y: float, text: str, kind: str, anchor: str = "start", size: int | None = None
) -> str:
    small = f' font-size="{size}"' if size else ""
    return (
        f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}"{small}>'
        f"{escape(text)}</text>"
    )


def document(
    width: float, height: float, body: Sequence[str], style: str, title: str, description: str
) -> str:
    """The whole file: its own background, and words for who can't see it."""
    return "\n".join([
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chainrule" viewBox="0 0 {width:g} '
        f'{height:g}" width="{width:g}" height="{height:g}" role="img">',
        f"<title>{escape(title)}</title>",
        f"<desc>{escape(description)}</desc>",
        f"<style>{style}</style>",
        f'<rect class="back" width="{width:g}" height="{height:g}"/>',
        *body,
        "</svg>",
        "",
    ])  # fmt: skip
