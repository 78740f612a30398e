"""Data in parts: training, validation, test."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.core.tables import set_field
from chainrule.data import arrays
from chainrule.data.preparation import Preparation, Target
from chainrule.data.splits import split
from chainrule.engine.protocol import Arrays
from chainrule.spec import Spec


@dataclass(frozen=True, eq=False)
class InMemory:
    """One part held in memory, read-only: x (n, inputs), y (n,) or (n, outputs), weight (n,)."""

    x: Array
    y: Array
    weight: Array | None = None

    def __post_init__(self) -> None:
        for name in ("x", "y", "weight"):
            array = getattr(self, name)
            if array is not None:
                view = array.view()  # what becomes read-only is ours, not the caller's
                view.setflags(write=False)
                set_field(self, name, view)

    @property
    def n(self) -> int:
        return len(self.x)

    def block(self, start: int, stop: int) -> tuple[Array, Array, Array | None]:
        weight = None if self.weight is None else self.weight[start:stop]
        return self.x[start:stop], self.y[start:stop], weight

    def take(self, rows: Array) -> InMemory:
        weight = None if self.weight is None else self.weight[rows]
        return InMemory(self.x[rows], self.y[rows], weight)


@dataclass(frozen=True, eq=False)
class Data:
    """The parts, how they were prepared, and where they came from.

    y is (n,) whole numbers where the task is classes, else (n, outputs).
    """

    train: Arrays
    validation: Arrays | None = None
    test: Arrays | None = None
    preparation: Preparation | None = None
    source: str = "arrays"
    names: Mapping[str, str] = field(default_factory=dict)  # a source's own: {"w5": "1.W[0,0]"}
    was_cut: Mapping[str, Any] | None = None  # how the training part was cut since it was made

    @classmethod
    def from_arrays(
        cls,
        x: Any,
        y: Any,
        weight: Any = None,
        *,
        task: str | None = None,
        names: Sequence[str] = (),
        classes: Sequence[Any] = (),
        test_size: float = 0,
        validation_size: float = 0,
        standardise: bool = False,
        seed: int = 0,
        source: str = "arrays",
    ) -> Data:
        """Your own arrays: x (n, inputs); y (n,) classes, or (n, outputs) numbers.

        task is found from y where it is not given: text or whole numbers in one column are
        classes, the rest are numbers. Sizes below 1 are shares of the rows, from 1 up counts.
        The test part is cut first, the validation part from what is left.
        """
        x = arrays.table(x)
        y, found = arrays.answers(y, task, len(x))
        weight = None if weight is None else arrays.weights(weight, len(x))
        target = _target(y, found, tuple(classes))
        rows = split(len(x), test_size=test_size, validation_size=validation_size, seed=seed)
        prepared = Preparation.fit(x[rows.train], target, names=names, standardise=standardise)
        whole = InMemory(prepared.x(x), y, weight)
        parts = [whole.take(part) if len(part) else None for part in rows]
        if parts[0] is None:
            raise UsageError(
                "Data.from_arrays", "at least one row to train on", f"{len(x)} rows in all",
                "Make test_size and validation_size smaller.",
            )  # fmt: skip
        return cls(parts[0], parts[1], parts[2], prepared, source)

    def __repr__(self) -> str:
        rows = ", ".join(f"{part.n} {name}" for name, part in self.parts.items())
        return f"Data({self.source}: {rows}; {self.inputs} inputs, {self.task})"

    @property
    def parts(self) -> dict[str, Arrays]:
        """The parts that there are, by name."""
        named = {"train": self.train, "validation": self.validation, "test": self.test}
        return {name: part for name, part in named.items() if part is not None}

    @property
    def task(self) -> str:
        """ "classes" or "numbers"."""
        return self.preparation.target.task if self.preparation else "numbers"

    @property
    def outputs(self) -> int:
        """How many outputs a network for this data has: one a class from three classes up."""
        if self.task == "classes" and self.preparation:
            k = len(self.preparation.target.classes)
            return 1 if k <= 2 else k
        return int(np.shape(self.train.block(0, 1)[1])[-1])

    @property
    def inputs(self) -> int:
        """How many inputs a network for this data has."""
        return int(self.train.block(0, 1)[0].shape[1])

    @property
    def fingerprint(self) -> str:
        """12 hex digits of the bytes of all parts."""
        hashed = hashlib.sha256()
        for name, part in self.parts.items():
            hashed.update(f"{name} {part.n}".encode())
            for array in part.block(0, part.n):
                if array is not None:
                    hashed.update(f"{array.dtype} {array.shape}".encode())
                    hashed.update(np.ascontiguousarray(array).tobytes())
        return hashed.hexdigest()[:12]

    @property
    def column_names(self) -> list[str]:
        """Of inputs, answers and the part: the header of a table of all rows."""
        if self.preparation is None:
            answers = [f"y{k + 1}" for k in range(self.outputs)]
            return [*(f"x{k + 1}" for k in range(self.inputs)), *answers, "part"]
        names = [column.name for column in self.preparation.columns]
        return [*names, *(self.preparation.target.names or ("class",)), "part"]

    def answers_of(self, y: Array) -> list[list[Any]]:
        """The answers as a table has them: class names, or numbers."""
        if y.ndim == 1 and self.preparation:
            return [[self.preparation.target.classes[k]] for k in y.tolist()]
        return [list(row) for row in y.tolist()]

    def cut(self, *, test_size: float | None, validation_size: float, seed: int) -> Data:
        """The training part cut anew, as the preparation allows: columns left as they are.

        test_size None keeps the test part that there is, validation_size 0 the validation part.
        """
        if self.preparation and self.preparation.is_fitted:
            raise UsageError(
                "Data.cut", "columns as they are", "columns standardised by rows now to be cut off",
                "Cut first: Data.from_arrays(..., test_size=, validation_size=).",
            )  # fmt: skip
        x, y, weight = self.train.block(0, self.train.n)
        whole = InMemory(np.array(x), np.array(y), None if weight is None else np.array(weight))
        rows = split(whole.n, test_size=test_size or 0, validation_size=validation_size, seed=seed)
        how = {"test_size": test_size, "validation_size": validation_size, "seed": seed}
        made: dict[str, Any] = {"train": whole.take(rows.train), "was_cut": how}
        if test_size is not None:
            made["test"] = whole.take(rows.test) if len(rows.test) else None
        if len(rows.validation):
            made["validation"] = whole.take(rows.validation)
        return replace(self, **made)

    def fitted(self, spec: Spec) -> Data:
        """The same data in the network's dtype, with answers as its loss takes them."""
        fitted: Any = {name: _fitted(name, part, spec) for name, part in self.parts.items()}
        misfit = self.preparation and self.preparation.misfit(spec.inputs, spec.outputs)
        if misfit:
            raise UsageError(
                f"network {spec}", "a network of the data's own sizes", misfit,
                f"Spec.chain([{self.inputs}, ..., {self.outputs}]) has them.",
            )  # fmt: skip
        return replace(self, **fitted)


def _fitted(name: str, part: Arrays, spec: Spec) -> InMemory:
    x, y, weight = part.block(0, part.n)
    if x.shape[1] != spec.inputs:
        raise UsageError(
            f"network {spec}", f"data with {spec.inputs} columns", f"{x.shape[1]} columns",
            f"Spec.chain([{x.shape[1]}, ...]) takes them.",
        )  # fmt: skip
    if weight is not None and not weight.any():
        raise UsageError(
            f"the {name} part", "at least one row with a weight above 0", "none",
            "Cut it with another seed, or make it larger.",
        )  # fmt: skip
    return InMemory(
        _cast("inputs", x, spec),
        _answers(y, spec),
        None if weight is None else _cast("weights", weight, spec),
    )


def _cast(what: str, array: Array, spec: Spec) -> Array:
    """A copy in the network's dtype, which has to have room for all numbers."""
    with np.errstate(over="ignore"):
        made = np.array(array, dtype=spec.dtype, order="C")
    too_large = np.isinf(made) & np.isfinite(array)
    if too_large.any():
        raise UsageError(
            f"network {spec}", f"{what} that {spec.dtype} has room for",
            f"{np.asarray(array)[too_large][0]:g}", 'Take dtype="float64", or scale the data.',
        )  # fmt: skip
    return made


def _target(y: Array, found: tuple[Any, ...], named: tuple[Any, ...]) -> Target:
    """What the answers mean: classes, as they are or as they are named; or columns of numbers."""
    if not found:
        return Target("numbers", tuple(f"y{k + 1}" for k in range(y.shape[1])))
    if named and len(named) != len(found):
        raise UsageError(
            "Data.from_arrays", f"classes: a name for each of the {len(found)} classes in y",
            f"{len(named)} names", f"In y there are {', '.join(map(repr, found[:8]))}.",
        )  # fmt: skip
    return Target("classes", (), named or found)


def _answers(y: Array, spec: Spec) -> Array:
    """Classes as labels, as one 0/1 column or one-hot; numbers as they are."""
    k = spec.outputs
    labels = spec.loss.targets == "labels"
    if y.ndim == 1:
        if y.min(initial=0) < 0 or y.max(initial=0) >= max(k, 2):
            raise UsageError(
                f"network {spec}", f"classes 0 to {max(k, 2) - 1}, for it has {k} outputs",
                f"classes {int(y.min())} to {int(y.max())}", "Give the last layer a unit for each.",
            )  # fmt: skip
        if labels and k == 1:
            raise UsageError(
                f"network {spec}", "an output for each class, for its loss is on labels",
                "1 output", "Give the last layer 2 units, or take binary_cross_entropy.",
            )  # fmt: skip
        if labels:
            return np.array(y)
        return np.array(y[:, None] if k == 1 else np.eye(k)[y], dtype=spec.dtype)
    if labels or y.shape[1] != k:
        needs = "classes as answers" if labels else f"answers with {k} columns"
        raise UsageError(
            f"network {spec} with {spec.loss.name}", needs, f"numbers of shape {y.shape}",
            "Change the loss, the last layer, or task=.",
        )  # fmt: skip
    return _cast("answers", y, spec)
