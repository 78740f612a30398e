"""Frozen settings: what a network is (Spec) and how it is trained (Training).

Every object has `to_json` and `from_json`, and its `repr` is the call that makes it.
"""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from chainrule.core.activations import ACTIVATIONS, Activation
from chainrule.core.checks import dtype_name, one_of, truth, weights_of_classes
from chainrule.core.errors import UsageError
from chainrule.core.initializers import INITIALIZERS, Initializer
from chainrule.core.losses import LOSSES, Loss
from chainrule.core.optimizers import OPTIMIZERS, Optimizer
from chainrule.core.penalties import PENALTIES, Penalty
from chainrule.core.schedules import SCHEDULES, Schedule
from chainrule.core.tables import (
    RowField,
    as_tuples,
    from_settings,
    look_up,
    row_to_json,
    set_field,
    set_number,
    set_whole,
    settings_of,
)

Json = dict[str, Any]
ENGINES = "auto", "reference", "native"


@dataclass(frozen=True)
class Conventions:
    """Where textbooks differ. None of these changes what can be learnt, all change the digits."""

    batch: str = "mean"  # or "sum"; with weights: Σ w l / Σ w, or Σ w l
    outputs: str = "sum"  # or "mean", over the outputs of one row
    penalty_over_batch: bool = False  # True divides the penalty by Σ w, as scikit-learn does

    def __post_init__(self) -> None:
        one_of("Conventions", "batch", self.batch, ("mean", "sum"))
        one_of("Conventions", "outputs", self.outputs, ("sum", "mean"))
        truth("Conventions", "penalty_over_batch", self.penalty_over_batch)

    def to_json(self) -> Json:
        return dataclasses.asdict(self)

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Conventions:
        return from_settings(cls, json)


@dataclass(frozen=True)
class Dense:
    """One layer: z = x W + b, a = f(z); in training, with dropout, a = f(z) · mask."""

    units: int
    activation: RowField[Activation] = RowField(ACTIVATIONS, "activation", "relu")
    bias: str = "unit"  # b (units,) | "shared": b (1,) | "none": no b among the parameters
    frozen: tuple[str, ...] = ()  # of "W", "b": has a gradient, takes no update
    init: RowField[Initializer] = RowField(INITIALIZERS, "initializer", "glorot_uniform")
    bias_init: RowField[Initializer] = RowField(INITIALIZERS, "initializer", "zeros")
    drop_probability: float = 0.0  # that a number of a is dropped in a step of training

    def __post_init__(self) -> None:
        _whole(self, "units")
        _number(self, "drop_probability", least=0, below=1)
        one_of("Dense", "bias", self.bias, ("unit", "shared", "none"))
        set_field(self, "frozen", as_tuples(self.frozen))
        if not isinstance(self.frozen, tuple):
            raise UsageError(
                "Dense", 'frozen to be a tuple of "W" and "b"', repr(self.frozen), 'Try ("b",).'
            )
        for name in self.frozen:
            one_of("Dense", "frozen", name, ("W", "b"))

    @property
    def bias_shape(self) -> tuple[int, ...] | None:
        return {"unit": (self.units,), "shared": (1,), "none": None}[self.bias]

    def to_json(self) -> Json:
        rows = {k: row_to_json(getattr(self, k)) for k in ("activation", "init", "bias_init")}
        return {
            "kind": "dense",
            "units": self.units,
            "bias": self.bias,
            "frozen": list(self.frozen),
            "drop_probability": self.drop_probability,
            **rows,
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Dense:
        if json.get("kind") != "dense":
            raise UsageError(
                "Dense from JSON", 'a layer of kind "dense"', repr(json.get("kind")),
                "Was it written by a newer version?",
            )  # fmt: skip
        return from_settings(
            cls,
            {key: value for key, value in json.items() if key != "kind"},
            activation=(ACTIVATIONS, "activation"),
            init=(INITIALIZERS, "initializer"),
            bias_init=(INITIALIZERS, "initializer"),
        )


@dataclass(frozen=True)
class Spec:
    """What a network is: all but its numbers."""

    inputs: int
    layers: tuple[Dense, ...]
    loss: RowField[Loss] = RowField(LOSSES, "loss", "half_squared")
    dtype: str = "float64"
    conventions: Conventions = Conventions()

    def __post_init__(self) -> None:
        _whole(self, "inputs")
        set_field(self, "dtype", dtype_name(self.dtype))
        one_of("Spec", "dtype", self.dtype, ("float64", "float32"))
        layers: Any = as_tuples(self.layers)
        set_field(self, "layers", layers)
        if not isinstance(layers, tuple) or not all(isinstance(each, Dense) for each in layers):
            raise UsageError(
                "Spec", "layers that are Dense", repr(self.layers), "Spec(2, [Dense(3), Dense(1)])."
            )
        if not self.layers:
            raise UsageError("Spec", "at least one layer", "none", "Spec(2, [Dense(1)]) is one.")
        self._check_activations()

    @classmethod
    def chain(
        cls,
        sizes: Sequence[int],
        activation: Activation | str = "relu",
        *,
        last: Activation | str | None = None,
        loss: Loss | str = "half_squared",
        dtype: str = "float64",
        conventions: Conventions = Conventions(),
        **layer: Any,
    ) -> Spec:
        """A plain stack: `Spec.chain([2, 4, 8, 1], "sigmoid", loss="squared")`.

        `last` is the last layer's activation: by default what the loss requires, else the same as
        the others'. `layer` are further settings of every layer, as of `Dense`; dropout is of the
        hidden ones alone.
        """
        if len(sizes) < 2:
            raise UsageError(
                "Spec.chain", "at least two sizes: inputs and outputs", repr(list(sizes)),
                "Spec.chain([2, 1]) is one unit with two inputs.",
            )  # fmt: skip
        row: Loss = look_up(LOSSES, "loss", loss)
        final = last or row.last or activation
        hidden = [Dense(units, activation, **layer) for units in sizes[1:-1]]
        layers = (*hidden, Dense(sizes[-1], final, **{**layer, "drop_probability": 0.0}))
        return cls(sizes[0], layers, row, dtype, conventions)

    def _check_activations(self) -> None:
        for layer in self.layers[:-1]:
            if layer.activation.output_only:
                raise UsageError(
                    "Spec", "hidden layers with activations for hidden layers",
                    repr(layer.activation.name), "Use it in the last layer only.",
                )  # fmt: skip
        if self.layers[-1].drop_probability:
            raise UsageError(
                "Spec", "dropout in hidden layers only", f"drop_probability="
                f"{self.layers[-1].drop_probability:g} in the last layer", "Leave it out there.",
            )  # fmt: skip
        last = self.layers[-1].activation.name
        if self.loss.last not in (None, last):
            raise UsageError(
                "Spec", f"{self.loss.last} in the last layer, for {self.loss.name} contains it",
                last, f'Dense(..., activation="{self.loss.last}"), or another loss.',
            )  # fmt: skip

    def __hash__(self) -> int:
        """Kept, for engines look up by it at every call what they know of a network."""
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.inputs, self.layers, self.loss, self.dtype, self.conventions))

    def __getstate__(self) -> Json:
        """Without the hash: that of a text is another one in every process."""
        return {name: value for name, value in self.__dict__.items() if name != "_hash"}

    @property
    def outputs(self) -> int:
        return self.layers[-1].units

    @property
    def sizes(self) -> tuple[int, ...]:
        return (self.inputs, *(layer.units for layer in self.layers))

    @cached_property
    def names(self) -> tuple[tuple[str, str], ...]:
        """For each layer the names of its W and its b: ("0.W", "0.b"), ..."""
        return tuple((f"{l}.W", f"{l}.b") for l in range(len(self.layers)))

    @cached_property
    def stack(self) -> tuple[tuple[str, str, Activation], ...]:
        """For each layer the names of its W and its b, and its activation."""
        activations = [layer.activation for layer in self.layers]
        return tuple((W, b, f) for (W, b), f in zip(self.names, activations, strict=True))

    @cached_property
    def drops(self) -> tuple[tuple[int, float], ...]:
        """The layers with dropout, each with its drop_probability."""
        drops = [(l, layer.drop_probability) for l, layer in enumerate(self.layers)]
        return tuple((l, p) for l, p in drops if p)

    @cached_property
    def shapes(self) -> dict[str, tuple[int, ...]]:
        """The parameters' names and shapes, in order: {"0.W": (2, 4), "0.b": (4,), ...}"""
        shapes: dict[str, tuple[int, ...]] = {}
        for l, (fan_in, layer) in enumerate(zip(self.sizes, self.layers, strict=False)):
            shapes[f"{l}.W"] = fan_in, layer.units
            if layer.bias_shape is not None:
                shapes[f"{l}.b"] = layer.bias_shape
        return shapes

    @cached_property
    def frozen(self) -> frozenset[str]:
        """The names of the parameters that take no update."""
        named = {f"{l}.{p}" for l, layer in enumerate(self.layers) for p in layer.frozen}
        return frozenset(named & set(self.shapes))

    @property
    def parameters(self) -> int:
        """How many numbers the network has."""
        return sum(math.prod(shape) for shape in self.shapes.values())

    def __str__(self) -> str:
        hidden = list(dict.fromkeys(layer.activation.name for layer in self.layers[:-1]))
        last = self.layers[-1].activation.name
        return f"{'-'.join(map(str, self.sizes))} {' '.join(dict.fromkeys([*hidden, last]))}"

    def to_json(self) -> Json:
        return {
            "kind": "network",
            "inputs": self.inputs,
            "layers": [layer.to_json() for layer in self.layers],
            "loss": row_to_json(self.loss),
            "dtype": self.dtype,
            "conventions": self.conventions.to_json(),
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Spec:
        return from_settings(
            cls,
            {
                **{key: value for key, value in json.items() if key != "kind"},
                "layers": tuple(map(Dense.from_json, json.get("layers", ()))),
                "conventions": Conventions.from_json(json.get("conventions", {})),
            },
            loss=(LOSSES, "loss"),
        )


@dataclass(frozen=True)
class Training:
    """How a network is trained. Whichever of `epochs` and `steps` ends first, ends it."""

    optimizer: RowField[Optimizer] = RowField(OPTIMIZERS, "optimizer", "sgd")
    learning_rate: float = 0.1
    batch_size: int | None = None  # None: all rows, never shuffled; 1: row by row (online)
    shuffle: bool = True
    epochs: int | None = None
    steps: int | None = None
    schedule: RowField[Schedule] = RowField(SCHEDULES, "schedule", "constant")
    l1: float = 0.0  # strength of Σ |W|
    l2: float = 0.0  # strength of ½ Σ W²
    decay: float = 0.0  # W ← (1 − learning_rate · decay) W before each step, whatever the gradient
    clip_norm: float | None = None  # the length that all gradients together may have
    class_weight: tuple[float, ...] | str | None = None  # of each class; "balanced": n / (k nₖ)
    patience: int | None = None  # epochs without improvement before the best state is taken
    stop_below: float | None = None  # judged on validation, else on training; never on test
    seed: int = 0
    engine: str = "auto"  # the fastest that can do it; or "reference", "native"
    threads: int | None = None  # of the native engine, at most; None: all that pay

    def __post_init__(self) -> None:
        _number(self, "learning_rate", above=0)
        for field in ("l1", "l2", "decay"):
            _number(self, field, least=0)
        _number(self, "clip_norm", above=0)
        set_field(self, "class_weight", weights_of_classes("Training", self.class_weight))
        _number(self, "stop_below")
        for field in ("batch_size", "epochs", "steps", "patience", "threads"):
            _whole(self, field)
        _whole(self, "seed", least=0)
        truth("Training", "shuffle", self.shuffle)
        one_of("Training", "engine", self.engine, ENGINES)
        if self.epochs is None and self.steps is None:
            raise UsageError(
                "Training", "epochs or steps", "neither", "Training(epochs=100) is one."
            )

    @cached_property
    def penalties(self) -> tuple[tuple[float, Penalty], ...]:
        """The penalties in force, each with its strength."""
        strengths = [(getattr(self, name), row) for name, row in PENALTIES.items()]
        return tuple((strength, row) for strength, row in strengths if strength)

    def steps_per_epoch(self, rows: int) -> int:
        return -(-rows // min(self.batch_size or rows, rows))

    def total_steps(self, rows: int) -> int:
        """The number of updates that a run over so many rows makes."""
        epochs = math.inf if self.epochs is None else self.epochs * self.steps_per_epoch(rows)
        return int(min(epochs, math.inf if self.steps is None else self.steps))

    def to_json(self) -> Json:
        rows = {key: row_to_json(getattr(self, key)) for key in ("optimizer", "schedule")}
        weights = self.class_weight
        return {
            **settings_of(self),
            **rows,
            "class_weight": list(weights) if isinstance(weights, tuple) else weights,
        }

    @classmethod
    def from_json(cls, json: Mapping[str, Any]) -> Training:
        return from_settings(
            cls, json, optimizer=(OPTIMIZERS, "optimizer"), schedule=(SCHEDULES, "schedule")
        )


def _whole(settings: Any, field: str, *, least: int = 1) -> None:
    """A field that is a whole number, or None."""
    if getattr(settings, field) is not None:
        set_whole(settings, field, least=least)


def _number(settings: Any, field: str, **bounds: float) -> None:
    """A field that is a finite number within its bounds, or None."""
    if getattr(settings, field) is not None:
        set_number(settings, field, **bounds)
