"""`[step 40:] quantity [ "[" index, ... "]" ]`: the names of numbers, read from text."""

from __future__ import annotations

import difflib
import re
from collections.abc import Mapping
from typing import NamedTuple

from chainrule.core.errors import UsageError

Shapes = Mapping[str, tuple[int, ...]]
Names = Mapping[str, str]  # a source's own: {"w5": "1.W[0,0]"}
PARTS = re.compile(
    r"(?:step(?P<step>\d+):)?(?P<name>[A-Za-z_][A-Za-z_]*|\d+\.[A-Za-z_.]+)"
    r"(?:\[(?P<index>(?:\d+|:)(?:,(?:\d+|:))*,?)\])?(?P<after>\.[a-z]\w*)?"
)
NAMED = re.compile(r"(?P<step>step\d+:)?(?P<d>d?)(?P<own>[A-Za-z]\w*?)(?P<after>\.[a-z]+)?")


class Asked(NamedTuple):
    """What an address names. What is left out of the index is all of its axes."""

    name: str
    place: tuple[int | slice, ...]
    step: int | None = None


def parse(address: str, shapes: Shapes, names: Names | None = None) -> Asked:
    """ "1.W[3, 0]" → ("1.W", (3, 0)), if that is among `shapes`; `:` is all of an axis.

    Spaces are free; a source's own names stand for theirs: w5, dw5, w5.next. A wrong address is
    answered with the three nearest.
    """
    found = PARTS.fullmatch(_own(re.sub(r"\s", "", address), names or {}))
    if not found:
        raise _unknown(address, "", shapes, names)
    name = found["name"] + (found["after"] or "")
    if name not in shapes:
        raise _unknown(address, found["index"] or "", shapes, names)
    written = [i for i in (found["index"] or "").split(",") if i]
    index = tuple(slice(None) if i == ":" else int(i) for i in written)
    shape = shapes[name]
    inside = all(isinstance(i, slice) or i < size for i, size in zip(index, shape, strict=False))
    if len(index) > len(shape) or not inside:
        raise UsageError(
            f"address {address!r}", f"a place in {name}, which is {_words(shape)}",
            f"[{found['index']}]",
            f"Places count from 0. The nearest: {', '.join(_around(name, index, shape))}.",
        )  # fmt: skip
    return Asked(name, index, None if found["step"] is None else int(found["step"]))


def step_of(address: str) -> int | None:
    """The step that an address begins with, if it does."""
    found = re.match(r"step(\d+):", re.sub(r"\s", "", address))
    return None if found is None else int(found[1])


def _own(text: str, names: Names) -> str:
    """A source's own name put into ours: dw5.m → 1.dW[0,0].m"""
    found = NAMED.fullmatch(text)
    if not found:
        return text
    whole, own = found["d"] + found["own"], found["own"]
    if whole in names:
        return (found["step"] or "") + names[whole] + (found["after"] or "")
    if own in names and found["d"]:
        layer, rest = names[own].split(".", 1)
        return f"{found['step'] or ''}{layer}.d{rest}{found['after'] or ''}"
    return text


def _unknown(address: str, index: str, shapes: Shapes, names: Names | None) -> UsageError:
    near = ", ".join(nearest(address, index, shapes, names))
    return UsageError(
        f"address {address!r}", "a quantity and a place in it: 1.W[0,0] (from, to), 0.b[2] or loss",
        repr(address), f"The nearest: {near}.",
    )  # fmt: skip


def nearest(address: str, index: str, shapes: Shapes, names: Names | None = None) -> list[str]:
    """Three addresses that there are, the most similar first; source's names among them."""
    asked = [int(i) for i in re.findall(r"\d+", index)]
    known = list(names or {})
    for name, shape in shapes.items():
        near = [min(asked[k] if k < len(asked) else 0, size - 1) for k, size in enumerate(shape)]
        known.append(f"{name}[{','.join(map(str, near))}]" if shape else name)
    return difflib.get_close_matches(re.sub(r"\s", "", address), known, n=3, cutoff=0.0)


def _around(name: str, index: tuple[int | slice, ...], shape: tuple[int, ...]) -> list[str]:
    """Up to three places of that quantity: the nearest one, then those before it."""
    if not shape:
        return [name]
    asked = [i if isinstance(i, int) else 0 for i in index] + [0] * len(shape)
    near = [min(i, size - 1) for i, size in zip(asked, shape, strict=False)]
    places = [near]
    for k in reversed(range(len(shape))):
        places += [[*near[:k], near[k] - 1, *near[k + 1 :]]] if near[k] else []
    return [f"{name}[{','.join(map(str, place))}]" for place in places[:3]]


def _words(shape: tuple[int, ...]) -> str:
    return " by ".join(map(str, shape)) if shape else "one number"
