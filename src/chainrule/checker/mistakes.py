"""The table of known mistakes. It is data: mistakes.toml."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files


@dataclass(frozen=True)
class KnownMistake:
    """One row. Texts may hold {layer} {W} {b} {dW} {db} {d} {f} {factor}, filled in later."""

    id: int  # the catalogue's number; it never changes
    name: str  # short, lower case: "derivative taken of the output"
    where: (
        str  # forward | loss | output delta | hidden delta | weight gradient | bias gradient | ...
    )
    sentence: str  # what is wrong, said to the one who made it
    why: str  # why it matters, in one sentence
    right: str  # the right formula
    wrong: str  # theirs
    code_right: str  # a line or a few of NumPy
    code_wrong: str
    numbers: str  # how it shows in numbers
    see: str  # how to see it oneself
    forms: tuple[str, ...]  # the forms that can show it; empty: none yet
    source: str  # where it was met
    frequency: str  # "+", "++", "+++": independent public sources met


@cache
def table() -> dict[int, KnownMistake]:
    """Every known mistake by its number."""
    text = (files("chainrule.checker") / "mistakes.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["mistake"]
    return {row["id"]: KnownMistake(**{**row, "forms": tuple(row["forms"])}) for row in rows}
