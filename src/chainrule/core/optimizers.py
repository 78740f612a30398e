"""Optimisers: frozen settings, memory handed in and out, one array at a time.

The loop counts the steps: t = 1, 2, ... is the same for every parameter. Nothing is changed in
place, unless the caller hands over an `out` of its own for the new θ (which may be θ itself).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.tables import Settings, set_number

Memory = dict[str, Array]


class Optimizer(Protocol):
    """A rule that moves one parameter θ by its gradient g; all arrays have one shape."""

    @property
    def name(self) -> str: ...

    @property
    def keeps(self) -> tuple[str, ...]:
        """The names of its memory, an array each in θ's shape, all 0 before the first step."""

    def update(
        self, theta: Array, g: Array, memory: Memory, t: int, learning_rate: float,
        out: Array | None = None,
    ) -> tuple[Array, Memory]:  # fmt: skip
        """The parameter and the memory after step t."""


@dataclass(frozen=True)
class Sgd(Settings):
    """θ ← θ − learning_rate · g"""

    name: ClassVar[str] = "sgd"
    keeps: ClassVar[tuple[str, ...]] = ()

    def update(
        self, theta: Array, g: Array, memory: Memory, t: int, learning_rate: float,
        out: Array | None = None,
    ) -> tuple[Array, Memory]:  # fmt: skip
        return np.subtract(theta, learning_rate * g, out=out), memory


@dataclass(frozen=True)
class Momentum(Settings):
    """m ← momentum · m + g      θ ← θ − learning_rate · m       (Polyak 1964)

    The learning rate stands outside the memory, so a new rate acts at once.
    """

    name: ClassVar[str] = "momentum"
    keeps: ClassVar[tuple[str, ...]] = ("m",)
    momentum: float = 0.9

    def __post_init__(self) -> None:
        set_number(self, "momentum", least=0, below=1)

    def update(
        self, theta: Array, g: Array, memory: Memory, t: int, learning_rate: float,
        out: Array | None = None,
    ) -> tuple[Array, Memory]:  # fmt: skip
        m = self.momentum * memory["m"] + g
        return np.subtract(theta, learning_rate * m, out=out), {"m": m}


@dataclass(frozen=True)
class Nesterov(Settings):
    """m ← momentum · m + g      θ ← θ − learning_rate · (g + momentum · m)

    Momentum that looks ahead: with the new m, the step is the one that m would make next.
    Source: Nesterov (1983), in the form of Bengio et al. (2013), with the gradient taken at θ.
    """

    name: ClassVar[str] = "nesterov"
    keeps: ClassVar[tuple[str, ...]] = ("m",)
    momentum: float = 0.9

    def __post_init__(self) -> None:
        set_number(self, "momentum", least=0, below=1)

    def update(
        self, theta: Array, g: Array, memory: Memory, t: int, learning_rate: float,
        out: Array | None = None,
    ) -> tuple[Array, Memory]:  # fmt: skip
        m = self.momentum * memory["m"] + g
        return np.subtract(theta, learning_rate * (g + self.momentum * m), out=out), {"m": m}


@dataclass(frozen=True)
class Adagrad(Settings):
    """v ← v + g²      θ ← θ − learning_rate · g / (√v + eps)       (Duchi et al. 2011)

    Every number has a rate of its own, which falls with all that moved it so far.
    """

    name: ClassVar[str] = "adagrad"
    keeps: ClassVar[tuple[str, ...]] = ("v",)
    eps: float = 1e-8

    def __post_init__(self) -> None:
        set_number(self, "eps", least=0)

    def update(
        self, theta: Array, g: Array, memory: Memory, t: int, learning_rate: float,
        out: Array | None = None,
    ) -> tuple[Array, Memory]:  # fmt: skip
        v = memory["v"] + g * g
        return np.subtract(theta, learning_rate * g / (np.sqrt(v) + self.eps), out=out), {"v": v}


@dataclass(frozen=True)
class Rmsprop(Settings):
    """v ← beta v + (1 − beta) g²      θ ← θ − learning_rate · g / (√v + eps)

    As adagrad, but v forgets: a mean of the last 1 / (1 − beta) steps or so. Source: Hinton (2012),
    lecture 6 of Neural Networks for Machine Learning.
    """

    name: ClassVar[str] = "rmsprop"
    keeps: ClassVar[tuple[str, ...]] = ("v",)
    beta: float = 0.9
    eps: float = 1e-8

    def __post_init__(self) -> None:
        set_number(self, "beta", least=0, below=1)
        set_number(self, "eps", least=0)

    def update(
        self, theta: Array, g: Array, memory: Memory, t: int, learning_rate: float,
        out: Array | None = None,
    ) -> tuple[Array, Memory]:  # fmt: skip
        v = self.beta * memory["v"] + (1 - self.beta) * g * g
        return np.subtract(theta, learning_rate * g / (np.sqrt(v) + self.eps), out=out), {"v": v}


@dataclass(frozen=True)
class Adam(Settings):
    """θ ← θ − learning_rate · m̂ / (√v̂ + eps)       (Kingma & Ba 2015, algorithm 1)

    m ← beta1 m + (1 − beta1) g      m̂ = m / (1 − beta1ᵗ)     m, v start at zero and would be
    v ← beta2 v + (1 − beta2) g²     v̂ = v / (1 − beta2ᵗ)     too small at first: m̂, v̂ mend it
    """

    name: ClassVar[str] = "adam"
    keeps: ClassVar[tuple[str, ...]] = ("m", "v")
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def __post_init__(self) -> None:
        set_number(self, "beta1", least=0, below=1)
        set_number(self, "beta2", least=0, below=1)
        set_number(self, "eps", least=0)

    def update(
        self, theta: Array, g: Array, memory: Memory, t: int, learning_rate: float,
        out: Array | None = None,
    ) -> tuple[Array, Memory]:  # fmt: skip
        m = self.beta1 * memory["m"] + (1 - self.beta1) * g
        v = self.beta2 * memory["v"] + (1 - self.beta2) * g * g
        m_hat = m / (1 - self.beta1**t)
        v_hat = v / (1 - self.beta2**t)
        move = learning_rate * m_hat / (np.sqrt(v_hat) + self.eps)
        return np.subtract(theta, move, out=out), {"m": m, "v": v}


@dataclass(frozen=True)
class Adamw(Settings):
    """θ ← (1 − learning_rate · decay) θ − learning_rate · m̂ / (√v̂ + eps)

    m ← beta1 m + (1 − beta1) g      m̂ = m / (1 − beta1ᵗ)     Adam, and beside it every number
    v ← beta2 v + (1 − beta2) g²     v̂ = v / (1 − beta2ᵗ)     shrinks, biases as well: Training's
    decay does that to weights alone, for any optimiser. Source: Loshchilov & Hutter (2019).
    """

    name: ClassVar[str] = "adamw"
    keeps: ClassVar[tuple[str, ...]] = ("m", "v")
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    decay: float = 0.01

    def __post_init__(self) -> None:
        set_number(self, "beta1", least=0, below=1)
        set_number(self, "beta2", least=0, below=1)
        set_number(self, "eps", least=0)
        set_number(self, "decay", least=0)

    @property
    def adam(self) -> Adam:
        return Adam(self.beta1, self.beta2, self.eps)

    def update(
        self, theta: Array, g: Array, memory: Memory, t: int, learning_rate: float,
        out: Array | None = None,
    ) -> tuple[Array, Memory]:  # fmt: skip
        shrunk = (1 - learning_rate * self.decay) * theta
        return self.adam.update(shrunk, g, memory, t, learning_rate, out)


_ROWS = (Sgd, Momentum, Nesterov, Adagrad, Rmsprop, Adam, Adamw)
OF_ONE_LENGTH = {"adagrad", "rmsprop", "adam", "adamw"}  # whose steps do not grow with the gradient
OPTIMIZERS: dict[str, type[Settings]] = {row.name: row for row in _ROWS}
