"""The settings as a page shows them: each with its present value and what it may be."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from chainrule.core.checks import plural
from chainrule.core.initializers import Given
from chainrule.core.tables import row_to_text
from chainrule.data.preparation import Preparation
from chainrule.data.problems import PROBLEMS
from chainrule.data.sets import SETS
from chainrule.view import messages, parts
from chainrule.view.fields import FEATURES, SETTINGS, Setting
from chainrule.view.sets import DRAWN, MAKES, RUN, TABLE, Kept, noise_of
from chainrule.view.settings import Setup

WORDS = {  # for choices that are of no table: by setting, then by value
    "batch": {
        "mean": "The gradient is the mean over the batch: the rate means the same for any batch.",
        "sum": "The gradient is the sum over the batch: a larger batch makes longer steps.",
    },
    "task": {
        "classes": "Each row is one of a few kinds; they are told apart.",
        "numbers": "Each row has a number; it is to be hit closely.",
    },
    "missing": {
        "error": "The table is refused, and the holes are named.",
        "drop": "Rows with a hole are left out.",
        "mean": "A hole in a number becomes the mean of the training rows.",
    },
    "scale": {
        "standard": "Each column gets mean 0 and deviation 1: good for most.",
        "min-max": "Each column goes from 0 to 1.",
        "none": "Numbers go in as they are: good where they are about 1 already.",
    },
    "bias": {
        "unit": "Each unit adds a number of its own.",
        "shared": "All units of a layer add the same number.",
        "none": "Nothing is added: every border goes through the origin.",
    },
    "dtype": {"float64": "16 digits: slower, exact.", "float32": "7 digits: half the memory."},
}


def form(setup: Setup, kept: Kept) -> messages.Form:
    values = values_of(setup)
    fields = [
        _field(name, SETTINGS[name], values[name], setup, kept)
        for name in SETTINGS
        if name in values
    ]
    return messages.Form(tuple(fields), setup.chosen.to_address())


def values_of(setup: Setup) -> dict[str, Any]:
    """Every setting that applies, as it is now."""
    return {**_data_values(setup), **_network_values(setup), **_training_values(setup)}


def _data_values(setup: Setup) -> dict[str, Any]:
    chosen, source = setup.chosen.settings, setup.source
    data, name = source.data, setup.chosen.data
    found: dict[str, Any] = {"data": name}
    test = data.test.n if data.test else 0
    if name in MAKES:
        noise = chosen.get("noise", noise_of(name))
        found |= {} if noise is None else {"noise": noise}
        found |= {"rows": data.train.n, "test_rows": test}
    elif name not in PROBLEMS and not name.startswith(RUN):
        rows = sum(part.n for part in data.parts.values())
        found["test_size"] = chosen.get("test_size", round(test / max(1, rows), 3))
    if name == DRAWN:
        found["points"] = chosen.get("points", ())
    if name.startswith(TABLE) and data.preparation:
        target = data.preparation.target
        used = tuple(column.name for column in data.preparation.used)
        found |= {"target": target.names, "columns": used}
        found |= {"task": target.task, "missing": data.preparation.missing}
        found |= {"scale": chosen.get("scale", "standard")}
    if source.features or (setup.spec.inputs == 2 and not name.startswith((TABLE, RUN))):
        found["features"] = source.features or ("x1", "x2")
    return found


def _network_values(setup: Setup) -> dict[str, Any]:
    spec = setup.spec
    first, last = spec.layers[0], spec.layers[-1]
    return {
        "hidden": [(layer.units, layer.activation.name) for layer in spec.layers[:-1]],
        "output": last.activation.name, "bias": first.bias,
        "init": "given" if isinstance(first.init, Given) else row_to_text(first.init),
        "seed": setup.training.seed, "drop_probability": first.drop_probability,
        "dtype": spec.dtype, "loss": row_to_text(spec.loss), "batch": spec.conventions.batch,
    }  # fmt: skip


def _training_values(setup: Setup) -> dict[str, Any]:
    training, n = setup.training, setup.source.data.train.n
    epochs = training.epochs or -(-(training.steps or 1) // training.steps_per_epoch(n))
    return {
        "learning_rate": training.learning_rate, "optimizer": row_to_text(training.optimizer),
        "schedule": row_to_text(training.schedule), "batch_size": training.batch_size,
        "l1": training.l1, "l2": training.l2, "decay": training.decay,
        "clip_norm": training.clip_norm, "epochs": epochs,
        "stop_below": training.stop_below, "patience": training.patience,
    }  # fmt: skip


def _field(name: str, setting: Setting, value: Any, setup: Setup, kept: Kept) -> parts.Field:
    return parts.Field(
        name, setting.label, setting.group, setting.kind, value, setting.says,  # type: ignore[arg-type]
        "branch" if setting.branches else "start", setting.least, setting.most,
        setting.scale, setting.marks,  # type: ignore[arg-type]
        tuple(_choices(name, setting, value, setup, kept)), setting.may_be_none,
    )  # fmt: skip


def _choices(
    name: str, setting: Setting, value: Any, setup: Setup, kept: Kept
) -> Iterator[parts.Choice]:
    if name == "data":
        yield from _sources(setup, kept)
    elif name == "target":
        yield from (parts.Choice(each, each, "") for each in _columns(setup, kept))
    elif name == "columns":
        yield from _inputs(setup, kept)
    elif name == "output":
        rows = setting.table or {}
        needed = setup.spec.loss.last
        yield from _rows({needed: rows[needed]} if needed else rows, value)
    elif setting.table is not None:
        yield from _rows(setting.table, value)
    yield from told_choices(name)


def told_choices(name: str) -> Iterator[parts.Choice]:
    """What a setting of no table may be, and what each of it does."""
    for each in SETTINGS[name].names:
        yield parts.Choice(each, FEATURES.get(each, each), WORDS.get(name, {}).get(each, ""))


def _rows(table: Mapping[str, Any], value: Any) -> Iterator[parts.Choice]:
    """The rows of a table, and the present one where it has settings of its own."""
    made = [parts.Choice(name, name.replace("_", " "), _told(row)) for name, row in table.items()]
    known = {choice.value: choice for choice in made}
    if isinstance(value, str) and value not in known:
        base = known.get(value.partition("(")[0])
        says = base.says if base else "As the source of these data has it."
        made.insert(0, parts.Choice(value, value, says))
    yield from made


def _told(row: Any) -> str:
    """Its formula, or the first line of what is said of it."""
    formula = getattr(row, "formula", "")
    return str(formula or (row.__doc__ or "").strip().splitlines()[0])


def _sources(setup: Setup, kept: Kept) -> Iterator[parts.Choice]:
    for name, problem in PROBLEMS.items():
        yield parts.Choice(name, name.replace("-", " "), problem.title)
    for name, known in SETS.items():
        yield parts.Choice(name, name.replace("_", " "), known.title)
    for key, table in kept.tables.items():
        yield parts.Choice(f"{TABLE}{key}", table.source, f"{plural(table.n, 'row')} of your own")
    name = setup.chosen.data
    if name.startswith(RUN):
        yield parts.Choice(name, setup.source.title, "The data of this run")
    yield parts.Choice(DRAWN, "drawn", "Points that you draw yourself")


def _inputs(setup: Setup, kept: Kept) -> Iterator[parts.Choice]:
    """All columns but the target; of one that is of no use it is said why."""
    prepared, names = setup.source.data.preparation, _columns(setup, kept)
    if prepared is None:
        return
    why = left_out(prepared, setup.chosen.settings.get("columns", names))
    for each in names:
        if each not in prepared.target.names:
            yield parts.Choice(each, each, why.get(each, ""))


def left_out(prepared: Preparation, names: Iterable[str]) -> dict[str, str]:
    """Of these columns those that do not go in by themselves, and why."""
    known = {column.name for column in prepared.columns} | {*prepared.target.names}
    others = {name: "it says to which part a row belongs" for name in names if name not in known}
    return others | {c.name: c.why for c in prepared.columns if c.kind == "left out"}


def _columns(setup: Setup, kept: Kept) -> list[str]:
    table = kept.tables.get(setup.chosen.data.removeprefix(TABLE))
    return table.names if table else []
