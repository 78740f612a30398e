"""Executes a generated program and reads off its numbers, in the program's own shapes."""

from __future__ import annotations

import copy
import inspect
from typing import Any

import numpy as np

from tests.checker.generator.layouts import render
from tests.checker.generator.plan import Plan

DISTINCT, EQUAL = (6, 5, 4, 3), (4, 4, 4, 4)
RATE = 0.07
Numbers = dict[str, np.ndarray]


class Running:
    """A program with generic weights, small enough to saturate nothing, and a batch for it."""

    def __init__(self, plan: Plan, sizes: tuple[int, ...] | None = None, seed: int = 1) -> None:
        self.plan, self.source = plan, render(plan)
        sizes = sizes or (EQUAL if plan.habits.get("equal") else DISTINCT)
        self.sizes = (*sizes[:-1], 1) if plan.outputs == "one" else sizes
        self.m = 4 if sizes == EQUAL else 7
        self.space: dict[str, Any] = {"__name__": "learner"}
        exec(compile(self.source, "learner.py", "exec"), self.space)
        self.rng = np.random.default_rng(seed)
        self.net = self._network() if plan.layout == "class" else None
        self.start = self._start()
        self.params = self._drawn(0.6)
        self.X, self.y = self._data()

    def _network(self) -> Any:
        made = [each for each in self.space.values() if inspect.isclass(each)]
        return made[0](list(self.sizes), learning_rate=RATE)

    def _start(self) -> Numbers:
        """The weights the program begins with."""
        if self.net is None:
            name = "initialize_parameters" if self.plan.columns else "initialize"
            return self.space[name](list(self.sizes))
        found = {f"W{l}": w for l, w in enumerate(self.net.weights, 1)}
        biases = getattr(self.net, "biases", [])
        return found | {f"b{l}": b for l, b in enumerate(biases, 1)}

    def _drawn(self, spread: float) -> Numbers:
        draw = self.rng.standard_normal
        return {
            key: (0.7 if key[0] == "b" else spread) * draw(value.shape)
            for key, value in self.start.items()
        }

    def _data(self) -> tuple[np.ndarray, np.ndarray]:
        m, k = self.m, self.sizes[-1]
        X = self.rng.standard_normal((m, self.sizes[0]))
        labels = self.rng.permutation(np.arange(m) % max(k, 2))
        if self.plan.labels == "index":
            return (X.T if self.plan.columns else X), labels
        if self.plan.outputs == "one":
            flat = labels.astype(float)
            return (X.T, flat[None]) if self.plan.columns else (X, flat)
        if self.plan.setting.squared:
            y = 0.5 + 0.4 * np.tanh(self.rng.standard_normal((m, k)))
        elif self.plan.setting.softmax:
            y = np.eye(k)[labels]
        else:
            y = (self.rng.random((m, k)) > 0.5).astype(float)
        return (X.T, y.T) if self.plan.columns else (X, y)

    # ------------------------------------------------------------------ calls

    def fresh(self, params: Numbers | None = None) -> Numbers:
        """A copy of the weights, put into the network where there is one."""
        np.random.seed(5)  # noqa: NPY002  what a learner's dropout draws from
        given = {key: value.copy() for key, value in (params or self.params).items()}
        if self.net is not None:
            layers = range(1, len(self.sizes))
            self.net.weights = [given[f"W{l}"] for l in layers]
            if "b1" in given:
                self.net.biases = [given[f"b{l}"] for l in layers]
        return given

    def batch(self) -> tuple[np.ndarray, np.ndarray]:
        return self.X.copy(), self.y.copy()

    def output(self, params: Numbers | None = None, X: np.ndarray | None = None) -> np.ndarray:
        given, X = self.fresh(params), self.X.copy() if X is None else X
        if self.net is not None:
            return self.net.forward(X)
        if self.plan.columns:
            return self.space["forward_propagation"](X, given)[0]
        return self.space["forward"](given, X)[0]

    def loss(self, params: Numbers | None = None) -> float:
        given = self.fresh(params)
        X, y = self.batch()
        if self.net is not None:
            return float(self.net.loss(X, y))
        if self.plan.columns:
            out, _ = self.space["forward_propagation"](X, given)
            return float(self.space["compute_cost"](out, y, given))
        return float(self.space["loss"](given, X, y))

    def gradients(self, params: Numbers | None = None) -> Numbers:
        """What the program says, or what its step of a plain rule shows."""
        given = self.fresh(params)
        if self.plan.seen == "step":
            after = self.trained(1, params)[0]
            return {key: (given[key] - after[key]) / RATE for key in given}
        X, y = self.batch()
        self.given_y, self.asked_y = y, y.copy()
        if self.net is not None:
            self.net.forward(X)
            self.net.backward(X, y)
            found = {f"W{l}": g for l, g in enumerate(self.net.grads_w, 1)}
            biases = getattr(self.net, "grads_b", [])
            found |= {f"b{l}": g for l, g in enumerate(biases, 1)}
            return copy.deepcopy(found)
        found = self._function()(*self._arguments(given, X, y))
        return {key[1:]: np.array(value) for key, value in found.items()}

    def _function(self) -> Any:
        names = ("backward", "gradients", "backward_propagation")
        return next(self.space[name] for name in names if name in self.space)

    def _arguments(self, given: Numbers, X: np.ndarray, y: np.ndarray) -> list[Any]:
        wanted = inspect.signature(self._function()).parameters
        known: dict[str, Any] = {"X": X, "y": y, "Y": y, "n": 2 * self.m}
        known["params"] = known["parameters"] = given
        if "cache" in wanted:
            forward = self.space["forward_propagation" if self.plan.columns else "forward"]
            known["cache"] = forward(*((X, given) if self.plan.columns else (given, X)))[1]
        return [known[name] for name in wanted]

    def trained(
        self, epochs: int, params: Numbers | None = None, **more: Any
    ) -> tuple[Numbers, list[float]]:
        """The weights after so many epochs of the program's own loop, and its history."""
        given = self.fresh(params)
        X, y = self.batch()
        if self.net is not None:
            history = self.net.fit(X, y, epochs=epochs, **more)
            found = {f"W{l}": w for l, w in enumerate(self.net.weights, 1)}
            biases = getattr(self.net, "biases", []) if "b1" in given else []
            return copy.deepcopy(found | {f"b{l}": b for l, b in enumerate(biases, 1)}), history
        order = (X, y, given) if self.plan.columns else (given, X, y)
        more = {"learning_rate": RATE, "epochs": epochs, **more}
        after, history = self.space["train"](*order, **more)
        return {key: value.copy() for key, value in after.items()}, history

    # ------------------------------------------------------------------ the truth

    def slopes(self, params: Numbers | None = None, h: float = 1e-5) -> Numbers:
        """Central differences of the program's own loss."""
        params = {key: value.copy() for key, value in (params or self.params).items()}
        found = {}
        for key, value in params.items():
            found[key] = np.zeros_like(value)
            for at in np.ndindex(value.shape):
                old = value[at]
                value[at] = old + h
                high = self.loss(params)
                value[at] = old - h
                found[key][at] = (high - self.loss(params)) / (2 * h)
                value[at] = old
        return found


def apart(one: Numbers, other: Numbers) -> float:
    """The largest difference of a tensor, relative to that tensor; infinite where shapes differ."""
    worst = 0.0
    for key, value in other.items():
        found = np.asarray(one[key], dtype=float)
        if found.shape != value.shape:
            return np.inf
        scale = max(float(np.abs(value).max()), 1e-3)
        worst = max(worst, float(np.abs(found - value).max()) / scale)
    return worst if np.isfinite(worst) else np.inf
