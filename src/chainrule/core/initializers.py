"""Starting values: frozen settings; the stream of random words is handed in."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.random import PCG64, RandomState

from chainrule.core import random
from chainrule.core.checks import number
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import Settings, as_tuples, set_field, set_number, set_whole

Shape = tuple[int, ...]


class Initializer(Protocol):
    """Makes one array of starting values, float64. fan_in and fan_out are the layer's."""

    @property
    def name(self) -> str: ...

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array: ...


@dataclass(frozen=True)
class Zeros(Settings):
    """0. Fine for biases; as weights, all units of a layer stay equal for ever."""

    name: ClassVar[str] = "zeros"

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        return np.zeros(shape)


@dataclass(frozen=True)
class Uniform(Settings):
    """U(low, high)"""

    name: ClassVar[str] = "uniform"
    low: float = -1.0
    high: float = 1.0

    def __post_init__(self) -> None:
        set_number(self, "low")
        set_number(self, "high")

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        return _spread(self.low, self.high, random.uniform(bits, math.prod(shape)), shape)


@dataclass(frozen=True)
class Normal(Settings):
    """N(mean, deviation²)"""

    name: ClassVar[str] = "normal"
    mean: float = 0.0
    deviation: float = 1.0

    def __post_init__(self) -> None:
        set_number(self, "mean")
        set_number(self, "deviation", least=0)

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        return (self.mean + self.deviation * random.normal(bits, math.prod(shape))).reshape(shape)


@dataclass(frozen=True)
class GlorotUniform(Settings):
    """U(−r, r), r = √(6 / (fan_in + fan_out)): z keeps its size forwards and backwards.

    Source: Glorot & Bengio (2010), formula 16; meant for tanh and other symmetric activations.
    """

    name: ClassVar[str] = "glorot_uniform"

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        r = math.sqrt(6 / (fan_in + fan_out))
        return _spread(-r, r, random.uniform(bits, math.prod(shape)), shape)


@dataclass(frozen=True)
class GlorotNormal(Settings):
    """N(0, 2 / (fan_in + fan_out)): as glorot_uniform, with a normal distribution."""

    name: ClassVar[str] = "glorot_normal"

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        deviation = math.sqrt(2 / (fan_in + fan_out))
        return (deviation * random.normal(bits, math.prod(shape))).reshape(shape)


@dataclass(frozen=True)
class HeUniform(Settings):
    """U(−r, r), r = √(6 / fan_in): as he_normal, with a uniform distribution."""

    name: ClassVar[str] = "he_uniform"

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        r = math.sqrt(6 / fan_in)
        return _spread(-r, r, random.uniform(bits, math.prod(shape)), shape)


@dataclass(frozen=True)
class HeNormal(Settings):
    """N(0, 2 / fan_in): makes up for the half of the numbers that relu sets to 0.

    Source: He et al. (2015), formula 10.
    """

    name: ClassVar[str] = "he_normal"

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        deviation = math.sqrt(2 / fan_in)
        return (deviation * random.normal(bits, math.prod(shape))).reshape(shape)


@dataclass(frozen=True)
class LecunUniform(Settings):
    """U(−r, r), r = √(3 / fan_in): as lecun_normal, with a uniform distribution."""

    name: ClassVar[str] = "lecun_uniform"

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        r = math.sqrt(3 / fan_in)
        return _spread(-r, r, random.uniform(bits, math.prod(shape)), shape)


@dataclass(frozen=True)
class LecunNormal(Settings):
    """N(0, 1 / fan_in): z is as large as what comes in.

    Source: LeCun et al. (1998), Efficient BackProp, formula 16.
    """

    name: ClassVar[str] = "lecun_normal"

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        deviation = math.sqrt(1 / fan_in)
        return (deviation * random.normal(bits, math.prod(shape))).reshape(shape)


@dataclass(frozen=True)
class Orthogonal(Settings):
    """gain times an orthogonal matrix: columns of length 1, each at right angles to the others.

    Where there are more units than inputs the rows are. No length changes on the way through the
    layer, or none of those that can pass. Source: Saxe et al. (2014).
    """

    name: ClassVar[str] = "orthogonal"
    gain: float = 1.0

    def __post_init__(self) -> None:
        set_number(self, "gain", above=0)

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        rows, columns = shape[0], math.prod(shape[1:])
        long, short = max(rows, columns), min(rows, columns)
        drawn = random.normal(bits, long * short).reshape(long, short)
        Q = orthonormal(orthonormal(drawn))  # the second time removes what rounding left
        return self.gain * (Q if rows >= columns else Q.T).reshape(shape)


@dataclass(frozen=True)
class Given(Settings):
    """The numbers themselves, as nested lists: for worked examples."""

    name: ClassVar[str] = "given"
    values: Any = ()

    def __post_init__(self) -> None:
        try:
            values = np.asarray(self.values, dtype=np.float64).tolist()
        except (ValueError, TypeError) as error:
            raise UsageError(
                "given starting values", "numbers in rows of one length", str(error),
                "A row for each input, a column for each unit.",
            ) from error  # fmt: skip
        set_field(self, "values", as_tuples(values))

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        values = np.array(self.values, dtype=np.float64)
        if values.shape != shape:
            raise UsageError(
                "given starting values", f"shape {shape}", f"shape {values.shape}",
                "Weights have a row for each input and a column for each unit.",
            )  # fmt: skip
        return values


@dataclass(frozen=True)
class NumpyLegacy(Settings):
    """U(low, high) as `np.random.seed(seed)` and `np.random.random` give it.

    Older programs draw all layers from one such stream: `skip` numbers were drawn before these.
    """

    name: ClassVar[str] = "numpy_legacy"
    low: float = -1.0
    high: float = 1.0
    seed: int = 1
    skip: int = 0

    def __post_init__(self) -> None:
        set_number(self, "low")
        set_number(self, "high")
        set_whole(self, "seed", least=0)
        number("NumpyLegacy", "seed", self.seed, below=2**32)  # RandomState takes no more
        set_whole(self, "skip", least=0)

    def start(self, shape: Shape, fan_in: int, fan_out: int, bits: PCG64) -> Array:
        drawn = RandomState(self.seed).random_sample(self.skip + math.prod(shape))[self.skip :]
        return _spread(self.low, self.high, drawn, shape)


def orthonormal(A: Array) -> Array:
    """Columns that span what A's span, of length 1 and at right angles (Gram and Schmidt).

    From + − · / √ in a fixed order, so that the bits are the same everywhere; a library's are not.
    """
    Q = np.array(A)
    for j in range(Q.shape[1]):
        Q[:, j] /= np.sqrt(_sum(Q[:, j] * Q[:, j]))
        rest = Q[:, j + 1 :]
        rest -= Q[:, j, None] * _sum(Q[:, j, None] * rest)
    return Q


def _sum(terms: Array) -> Array:
    """Along axis 0: halves are added to halves, until one is left."""
    while len(terms) > 1:
        half = len(terms) // 2
        pairs = terms[:half] + terms[half : 2 * half]
        terms = pairs if len(terms) == 2 * half else np.concatenate([pairs, terms[2 * half :]])
    return np.asarray(terms[0])


def _spread(low: float, high: float, u: Array, shape: Shape) -> Array:
    return (low + (high - low) * u).reshape(shape)


_ROWS = (
    Zeros, Uniform, Normal, GlorotUniform, GlorotNormal, HeUniform, HeNormal, LecunUniform,
    LecunNormal, Orthogonal, Given, NumpyLegacy,
)  # fmt: skip
INITIALIZERS: dict[str, type[Settings]] = {row.name: row for row in _ROWS}
