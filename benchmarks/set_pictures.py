"""Draw each built-in problem and known set, small, for docs/reference/data-sets.md.

python benchmarks/set_pictures.py [NAME ...] [--to FOLDER]

Real sets are drawn where they are there: scikit-learn's where it is installed, mnist once fetched.
"""

from __future__ import annotations

import argparse
import io
from pathlib import Path

import numpy as np
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.data.problems import PROBLEMS, find
from chainrule.data.sets import SETS, load
from chainrule.model import write_safely
from chainrule.plots import style, words
from chainrule.plots.data_picture import data_figure
from chainrule.plots.scene import Scene

FOLDER = Path(__file__).resolve().parents[1] / "docs" / "pictures" / "sets"
WIDTH, COLOURS = 640, 48
SHOWN = 10  # digits of each class


def drawn(name: str) -> tuple[Image.Image, str]:
    """The picture and its text alternative."""
    if name in ("digits", "mnist"):
        return digits(load(name))
    data = load(name, test_size=0, validation_size=0) if name in SETS else find(name).data()
    figure = data_figure(data, name=name)
    content = io.BytesIO()
    with style.context():
        figure.savefig(content, format="png")
    return Image.open(content), words.data_alt(Scene.of(data))


def digits(data: Data) -> tuple[Image.Image, str]:
    """The first digits of each class, a class a row, dark on light."""
    x, y, _ = data.train.block(0, data.train.n)
    pixels = data.preparation.unscaled(x) if data.preparation else x
    side = int(pixels.shape[1] ** 0.5)
    rows = []
    for k in range(10):
        chosen = pixels[y == k][:SHOWN].reshape(-1, side, side)
        rows.append(np.hstack([np.pad(each, 1) for each in chosen]))
    page = 255 - np.rint(255 * np.vstack(rows) / pixels.max()).astype(np.uint8)
    large = Image.fromarray(page).resize((WIDTH, WIDTH), Image.Resampling.NEAREST)
    return large, f"Ten written digits of each class from 0 to 9, {side} by {side} pixels each."


def save(name: str, folder: Path) -> Path:
    picture, alt = drawn(name)
    height = round(picture.height * WIDTH / picture.width)
    small = picture.convert("RGB").resize((WIDTH, height), Image.Resampling.LANCZOS)
    about, content = PngInfo(), io.BytesIO()
    about.add_itxt("Description", alt)
    flat = small.quantize(COLOURS, dither=Image.Dither.NONE)
    flat.save(content, "PNG", pnginfo=about, optimize=True)
    return write_safely(folder / f"{name}.png", content.getvalue())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    kept = [name for name in SETS if name != "mnist"]  # its licence is not that of this project
    parser.add_argument("names", nargs="*", default=[*PROBLEMS, *kept])
    parser.add_argument("--to", type=Path, default=FOLDER)
    options = parser.parse_args()
    for name in options.names:
        try:
            path = save(name, options.to)
        except UsageError as error:
            print(f"{name}: not drawn: {error}")
            continue
        print(f"{path.name}: {path.stat().st_size / 1000:.0f} kB")


if __name__ == "__main__":
    main()
