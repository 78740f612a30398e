"""How each quantity of a step comes from the ones before it: one function for each kind.

Written from the mathematics, and not by calling the core: what the core computed for a whole
layer at once is said here for one number.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from chainrule.core.schedules import Constant
from chainrule.engine.rates import falls_of, moment_of
from chainrule.spec import Dense
from chainrule.trace.expression import Expr, Leaf, Number, Quantity
from chainrule.trace.functions import Choice, sqrt
from chainrule.trace.lookup import Lookup, split
from chainrule.trace.rules import (
    ACTIVATIONS,
    LOSSES,
    OPTIMIZERS,
    PENALTIES,
    Columns,
    Each,
    rule_of,
)
from chainrule.trace.settings import count, drawn_for, factor_of, settings_in
from chainrule.trace.sums import Named, Sum


@dataclass(frozen=True)
class Formulas:
    """The formula of any quantity of one step. `position` is the one sample to show, if any."""

    at: Lookup
    most: int = 8
    position: int | None = None

    def __call__(self, quantity: Quantity) -> Expr | None:
        """None for what a step starts from: data, settings, and the state before it."""
        layer, kind = split(quantity.name)
        if layer is None and kind == "loss" and quantity.place:
            return self._loss_of_a_row(*quantity.place)
        if layer is None:
            totals: dict[str, Callable[[], Expr | None]] = {
                "loss": self._loss, "penalty": self._penalty,
                "learning_rate": self._learning_rate, "clip_scale": self._clip_scale,
            }  # fmt: skip
            return totals[kind]() if kind in totals else None
        if kind.endswith(".next"):
            return self._next(quantity.name.removesuffix(".next"), quantity.place)
        if kind.endswith(".grad"):
            return self._grad(quantity.name.removesuffix(".grad"), quantity.place)
        rules: dict[str, Callable[..., Expr]] = {
            "z": self._z, "mask": self._mask, "a": self._a, "slope": self._slope, "da": self._da,
            "dz": self._dz, "dx": self._dx, "dW": self._weight_gradient, "db": self._bias_gradient,
        }  # fmt: skip
        return rules[kind](layer, *quantity.place) if kind in rules else None

    # ------------------------------------------------------------------------------- forward

    def input(self, l: int, n: int | str, i: int | str) -> Leaf:
        """What comes into layer l: the data, or the layer below's a."""
        return self.at.leaf("x" if l == 0 else f"{l - 1}.a", n, i)

    def _z(self, l: int, n: int, j: int) -> Expr:
        """z = x W + b"""
        z: Expr = self._sum("i", self.input(l, n, "i") * self.at.leaf(f"{l}.W", "i", j))
        kind = self._layer(l).bias
        return z if kind == "none" else z + self.at.leaf(f"{l}.b", j if kind == "unit" else 0)

    def _a(self, l: int, n: int, j: int) -> Expr:
        """a = f(z), and times the mask where there is dropout"""
        rule = self._activation(l)
        z = self.at.leaf(f"{l}.z", n, j)
        more = () if isinstance(rule, Each) else (self.at.leaf(f"{l}.z", n, "k"),)
        a: Expr = rule.value(z, *more, **settings_in(self._layer(l).activation))
        return a * self.at.leaf(f"{l}.mask", n, j) if f"{l}.mask" in self.at else a

    def _mask(self, l: int, n: int, j: int) -> Expr:
        """1 / (1 − drop_probability) where the number drawn for this place is above it, else 0"""
        p = Leaf(Quantity("drop_probability"), self._layer(l).drop_probability, is_setting=True)
        rows, training = self.at.rows, self.at.made.training
        before = (self.at.made.t - 1) * (training.batch_size or rows)
        all_drawn = drawn_for(training.seed, l, before, rows, self._layer(l).units)
        drawn = Leaf(Quantity("drawn"), all_drawn[n, j], is_setting=True)
        return Choice(drawn, ">", p, 1 / (1 - p), Number(0))

    # ---------------------------------------------------------------------------------- loss

    def _loss_of_a_row(self, n: int | str) -> Expr:
        """Σₖ l(q, y), divided by the number of outputs where that is the convention"""
        loss, last = self.at.spec.loss, len(self.at.spec.layers) - 1
        rule = rule_of(LOSSES, "loss", loss.name)
        q, a = f"{last}.{loss.on}", f"{last}.a"
        if not isinstance(rule, Columns):
            y, every = int(self.at.recorded(Quantity("y", (int(n),)))), self.at.leaf(q, n, "k")
            places = self.at.leaf(q, n, y), every, self.at.leaf(a, n, y), self.at.leaf(a, n, "k")
            made: Expr = rule.share(*places, classes=self._classes, **settings_in(loss))
            return made
        columns = [self.at.leaf(name, n, "k") for name in (q, "y", a)]
        total = self._sum("k", rule.share(*columns, **settings_in(loss)))
        return total / count("outputs", self._outputs) if self._outputs > 1 else total

    def _loss(self) -> Expr:
        """Σ w l / Σ w, or Σ w l"""
        each = self.at.leaf("loss", "n")
        if self._has_weights:
            return self._sum_of_batch(self._weight("n") * each)
        total = self._sum_of_batch(each)
        return total / self._n if self._is_mean else total

    def _slope_of_loss(self, n: int, k: int) -> Expr:
        """The loss's slope by one number of the last layer: l′(a, y), then the conventions"""
        loss, last = self.at.spec.loss, len(self.at.spec.layers) - 1
        rule = rule_of(LOSSES, "loss", loss.name)
        a = self.at.leaf(f"{last}.a", n, k)
        y = self.at.leaf("y", n, k) if isinstance(rule, Columns) else self.at.leaf("y", n)
        settings = settings_in(loss)
        places = (a, y) if isinstance(rule, Columns) else (a, k, y)
        known = settings if isinstance(rule, Columns) else {**settings, "classes": self._classes}
        slope: Expr = rule.slope(*places, **known)
        if self._outputs > 1:
            slope = slope / count("outputs", self._outputs)
        if self._has_weights:
            return slope * self._weight(n)
        return slope / self._n if self._is_mean else slope

    def _weight(self, n: int | str) -> Expr:
        """A row's share: w / Σ w, or w"""
        w = self._counts(n)
        return w / self._all_weights() if self.at.spec.conventions.batch == "mean" else w

    def _all_weights(self) -> Expr:
        total = Sum(("m",), self._counts("m"), self.most)
        return total if total.found().value else Number(1)

    def _counts(self, n: int | str) -> Expr:
        """What a row counts: its weight, that of its class, or their product"""
        held = [self.at.leaf(name, n) for name in ("weight", "class_weight") if name in self.at]
        return held[0] * held[1] if len(held) == 2 else held[0]

    @property
    def _has_weights(self) -> bool:
        return self.at.made.batch.counts is not None

    @property
    def _classes(self) -> Leaf:
        return count("classes", self.at.spec.outputs)

    @property
    def _outputs(self) -> int:
        """What the outputs' shares are divided by."""
        spec = self.at.spec
        means = spec.conventions.outputs == "mean" and spec.loss.targets == "columns"
        return spec.outputs if means else 1

    @property
    def _is_mean(self) -> bool:
        return self.at.spec.conventions.batch == "mean" and self.at.rows > 1

    @property
    def _n(self) -> Leaf:
        return count("n", self.at.rows)

    # ------------------------------------------------------------------------------ backward

    def _da(self, l: int, n: int, j: int) -> Expr:
        """From the loss; or from every unit of the layer above, along its weights"""
        return self._slope_of_loss(n, j) if l == self._last else self._dx(l + 1, n, j)

    def _dx(self, l: int, n: int, i: int) -> Expr:
        """dx = dz Wᵀ"""
        return self._sum("j", self.at.leaf(f"{l}.dz", n, "j") * self.at.leaf(f"{l}.W", i, "j"))

    def _slope(self, l: int, n: int, j: int) -> Expr:
        """f′(z)"""
        rule, settings = self._activation(l), settings_in(self._layer(l).activation)
        z, a = self.at.leaf(f"{l}.z", n, j), self.at.leaf(f"{l}.a", n, j)
        if f"{l}.mask" in self.at:  # the a of the record is the one after dropout
            made: Expr = rule.slope(z, Named("f(z)", rule.value(z, **settings)), **settings)
        else:
            made = rule.slope(z, a, **settings)
        return made

    def _dz(self, l: int, n: int, j: int) -> Expr:
        """da · f′(z)"""
        if l == self._last and self.at.spec.loss.on == "z":
            return self._slope_of_loss(n, j)
        rule, da = self._activation(l), self.at.leaf(f"{l}.da", n, j)
        if isinstance(rule, Each):
            value, off = self._slope(l, n, j).found()
            slope = Leaf(Quantity(f"{l}.slope", (n, j)), value, off=off)
            return self._masked(da, l, n, j) * slope
        a, every = self.at.leaf(f"{l}.a", n, j), self.at.leaf
        more = every(f"{l}.a", n, "k"), every(f"{l}.da", n, "k")
        made: Expr = rule.backward(a, da, *more, **settings_in(self._layer(l).activation))
        return made

    def _masked(self, da: Expr, l: int, n: int, j: int) -> Expr:
        return da * self.at.leaf(f"{l}.mask", n, j) if f"{l}.mask" in self.at else da

    def _weight_gradient(self, l: int, i: int, j: int) -> Expr:
        """dW = xᵀ dz"""
        return self._sum_of_batch(self.input(l, "n", i) * self.at.leaf(f"{l}.dz", "n", j))

    def _bias_gradient(self, l: int, j: int) -> Expr:
        """db = Σₙ dz; a bias of the whole layer moves every unit"""
        if self._layer(l).bias == "unit":
            return self._sum_of_batch(self.at.leaf(f"{l}.dz", "n", j))
        return Sum(("n", "j"), self.at.leaf(f"{l}.dz", "n", "j"), self.most, self.position)

    # -------------------------------------------------------------------------------- update

    def _penalty(self) -> Expr:
        """strength · Σ cost(W), for the weights and never for biases"""
        total: Expr | None = None
        for strength, name in self._strengths():
            rule = rule_of(PENALTIES, "penalty", name)
            for W, _ in self.at.spec.names:
                cost = strength * self._sum("ij", rule.share(self.at.leaf(W, "i", "j")))
                total = cost if total is None else total + cost
        return Number(0) if total is None else total

    def _strengths(self) -> list[tuple[Expr, str]]:
        made: list[tuple[Expr, str]] = []
        over, counts = self.at.spec.conventions.penalty_over_batch, self.at.made.batch.counts
        for strength, row in self.at.made.training.penalties:
            if over and counts is not None and not counts.sum() > 0:
                continue  # nothing to divide by: no row counts
            force: Expr = Leaf(Quantity(row.name), strength, is_setting=True)
            if over:
                force = force / (self._n if counts is None else self._all_weights())
            made.append((force, row.name))
        return made

    def _grad(self, name: str, index: tuple[Any, ...]) -> Expr:
        """What the optimiser receives: the loss's gradient, the penalties', and clipping"""
        g = self._unclipped(name, index)
        scale = Leaf(Quantity("clip_scale"), self.at.made.clip_scale)
        return g if scale.value == 1 else g * scale

    def _unclipped(self, name: str, index: tuple[Any, ...]) -> Expr:
        layer, kind = split(name)
        g: Expr = self.at.leaf(f"{layer}.d{kind}", *index)
        slopes = self._penalty_slopes(name, index) if kind == "W" else None
        if slopes is None:
            return g
        if any(isinstance(i, str) for i in index):
            return g + slopes
        return g + Named("slope of the penalty", slopes, self.at.made.penalty_grads[name][index])

    def _clip_scale(self) -> Expr:
        """clip_norm / ‖g‖, ‖g‖ = √(Σ g²) over all gradients of what moves; 1 where that is more"""
        total: Expr = Number(0)
        for name in (name for name in self.at.made.grads if name not in self.at.spec.frozen):
            letters = "ij"[: self.at.made.grads[name].ndim]
            squares = self._sum(letters, self._unclipped(name, tuple(letters)) ** 2)
            total = squares if isinstance(total, Number) else total + squares
        length = Named("‖g‖", sqrt(total))
        norm = Leaf(Quantity("clip_norm"), self.at.made.training.clip_norm, is_setting=True)
        return Choice(length, ">", norm, norm / length, Number(1))

    def _learning_rate(self) -> Expr | None:
        """base_rate · what the schedule says; None where there is none, or it was not asked"""
        made = self.at.made
        if isinstance(made.training.schedule, Constant):
            return None
        moment = moment_of(made.training, made.t, made.epoch, falls_of(made.before))
        known = {name: count(name, value) for name, value in moment._asdict().items()}
        base = Leaf(Quantity("base_rate"), made.training.learning_rate, is_setting=True)
        formula = base * factor_of(made.training.schedule, known)
        return formula if formula.found().value == made.learning_rate else None

    def _received(self, name: str, index: tuple[Any, ...]) -> Leaf:
        """The gradient by its shortest name: dW itself, where nothing was done to it."""
        layer, kind = split(name)
        own = self.at.has_own_grad(name)
        return self.at.leaf(f"{name}.grad" if own else f"{layer}.d{kind}", *index)

    def _penalty_slopes(self, name: str, index: tuple[Any, ...]) -> Expr | None:
        total: Expr | None = None
        for strength, row in self._strengths():
            rule = rule_of(PENALTIES, "penalty", row)
            slope = strength * rule.slope(self.at.leaf(name, *index))
            total = slope if total is None else total + slope
        return total

    def _next(self, name: str, index: tuple[Any, ...]) -> Expr:
        """The optimiser's rule"""
        made, theta = self.at.made, self.at.leaf(name, *index)
        if name in self.at.spec.frozen:
            return theta
        rate = Leaf(Quantity("learning_rate"), made.learning_rate)
        shrunk: Expr = theta
        if made.training.decay and split(name)[1] == "W":
            decay = Leaf(Quantity("decay"), made.training.decay, is_setting=True)
            shrunk = (1 - rate * decay) * theta
        rule = rule_of(OPTIMIZERS, "optimizer", made.training.optimizer.name)
        known: dict[str, Any] = {
            "theta": shrunk, "g": self._received(name, index), "learning_rate": rate,
            "t": count("t", made.t), **settings_in(made.training.optimizer),
        }  # fmt: skip
        old = {m: self.at.leaf(f"{name}.{m}", *index) for m in rule.memory}
        for m, formula in rule.memory.items():
            recorded = made.after.memory[f"{name}.{m}"][index]
            known[m] = Named(m, formula(**{**known, **old}), recorded)
        update: Expr = rule.next(**known)
        return update

    # --------------------------------------------------------------------------------- words

    def _sum(self, letters: str, body: Expr) -> Sum:
        return Sum(tuple(letters), body, self.most)

    def _sum_of_batch(self, body: Expr) -> Sum:
        return Sum(("n",), body, self.most, self.position)

    def _layer(self, l: int) -> Dense:
        return self.at.spec.layers[l]

    @property
    def _last(self) -> int:
        return len(self.at.spec.layers) - 1

    def _activation(self, l: int) -> Any:
        return rule_of(ACTIVATIONS, "activation", self._layer(l).activation.name)
