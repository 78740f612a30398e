"""How we know that a gradient is right: two witnesses that share no code with it.

The complex step is exact to the last digits: for an analytic f and h = 1e-200,
Im f(θ + i h) / h = f′(θ), since nothing is subtracted. It needs an f that accepts complex numbers.
Central differences accept any f and know their own doubt.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

import numpy as np

from chainrule.core.checks import one_of
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError

Params = Mapping[str, Array]
Entry = tuple[str, tuple[int, ...]]  # ("1.W", (3, 0))
TINY = 1e-200  # so small that h² vanishes beside 1, so large that h · 1e-100 is still a number


class Slope(NamedTuple):
    """One measured slope ∂f/∂θ, and how far the measurement itself may be off."""

    entry: Entry
    claimed: float
    measured: float
    doubt: float


class Comparison(NamedTuple):
    """One parameter's gradient against its measured slopes."""

    name: str
    slopes: tuple[Slope, ...]

    @property
    def error(self) -> float:
        """max |claimed − measured| / max |measured|, over the entries looked at."""
        off = float(np.max([abs(s.claimed - s.measured) for s in self.slopes]))  # keeps a NaN
        size = max(abs(s.measured) for s in self.slopes)
        return off / size if size > 0 else off

    @property
    def doubt(self) -> float:
        size = max(abs(s.measured) for s in self.slopes)
        return max(s.doubt for s in self.slopes) / (size if size > 0 else 1.0)


def complex_step(f: Callable[[Params], Any], params: Params, entry: Entry) -> float:
    """∂f/∂θ for one entry θ of the parameters, by one evaluation of f on complex numbers.

    f must not branch on, or throw away, the imaginary part: abs, sign, clip and float() do, and
    some of them (abs, sign) make the slope wrong without a word. Ask both witnesses.
    """
    name, index = entry
    moved = np.array(params[name], dtype=np.complex128)
    moved[index] += 1j * TINY
    value = f({**params, name: moved})
    if not np.iscomplexobj(value):
        raise UsageError(
            "complex_step", "f to return a complex number for complex parameters",
            f"{type(value).__name__} {value!r}", "Does f call float(), abs() or .real?",
        )  # fmt: skip
    return float(np.imag(value)) / TINY


def central_difference(
    f: Callable[[Params], Any], params: Params, entry: Entry, h: float = 1e-3
) -> tuple[float, float]:
    """∂f/∂θ and the doubt in it, from four values of f: steps h and h/2, extrapolated.

    error of the difference over h: c h² + rounding / h. Two sizes of step measure c h², and
    (4 fine − coarse) / 3 cancels it; what is left is at most the last correction and the rounding.
    """
    name, index = entry

    def at(offset: float) -> float:
        moved = np.array(params[name])
        moved[index] += offset
        return float(f({**params, name: moved}))

    high, low, half_high, half_low = at(h), at(-h), at(h / 2), at(-h / 2)
    coarse, fine = (high - low) / (2 * h), (half_high - half_low) / h
    eps = np.finfo(params[name].dtype).eps
    moved_by = abs(params[name][index]) * max(1.0, abs(fine))  # θ ± h is rounded as well
    rounding = 32 * eps * (abs(high) + abs(low) + moved_by) / h
    return (4 * fine - coarse) / 3, abs(fine - coarse) + float(rounding)


def compare(
    f: Callable[[Params], Any],
    params: Params,
    gradients: Params,
    *,
    rng: np.random.Generator,
    most: int = 64,
    witness: str = "complex step",
) -> list[Comparison]:
    """Hold the gradients of f against a witness, parameter by parameter.

    f: parameters → one number, the loss. At most `most` entries of each parameter are looked at,
    chosen by `rng`. witness: "complex step" or "central difference".
    """
    one_of("gradcheck.compare", "witness", witness, ("complex step", "central difference"))
    if set(gradients) != set(params):
        raise UsageError(
            "gradcheck.compare", f"a gradient for each of {sorted(params)}",
            f"{sorted(gradients)}", "Names must agree.",
        )  # fmt: skip
    compared = []
    for name, theta in params.items():
        if np.shape(gradients[name]) != theta.shape:
            raise UsageError(
                "gradcheck.compare", f"the gradient of {name} in its shape {theta.shape}",
                str(np.shape(gradients[name])), "A gradient has the shape of its parameter.",
            )  # fmt: skip
        chosen = rng.permutation(theta.size)[:most]
        entries = [(name, tuple(int(i) for i in np.unravel_index(k, theta.shape))) for k in chosen]
        compared.append(
            Comparison(name, tuple(_slope(f, params, gradients, e, witness) for e in entries))
        )
    return compared


def _slope(
    f: Callable[[Params], Any], params: Params, gradients: Params, entry: Entry, witness: str
) -> Slope:
    claimed = float(gradients[entry[0]][entry[1]])
    if witness == "central difference":
        return Slope(entry, claimed, *central_difference(f, params, entry))
    measured = complex_step(f, params, entry)
    return Slope(entry, claimed, measured, doubt=0.0)


def compare_backward(
    f: Callable[[Array], Array],
    x: Array,
    backward: Callable[[Array], Array],
    *,
    rng: np.random.Generator,
) -> float:
    """The relative error of dx = backward(dy), for y = f(x), a random dy and a random direction v.

    ⟨dx, v⟩ = ⟨dy, ∂f/∂v⟩, with ∂f/∂v by complex step. dy has to be random: a dy of ones sees
    nothing of a softmax, whose outputs always add up to one. The error is relative to the sum of
    the sizes of the products, so it is bounded by rounding alone.
    """
    v = rng.normal(size=x.shape)
    along = f(x + 1j * TINY * v).imag / TINY
    dy = rng.normal(size=along.shape)
    dx = backward(dy)
    size = np.sum(np.abs(dx * v)) + np.sum(np.abs(dy * along))
    return float(abs(np.sum(dx * v) - np.sum(dy * along)) / size) if size != 0 else 0.0
