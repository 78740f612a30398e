"""How a quantity is written: as its address in text, as a letter with indices in print."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any, NamedTuple

import numpy as np

from chainrule.trace.expression import Quantity
from chainrule.trace.lookup import split

GREEK = {
    "learning_rate": "η", "momentum": "μ", "beta1": "β1", "beta2": "β2", "eps": "ε", "l2": "λ2",
    "l1": "λ1", "beta": "β", "label_smoothing": "ε", "loss": "L", "penalty": "R", "delta": "δ",
}  # fmt: skip
SMALL = str.maketrans("ijkmn,", "ᵢⱼₖₘₙ,")


class Sign(NamedTuple):
    """A letter with what hangs on it; `by_loss`: the loss's derivative by it."""

    base: str
    upper: str = ""
    lower: str = ""
    by_loss: bool = False


class Symbols:
    """The signs of one record; a source's own names stand where there are any."""

    def __init__(self, names: Mapping[str, str] | None = None) -> None:
        self.own = {address: name for name, address in (names or {}).items()}

    def text(self, quantity: Quantity) -> str:
        """`1.z[0,2]`, or `w5`, `dw5`, `w5.next`"""
        own = self._own(quantity)
        if own is None:
            return quantity.address
        name, before, after = own
        return before + name + (f".{after}" if after else "")

    def sign(self, quantity: Quantity) -> Sign:
        """For print: W with its layer above, counted from 1 as in words, and its place below."""
        own = self._own(quantity)
        if own is not None:
            name, before, after = own
            sign = _own_sign(name, by_loss=bool(before))
            return sign if not after else _after(sign, after)
        layer, kind = split(quantity.name)
        place = ",".join(map(str, quantity.place))
        if layer is None:
            base, lower = _letter(kind)
            return Sign(base, "", ",".join(filter(None, [lower, place])))
        kind, _, after = kind.partition(".")
        if kind == "slope":
            return Sign("f′", f"({layer + 1})", place)
        by_loss = len(kind) == 2 and kind[0] == "d"
        sign = Sign(kind[1] if by_loss else kind, f"({layer + 1})", place, by_loss)
        return _after(sign, after) if after else sign

    def _own(self, quantity: Quantity) -> tuple[str, str, str] | None:
        """(name, "d" or "", "next" ...), if the source has a name for it."""
        layer, kind = split(quantity.name)
        kind, _, after = kind.partition(".")
        before = "d" if len(kind) == 2 and kind[0] == "d" else ""
        entry = Quantity(f"{layer}.{kind.removeprefix('d')}", quantity.place).address
        name = self.own.get(entry)
        return None if name is None else (name, before, after)


def _own_sign(name: str, *, by_loss: bool) -> Sign:
    letters = name.rstrip("0123456789")
    return Sign(letters, "", name[len(letters) :], by_loss)


def _after(sign: Sign, after: str) -> Sign:
    if after == "next":
        return sign._replace(upper=f"{sign.upper} new".strip())
    base = "g" if after == "grad" else after
    return Sign(base, sign.upper, f"{sign.base}{sign.lower and ','}{sign.lower}")


def _letter(name: str) -> tuple[str, str]:
    """A setting's letter and its index: beta1 → β, 1"""
    base = GREEK.get(name, name)
    bare = base.rstrip("0123456789")
    return bare, base[len(bare) :]


def letter_of(name: str) -> Sign:
    base, lower = _letter(name)
    return Sign(base, "", lower)


def digits(value: Any) -> str:
    """A number with all digits that tell it from its neighbours, and no more."""
    if isinstance(value, str):
        return value  # written already
    if isinstance(value, np.ndarray):
        value = value[()]
    text = str(value) if isinstance(value, np.floating) else repr(value)
    if isinstance(value, np.integer):
        text = str(int(value))
    return text.removesuffix(".0") if math.isfinite(float(value)) else text


def few_digits(value: Any) -> str:
    """Six digits: for what is said beside the numbers."""
    return f"{float(value):.6g}"
