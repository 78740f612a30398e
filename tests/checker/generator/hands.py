"""Right programs of other builds than the three layouts: what they share."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import numpy as np

from tests.checker.generator.plan import function

ACTIVATIONS = ("sigmoid", "tanh", "relu", "leaky_relu")
BODIES = {
    "sigmoid": "return 1 / (1 + np.exp(-np.clip(z, -500, 500)))",
    "tanh": "return np.tanh(z)",
    "relu": "return np.maximum(z, 0)",
    "leaky_relu": "return np.where(z > 0, z, 0.01 * z)",
    "linear": "return z",
}
SLOPES = {
    "sigmoid": "s = sigmoid(z)\nreturn s * (1 - s)",
    "tanh": "return 1 - np.tanh(z) ** 2",
    "relu": "return 1.0 * (z > 0)",
    "leaky_relu": "return np.where(z > 0, 1.0, 0.01)",
    "linear": "return np.ones_like(z)",
}
BY_OUTPUT = {
    "sigmoid": "{a} * (1 - {a})",
    "tanh": "(1 - {a} ** 2)",
    "relu": "({a} > 0)",
    "leaky_relu": "np.where({a} > 0, 1.0, 0.01)",
    "linear": "1.0",
}
COSTS = {  # of squared errors: the loss, and its slope by a
    "half, mean": ("0.5 * np.sum(({a} - {y}) ** 2) / {m}", "({a} - {y}) / {m}"),
    "mean": ("np.sum(({a} - {y}) ** 2) / {m}", "2 * ({a} - {y}) / {m}"),
    "mean over all": ("np.mean(({a} - {y}) ** 2)", "2 * ({a} - {y}) / {y}.size"),
    "half, sum": ("np.sum(np.square({a} - {y})) / 2", "({a} - {y})"),
}
LOGS = {"mean": (" / {m}", " / {m}"), "sum": ("", "")}


class Probe(NamedTuple):
    """How the test gets at a program: its weights to be shaken, its loss, its gradients."""

    params: Any  # nested lists and arrays, shaken in place
    loss: Callable[[], float]
    gradients: Callable[[], Any]  # nested in the same way
    X: Any = None


class Right(NamedTuple):
    source: str
    description: str
    probe: Callable[[dict[str, Any], np.random.Generator], Probe]


class Hand:
    """The choices of one author."""

    def __init__(self, rng: random.Random, hidden: int | None = None) -> None:
        self.rng = rng
        self.hidden = hidden or rng.choice((1, 1, 2, 2, 3))
        first = rng.choice(ACTIVATIONS)
        mixed = rng.random() < 0.4
        self.acts = [rng.choice(ACTIVATIONS) if mixed else first for _ in range(self.hidden)]
        self.head = rng.choice(("softmax", "sigmoid", "linear", "sigmoid squared"))
        self.cost = rng.choice(list(LOGS if self.entropy else COSTS))
        self.sizes = (5, *(4, 3, 6)[: self.hidden], 3)
        self.seed = rng.randrange(100)

    @property
    def entropy(self) -> bool:
        return self.head in ("softmax", "sigmoid")

    @property
    def out(self) -> str:
        return self.head.split(" ")[0]

    @property
    def words(self) -> str:
        loss = "cross-entropy" if self.entropy else "squared error"
        return f"{'-'.join(self.acts)}, {self.out}, {loss}, {self.cost}"

    def choice(self, *options: str) -> str:
        return self.rng.choice(options)

    def loss(self, a: str, y: str, m: str) -> str:
        if not self.entropy:
            return COSTS[self.cost][0].format(a=a, y=y, m=m)
        share = LOGS[self.cost][0].format(m=m)
        if self.head == "softmax":
            return f"-np.sum({y} * np.log({a} + 1e-12)){share}"
        return f"-np.sum({y} * np.log({a} + 1e-12) + (1 - {y}) * np.log(1 - {a} + 1e-12)){share}"

    def delta(self, a: str, y: str, m: str) -> str:
        """dL/dz of the outputs."""
        if self.entropy:
            return f"({a} - {y}){LOGS[self.cost][1].format(m=m)}"
        slope = f" * {a} * (1 - {a})" if self.out == "sigmoid" else ""
        return COSTS[self.cost][1].format(a=a, y=y, m=m) + slope

    def functions(self, *, slopes: bool = True, axis: int = 1) -> tuple[str, ...]:
        """The activations this program needs, each defined once."""
        needed = dict.fromkeys([*self.acts, *([self.out] if self.out == "sigmoid" else [])])
        texts = [function(f"{f}(z)", BODIES[f]) for f in needed]
        if slopes:
            hidden = dict.fromkeys(self.acts)
            texts += [function(f"d_{f}(z)", SLOPES[f]) for f in hidden]
        if self.out == "softmax":
            body = (
                f"e = np.exp(z - z.max(axis={axis}, keepdims=True))\n"
                f"return e / e.sum(axis={axis}, keepdims=True)"
            )
            texts.append(function("softmax(z)", body))
        return tuple(texts)

    def answer(self, z: str) -> str:
        return z if self.out == "linear" else f"{self.out}({z})"

    def table(self, slope: bool = False) -> str:
        """The hidden activations as a list of functions."""
        return "[" + ", ".join(("d_" if slope else "") + f for f in self.acts) + "]"

    def data(self, rng: np.random.Generator, m: int = 6) -> tuple[np.ndarray, np.ndarray]:
        X, k = rng.standard_normal((m, self.sizes[0])), self.sizes[-1]
        if self.head == "softmax":
            return X, np.eye(k)[rng.integers(0, k, m)]
        if self.head == "sigmoid":
            return X, (rng.random((m, k)) > 0.5).astype(float)
        return X, 0.5 + 0.4 * np.tanh(rng.standard_normal((m, k)))


def shake(params: Any, rng: np.random.Generator) -> None:
    """Weights and biases from 0.6 N(0, 1) in place of the start."""
    for holder, at in leaves(params):
        holder[at] = 0.6 * rng.standard_normal()


def leaves(nested: Any) -> Iterator[tuple[Any, Any]]:
    """Every number as (its holder, its place)."""
    if isinstance(nested, np.ndarray):
        yield from ((nested, at) for at in np.ndindex(nested.shape))
        return
    for i, each in enumerate(nested):
        if isinstance(each, (float, int, np.floating)):
            yield nested, i
        else:
            yield from leaves(each)


def flat(nested: Any) -> np.ndarray:
    return np.array([float(holder[at]) for holder, at in leaves(nested)])


def slopes(probe: Probe, h: float = 1e-5) -> np.ndarray:
    """Central differences of the program's own loss, number by number."""
    found = []
    for holder, at in leaves(probe.params):
        old = holder[at]
        holder[at] = old + h
        high = probe.loss()
        holder[at] = old - h
        found.append((high - probe.loss()) / (2 * h))
        holder[at] = old
    return np.array(found)
