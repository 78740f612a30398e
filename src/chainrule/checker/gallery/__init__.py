"""A gallery of mistakes: small programs, each with its story, its wrong lines and its verdict.

They are data: gallery.toml, and a file in programs/ each.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from chainrule.core.errors import unknown


@dataclass(frozen=True)
class Exhibit:
    """A program with a mistake. `status` and `ids` are what check answers to it."""

    name: str  # "early-update"
    title: str
    story: str
    source: str  # where it was met
    wrong: tuple[str, ...]  # the lines that are wrong, without the spaces before them
    status: str
    ids: tuple[int, ...]
    unseen: str = ""  # why check can't say more, where it can't

    @property
    def file(self) -> str:
        return f"{self.name.replace('-', '_')}.py"

    @property
    def text(self) -> str:
        """The program."""
        place = files("chainrule.checker") / "gallery" / "programs" / self.file
        return place.read_text(encoding="utf-8")

    @property
    def lines(self) -> tuple[int, ...]:
        """The numbers of the wrong lines, from 1."""
        return tuple(
            number
            for number, line in enumerate(self.text.splitlines(), 1)
            if line.strip() in self.wrong
        )


@cache
def exhibits() -> dict[str, Exhibit]:
    """Every program of the gallery by its name."""
    text = (files("chainrule.checker") / "gallery" / "gallery.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["program"]
    return {row["name"]: _exhibit(row) for row in rows}


def _exhibit(row: dict[str, object]) -> Exhibit:
    texts = {key: str(row.get(key, "")).strip() for key in ("name", "title", "story", "source",
                                                            "status", "unseen")}  # fmt: skip
    wrong, ids = row["wrong"], row["ids"]
    assert isinstance(wrong, list)
    assert isinstance(ids, list)
    return Exhibit(**texts, wrong=tuple(wrong), ids=tuple(ids))


def find(name: str) -> Exhibit:
    """The program of that name; an unknown name is answered with the nearest one."""
    if name not in exhibits():
        raise unknown(f"program {name!r}", "program of the gallery", name, exhibits())
    return exhibits()[name]
