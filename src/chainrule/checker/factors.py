"""Factors explained: which mistake makes a tensor m times, −1 times, 0 times what it should be."""

from __future__ import annotations

from dataclasses import dataclass, replace

from chainrule.checker.account import Account
from chainrule.checker.fitting import near
from chainrule.checker.scale import Factor, Sizes


@dataclass(frozen=True)
class Odd:
    """A mistake in a factor."""

    id: int
    layer: int | None
    where: str  # "all" | "weights" | "biases" | "layer"
    factor: Factor | float


def odd_factors(account: Account, base: float) -> list[Odd]:
    """What differs between the tensors. base is the factor that the others should have, too."""
    ratios = {name: factor / base for name, factor in _free(account).items()}
    layers = sorted({int(name.split(".")[0]) for name in ratios})
    odd = {name: ratio for name, ratio in ratios.items() if not near(ratio, 1.0)}
    if not odd:
        return []
    found = _zeros(odd, layers)
    odd = {name: ratio for name, ratio in odd.items() if ratio != 0}
    if not odd:
        return found
    return found + _patterns(odd, ratios, layers, account.sizes)


def _free(account: Account) -> dict[str, float]:
    """Factors of the tensors that say something of their own."""
    products = [piece.layer for piece in account.wrong if piece.way.id == 40]
    last = max(products, default=-1)  # dW in the place of W: from here down factors multiply
    return {n: f for n, f in account.factors.items() if int(n.split(".")[0]) > last}


def _zeros(odd: dict[str, float], layers: list[int]) -> list[Odd]:
    found = []
    zero = {name for name, ratio in odd.items() if ratio == 0}
    whole = [l for l in layers if f"{l}.dW" in zero and f"{l}.db" in zero]
    if len(whole) == len(layers):
        return [Odd(69, None, "all", 0.0)]
    weights = [l for l in layers if f"{l}.dW" in zero]
    biases = [l for l in layers if f"{l}.db" in zero and l not in weights]
    found += [Odd(55, l, "layer", 0.0) for l in weights]
    if biases:
        found.append(Odd(58, biases[0] if len(biases) == 1 else None, "biases", 0.0))
    return found


def _patterns(
    odd: dict[str, float], ratios: dict[str, float], layers: list[int], sizes: Sizes
) -> list[Odd]:
    """The smallest story that tells all odd factors."""
    weights = {int(n.split(".")[0]): r for n, r in ratios.items() if n.endswith("dW")}
    biases = {int(n.split(".")[0]): r for n, r in ratios.items() if n.endswith("db")}
    odd_w = {l for l, r in weights.items() if f"{l}.dW" in odd}
    odd_b = {l for l, r in biases.items() if f"{l}.db" in odd}
    named = {name: sizes.name(ratio) or ratio for name, ratio in odd.items()}
    if odd_b and not odd_w:
        first = max(odd_b)
        factor = named[f"{first}.db"]
        number = 64 if factor in (Factor(twos=1), Factor(sign=-1)) else 61
        return [Odd(number, first if len(odd_b) < len(biases) else None, "biases", factor)]
    if odd_w and not odd_b and biases:
        first = max(odd_w)
        uphill = named[f"{first}.dW"] == Factor(sign=-1)
        return [Odd(48 if uphill else 56, first if len(odd_w) < len(weights) else None, "weights",
                    named[f"{first}.dW"])]  # fmt: skip
    story = _growing(weights, layers, sizes)
    if story:
        return [story]
    found = []
    for l in sorted(odd_w | odd_b, reverse=True):
        above = weights.get(l + 1, 1.0)
        if l + 1 in odd_w and l in weights and near(above, weights[l]):
            continue  # handed down from the layer above
        factor = named.get(f"{l}.dW", named.get(f"{l}.db", 1.0))
        number = 48 if factor == Factor(sign=-1) else 12 if _by_rows(factor) else 56
        found.append(Odd(number, l, "layer", factor))
    return found


def _by_rows(factor: Factor | float) -> bool:
    return isinstance(factor, Factor) and factor.rows < 0 and not factor.outputs


def _growing(weights: dict[int, float], layers: list[int], sizes: Sizes) -> Odd | None:
    """1/m once more in each layer further down: bug 12."""
    top = layers[-1]
    if (
        len(layers) > 2
        and top in weights
        and all(
            near(weights[l], weights[top] * sizes.rows ** float(l - top))
            for l in layers
            if l in weights
        )
    ):
        return Odd(12, None, "layer", Factor(rows=-1))
    return None


def odd_base(base: float, expected: float, sizes: Sizes, rate: float | None) -> Odd | None:
    """All tensors are `base` times the sum's gradient, and should be `expected` times."""
    ratio = base / expected
    if near(ratio, 1.0):
        return None
    simplest = sizes.name(ratio)
    plain = simplest is not None and simplest.complexity < 4  # such as 2 or 1/m
    if sizes.all != sizes.rows and near(ratio, sizes.rows / sizes.all) and not plain:
        return Odd(14, None, "all", Factor(rows=1, all=-1))
    if rate is not None and not near(rate, 1.0):  # of a step: powers of the learning rate
        for power in (1, -1, -2):
            if near(ratio, rate**power):
                return Odd(67, None, "all", rate**power)
            if near(ratio, -(rate**power)):
                return Odd(67, None, "all", -(rate**power))
    factor = sizes.name(ratio)
    if factor is None:
        return Odd(0, None, "all", ratio)
    return Odd(_number(factor), None, "all", factor)


def is_a_mean(odd: Odd, base: float | None, sizes: Sizes) -> bool:
    """Averaged once; it is the loss that is shown as a sum."""
    name = None if base is None else sizes.name(base)
    return odd.id == 12 and name is not None and name.rows == -1


def repeated_for_rows(odd: Odd, base: float | None, sizes: Sizes) -> Odd:
    """m times even the sum's gradient: no mean is missing, the step is taken m times."""
    name = None if base is None else sizes.name(base)
    more = name is not None and name.rows >= 1
    return replace(odd, id=68) if odd.id == 11 and more else odd


def _number(factor: Factor) -> int:
    """The catalogue's row of a factor on every tensor."""
    if factor.sign < 0:
        return 25
    if factor.all:
        return 14
    if factor.outputs:
        return 13
    if factor.rows:
        return 11 if factor.rows > 0 else 12
    return 15
