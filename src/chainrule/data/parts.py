"""Data in parts: training, validation, test."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.core.checks import plural
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.data import arrays, files, mapped, own
from chainrule.data.fitting import fitted
from chainrule.data.holes import as_holes
from chainrule.data.in_memory import InMemory, of_own
from chainrule.data.mapped import Mapped
from chainrule.data.odd import Odd
from chainrule.data.preparation import Preparation
from chainrule.data.roles import Names
from chainrule.data.source import Report
from chainrule.data.splits import chosen, split
from chainrule.data.streamed import Streamed
from chainrule.data.table import Table, from_frame
from chainrule.engine.protocol import Arrays
from chainrule.spec import Spec

__all__ = ["Data", "InMemory"]


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
    notes: tuple[str, ...] = ()  # what was found out and decided while reading
    odd: tuple[Odd, ...] = ()  # columns that are told of in the notes: numbers but for a few cells
    read_from: Mapping[str, Any] | None = None  # what from_file was called with, or which .npy

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
        The test part is cut first, the validation part from what is left. Arrays are copied; x of
        more than 64 MB in a file, np.load("x.npy", mmap_mode="r"), is not, and y and weight in
        files neither: leave these as they are while they are trained on.
        """
        if mapped.is_for_maps(x, y, task):
            made = mapped.make(
                x, y, weight, task=task, names=names, classes=classes, test_size=test_size,
                validation_size=validation_size, standardise=standardise, seed=seed,
            )  # fmt: skip
            data = cls(**made, source=source)
            files = mapped.files_of(x=x, y=y, weight=weight)
            told = {"task": task, "names": list(names), "classes": list(classes), "seed": seed}
            if files is None:
                return data
            return data.told_from({"arrays": files, **told, "standardise": standardise})
        x = arrays.table(x)
        y, found = arrays.answers(y, task, len(x))
        weight = None if weight is None else arrays.weights(weight, len(x))
        target = arrays.target_of(y.shape[-1], found, tuple(classes))
        rows = split(len(x), test_size=test_size, validation_size=validation_size, seed=seed)
        prepared = Preparation.fit(x[rows.train], target, names=names, standardise=standardise)
        whole = of_own(prepared.scaled(x) if standardise else x, y, weight)
        parts = [whole.take(part) if len(part) else None for part in rows]
        if parts[0] is None:
            raise UsageError(
                "Data.from_arrays", "at least one row to train on",
                f"{plural(len(x), 'row')} in all", "Make test_size and validation_size smaller.",
            )  # fmt: skip
        return cls(parts[0], parts[1], parts[2], prepared, source)

    @classmethod
    def from_file(
        cls,
        path: str | Path,
        target: Names = None,
        *,
        task: str | None = None,
        missing: str = "error",
        test_size: float | None = None,
        validation_size: float | None = None,
        seed: int = 0,
        scale: str = "standard",
        scale_target: bool = True,
        holes: Sequence[str] = (),
        report: Report | None = None,
    ) -> Data:
        """A table in a file: CSV and its kin, .npz, .npy, Parquet or Arrow; "-" is standard input.

        target: names or numbers (from 1) of columns; by default the one called target, class,
        label or y, else the last. task is found from it: text, or at most 20 different whole
        numbers, are classes, the rest are numbers. missing: "error", "drop" the rows, or "mean".
        Sizes are as in from_arrays. Where they are not given, a fifth of the rows is for the test,
        and from 2,000 rows up a fifth of the rest for the validation. scale, of columns of numbers:
        "standard", mean 0 and deviation 1 over the training part; "min-max", from 0 to 1; "none",
        as they are. holes: texts that are missing values, beside NA, NaN, null and the like.
        scale_target: a target of numbers is learnt with mean 0 and deviation 1; losses
        of counts need it as it is.
        """
        asked = {
            "target": target if target is None or isinstance(target, str | int) else list(target),
            "task": task, "missing": missing, "test_size": test_size,
            "validation_size": validation_size, "seed": seed, "scale": scale,
            "scale_target": scale_target,
        }  # fmt: skip
        if named := as_holes(holes):
            asked["holes"] = list(named)
        data = cls._of_table(files.read(path, holes=named, report=report), **asked)
        if str(path) == "-":
            return data
        return data.told_from({"path": str(Path(path).resolve()), **asked})

    @classmethod
    def from_frame(
        cls,
        frame: Any,
        target: Names = None,
        *,
        task: str | None = None,
        missing: str = "error",
        test_size: float | None = None,
        validation_size: float | None = None,
        seed: int = 0,
        scale: str = "standard",
        scale_target: bool = True,
        holes: Sequence[str] = (),
        source: str = "frame",
    ) -> Data:
        """A frame of pandas, polars or pyarrow, or a dict of columns, taken as from_file does."""
        return cls._of_table(
            from_frame(frame, source=source), target=target, task=task, missing=missing,
            test_size=test_size, validation_size=validation_size, seed=seed,
            scale=scale, scale_target=scale_target, holes=holes,
        )  # fmt: skip

    def told_from(self, asked: Mapping[str, Any]) -> Data:
        """The same data, with what they were read from; sizes as they are, not as they were asked
        for: later defaults may differ."""
        sizes = {
            f"{name}_size": self.parts[name].n if name in self.parts else 0
            for name in ("test", "validation")
        }
        return replace(self, read_from={**asked, **sizes})

    @classmethod
    def _of_table(cls, table: Table, **asked: Any) -> Data:
        made = own.make(table, **{**asked, "holes": as_holes(asked.get("holes", ()))})
        parts: dict[str, Any] = made.parts
        train = parts.pop("train")
        if train is None:
            raise UsageError(
                f"table {table.source}", "at least one row to train on", "none", "Add rows."
            )
        return cls(
            train, **parts, preparation=made.preparation, source=table.source,
            notes=made.notes, odd=made.odd,
        )  # fmt: skip

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

    @cached_property
    def fingerprint(self) -> str:
        """12 hex digits of the bytes of all parts."""
        hashed = hashlib.sha256()
        for name, part in self.parts.items():
            hashed.update(f"{name} {part.n}".encode())
            if isinstance(part, Streamed):
                hashed.update(part.digest)
                continue
            if isinstance(part, Mapped):
                part.hash_into(hashed)
                continue
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
        names = [column.name for column in self.preparation.inputs]
        return [*names, *(self.preparation.target.names or ("class",)), "part"]

    def answers_of(self, y: Array) -> list[list[Any]]:
        """The answers as a table has them: class names, or numbers."""
        if y.ndim == 1 and self.preparation:
            return [[self.preparation.target.classes[k]] for k in y.tolist()]
        return [list(row) for row in self.in_units(y).tolist()]

    def in_units(self, answers: Array) -> Array:
        """Outputs or answers (n, k) in the target's own units, as they were before scaling."""
        return self.preparation.target.raw(answers) if self.preparation else answers

    def cut(self, *, test_size: float | None, validation_size: float, seed: int) -> Data:
        """The training part cut anew, as the preparation allows: columns left as they are.

        test_size None keeps the test part that there is, validation_size 0 the validation part.
        """
        if self.preparation and self.preparation.is_fitted:
            raise UsageError(
                "Data.cut", "columns as they are", "columns standardised by rows now to be cut off",
                "Cut first: Data.from_arrays(..., test_size=, validation_size=).",
            )  # fmt: skip
        how = {"test_size": test_size, "validation_size": validation_size, "seed": seed}
        parts = _cut(self.train, test_size or 0, validation_size, seed)
        made: dict[str, Any] = {"train": parts["train"], "was_cut": how}
        if test_size is not None:
            made["test"] = parts["test"]
        if parts["validation"]:
            made["validation"] = parts["validation"]
        return replace(self, **made)

    def fitted(self, spec: Spec) -> Data:
        """The same data in the network's dtype, with answers as its loss takes them."""
        parts: Any = {name: fitted(name, part, spec) for name, part in self.parts.items()}
        misfit = self.preparation and self.preparation.misfit(spec.inputs, spec.outputs)
        if misfit:
            raise UsageError(
                f"network {spec}", "a network of the data's own sizes", misfit,
                f"Spec.chain([{self.inputs}, ..., {self.outputs}]) has them.",
            )  # fmt: skip
        return replace(self, **parts)


def _cut(
    part: Arrays, test_size: float, validation_size: float, seed: int
) -> dict[str, Arrays | None]:
    if isinstance(part, Mapped):
        masks = chosen(part.n, test_size=test_size, validation_size=validation_size, seed=seed)
        return {name: part.only(mask) for name, mask in masks._asdict().items()}
    x, y, weight = part.block(0, part.n)
    whole = InMemory(np.array(x), np.array(y), None if weight is None else np.array(weight))
    cut = split(part.n, test_size=test_size, validation_size=validation_size, seed=seed)
    return {name: whole.take(rows) if len(rows) else None for name, rows in cut._asdict().items()}
