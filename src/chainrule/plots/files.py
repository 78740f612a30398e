"""Pictures on disk: whole or not at all, each with its text alternative inside."""

from __future__ import annotations

import io
from pathlib import Path
from typing import NamedTuple
from xml.sax.saxutils import escape

from matplotlib.figure import Figure
from PIL import Image, features

from chainrule.core.errors import UsageError
from chainrule.model import write_safely
from chainrule.plots import style

XMP = (
    '<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF '
    'xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:description><rdf:Alt>'
    '<rdf:li xml:lang="x-default">{}</rdf:li></rdf:Alt></dc:description></rdf:Description>'
    "</rdf:RDF></x:xmpmeta>"
)


class Picture(NamedTuple):
    """A written file and its text alternative."""

    name: str
    path: Path
    alt: str


def save(figure: Figure, path: Path, alt: str) -> Picture:
    """The figure as PNG; the text alternative is its "Description"."""
    content = io.BytesIO()
    with style.context():
        about = {"Description": alt, "Software": "chainrule"}
        figure.savefig(content, format="png", metadata=about)
    return Picture(path.name, write_safely(path, content.getvalue()), alt)


def save_film(frames: list[Image.Image], milliseconds: list[int], path: Path, alt: str) -> Picture:
    """Frames as an animated WebP (alternative in its XMP), or as a GIF (in its comment)."""
    content = io.BytesIO()
    if path.suffix.lower() == ".gif":
        _save_gif(frames, milliseconds, content, alt)
    elif not features.check("webp"):
        raise UsageError(
            f"animation {path.name!r}", "a Pillow that writes WebP", "one that does not",
            'A GIF will do: --animation gif, or format="gif".',
        )  # fmt: skip
    else:
        frames[0].save(
            content, "WEBP", save_all=True, append_images=frames[1:], duration=milliseconds,
            loop=0, quality=75, method=2, kmin=998, kmax=999, xmp=XMP.format(escape(alt)).encode(),
        )  # fmt: skip
    return Picture(path.name, write_safely(path, content.getvalue()), alt)


def _save_gif(
    frames: list[Image.Image], milliseconds: list[int], content: io.BytesIO, alt: str
) -> None:
    """One palette for all frames, from the last one, which has all colours."""
    palette = frames[-1].quantize(128)
    flat = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    flat[0].save(
        content, "GIF", save_all=True, append_images=flat[1:], duration=milliseconds,
        loop=0, comment=alt.encode(), optimize=False,
    )  # fmt: skip
