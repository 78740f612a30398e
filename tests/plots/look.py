"""Looking at pictures: pixels of a figure, and what stands at a place of an axes."""

from __future__ import annotations

import io
import xml.etree.ElementTree
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from PIL import Image

from chainrule.plots import style

SVG = "{http://www.w3.org/2000/svg}"
RDF_LI = "{http://www.w3.org/1999/02/22-rdf-syntax-ns#}li"


_SEEN: dict[int, tuple[Figure, Any]] = {}  # the figure is held, so that its id stays its own


def pixels(figure: Figure) -> Any:
    """What the figure looks like: (height, width, 3), 0 to 255. The last one is remembered."""
    if id(figure) not in _SEEN:
        content = io.BytesIO()
        with style.context():
            figure.savefig(content, format="png")
        _SEEN.clear()
        _SEEN[id(figure)] = figure, np.asarray(Image.open(content).convert("RGB")).astype(int)
    return _SEEN[id(figure)][1]


def around(axes: Axes, x: float, y: float, reach: int = 4) -> Any:
    """The pixels around a place of the axes, (n, 3)."""
    figure = axes.get_figure()
    assert isinstance(figure, Figure)
    shown = pixels(figure)
    column, row = axes.transData.transform((x, y))
    column, row = round(column), shown.shape[0] - 1 - round(row)
    part = shown[row - reach : row + reach + 1, column - reach : column + reach + 1]
    return part.reshape(-1, 3)


def is_orange(colours: Any) -> Any:
    return (colours[..., 0] > colours[..., 2] + 40) & (colours[..., 1] > 60)


def is_blue(colours: Any) -> Any:
    return colours[..., 2] > colours[..., 0] + 40


def filled(figure: Figure) -> float:
    """The share of pixels that are not white."""
    return float((pixels(figure).min(axis=2) < 250).mean())


def texts(figure: Figure) -> list[str]:
    """All words on a figure."""
    from matplotlib.text import Text

    found: Any = figure.findobj(Text)
    return [text.get_text() for text in found if text.get_visible() and text.get_text()]


def alt_in(path: Path) -> str:
    """The text alternative inside a picture's file."""
    if path.suffix == ".svg":
        return str(xml.etree.ElementTree.parse(path).findtext(f"{SVG}desc"))
    with Image.open(path) as image:
        if path.suffix == ".png":
            return str(image.info["Description"])
        if path.suffix == ".gif":
            return bytes(image.info["comment"]).decode()
        root = xml.etree.ElementTree.fromstring(image.info["xmp"])
    (entry,) = root.iter(RDF_LI)
    return str(entry.text)
