"""The data behind the settings: built-in problems with other noise, drawn points, own tables."""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from chainrule.core.checks import plural
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError, unknown
from chainrule.core.optimizers import Adam
from chainrule.data import points, toy
from chainrule.data.parts import Data, InMemory
from chainrule.data.preparation import Preparation
from chainrule.data.problems import PROBLEMS
from chainrule.data.sets import SETS, load
from chainrule.data.suggestion import suggest
from chainrule.data.table import Table
from chainrule.spec import Spec, Training
from chainrule.view.fields import FEATURES
from chainrule.view.parts import TableInfo

ELSEWHERE = 2**32  # words on in the stream: where the test part is drawn
MAKES: dict[str, Callable[..., tuple[Array, Array]]] = {
    "circles": toy.circles, "moons": points.moons, "quadrants": points.quadrants,
    "spirals": points.spirals, "blobs": points.blobs, "gaussians": points.gaussians,
    "checkerboard": points.checkerboard, "plane": points.plane, "gauss": points.gauss,
    "sine": points.sine,
}  # fmt: skip
DRAWN = "drawn"
COLOURS = {0: "orange", 2: "plain", 1: "indigo"}  # kinds of drawn points, in the order of classes
TABLE, RUN = "table:", "run:"
TABLES = 8  # dropped tables that are kept
FEATURE_OF: dict[str, Callable[[Array], Array]] = {
    "x1": lambda x: x[:, 0], "x2": lambda x: x[:, 1], "x1^2": lambda x: x[:, 0] ** 2,
    "x2^2": lambda x: x[:, 1] ** 2, "x1*x2": lambda x: x[:, 0] * x[:, 1],
    "sin(x1)": lambda x: np.sin(x[:, 0]), "sin(x2)": lambda x: np.sin(x[:, 1]),
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Source:
    """Data, and the network and training that suit it where nobody chose."""

    name: str
    title: str
    data: Data
    spec: Spec
    training: Training
    features: tuple[str, ...] = ()  # what becomes of two columns on their way in; (): as they are
    notes: tuple[str, ...] = ()
    places: Mapping[str, Array] | None = None  # by part, (n, 2): the columns behind features


@dataclass(frozen=True)
class Kept:
    """What was brought to the studio: tables that were dropped, with what is in them, and data of
    runs that were opened."""

    tables: dict[str, Table] = field(default_factory=dict)
    told: dict[str, TableInfo] = field(default_factory=dict)
    runs: dict[str, Source] = field(default_factory=dict)

    def keep(self, told: TableInfo, table: Table, used: str) -> None:
        """Beside the others; of too many the oldest goes, but never `used`, the data in use."""
        self.tables.pop(told.id, None)
        self.tables[told.id], self.told[told.id] = table, told
        old = [each for each in self.tables if f"{TABLE}{each}" != used]
        for each in old[: max(0, len(self.tables) - TABLES)]:
            del self.tables[each], self.told[each]

    def told_at(self, name: str) -> TableInfo | None:
        """What is in the data of that name, if it is one of these tables."""
        return self.told.get(name.removeprefix(TABLE)) if name.startswith(TABLE) else None


def noise_of(name: str) -> float | None:
    """The noise a generated set has where nobody chose; None: it has none to choose."""
    made = MAKES.get(name)
    found = inspect.signature(made).parameters.get("noise") if made else None
    return None if found is None else float(found.default)


def source_of(name: str, chosen: Mapping[str, Any], kept: Kept) -> Source:
    """The data of that name as `chosen` wants them: settings by name, checked already."""
    if name == DRAWN:
        return _drawn(chosen)
    if name.startswith(TABLE):
        return _table(name.removeprefix(TABLE), chosen, kept.tables)
    if name.startswith(RUN) and name in kept.runs:
        return with_features(kept.runs[name], chosen.get("features"))
    if name in SETS:
        return _known(name, chosen)
    if name not in PROBLEMS:
        raise unknown(f"setting 'data' {name[:40]!r}", "problem", name, [*PROBLEMS, *SETS, DRAWN])
    problem = PROBLEMS[name]
    seed = int(chosen.get("seed", problem.training.seed))
    asked = {key for key in ("noise", "rows", "test_rows") if key in chosen}
    data = _made(name, chosen, seed) if asked and name in MAKES else problem.data(seed)
    found = Source(name, _title(name), data, problem.spec, problem.training, (), problem.notes)
    return with_features(found, chosen.get("features"))


def _made(name: str, chosen: Mapping[str, Any], seed: int) -> Data:
    """A generated set with another noise, or another number of points."""
    usual = PROBLEMS[name].data(seed)
    noise = chosen.get("noise", noise_of(name))
    more = {} if noise is None else {"noise": noise}
    rows, test = chosen.get("rows", usual.train.n), chosen.get("test_rows")
    test = (usual.test.n if usual.test else 0) if test is None else test
    made = MAKES[name](rows, seed=seed, **more)
    other = InMemory(*MAKES[name](test, seed=seed, at=ELSEWHERE, **more)) if test else None
    said = ", ".join(f"{key} {value:g}" for key, value in more.items())
    return replace(usual, train=InMemory(*made), test=other, source=f"{name}, {said or rows}")


def with_features(source: Source, features: tuple[str, ...] | None) -> Source:
    """The same points, with these shapes of their two columns as inputs."""
    usual = tuple(FEATURES)[: source.spec.inputs]
    as_it_is = features is None or (source.features and features == source.features)
    if as_it_is or (features == usual and source.spec.inputs == 2):
        return source
    assert features is not None  # told so above
    if source.spec.inputs != 2 or not features:
        needs = "data of two columns" if features else "at least one of them"
        raise UsageError(
            "setting 'features'", needs, f"{', '.join(features) or 'none'} of {source.title}",
            "Choose other data, or leave the features as they are.",
        )  # fmt: skip
    data, prepared = source.data, source.data.preparation
    assert prepared is not None  # every problem has one
    parts: dict[str, Any] = {}
    places = {}
    for name, part in data.parts.items():
        x, y, weight = part.block(0, part.n)
        places[name], parts[name] = x, InMemory(shaped(x, features), y, weight)
    x = parts["train"].x
    made = Preparation.fit(x, prepared.target, names=features)
    data = replace(data, **parts, preparation=made, source=f"{data.source}, {len(features)} shapes")
    spec = replace(source.spec, inputs=len(features))
    return replace(source, data=data, spec=spec, features=features, places=places)


def shaped(x: Array, features: tuple[str, ...]) -> Array:
    """(n, 2) → (n, features)"""
    return np.column_stack([FEATURE_OF[name](x) for name in features]) if features else x


def _drawn(chosen: Mapping[str, Any]) -> Source:
    rows = chosen.get("points", ())
    kinds = {k for *_, k in rows}
    classes = [*(k for k in COLOURS if k in kinds), *sorted(kinds - set(COLOURS))]
    if len(rows) < 2 or len(classes) < 2:
        raise UsageError(
            "setting 'points'", "points of two classes or more",
            f"{plural(len(rows), 'point')} of {plural(len(classes), 'class', 'classes')}",
            "Draw some of another colour, too.",
        )  # fmt: skip
    x = np.array([row[:2] for row in rows])
    y = np.array([classes.index(row[2]) for row in rows])
    names = [COLOURS.get(k, f"class {k + 1}") for k in classes]
    seed = int(chosen.get("seed", 0))
    size = chosen.get("test_size", 0.2 if len(rows) >= 20 else 0)
    data = Data.from_arrays(x, y, classes=names, test_size=size, seed=seed, source=DRAWN)
    return with_features(
        Source(DRAWN, "Drawn points", data, _plain(data), _usual(data, seed)),
        chosen.get("features"),
    )


def _plain(data: Data) -> Spec:
    """A small network that can be looked at."""
    k = data.outputs
    last, loss = ("sigmoid", "binary_cross_entropy") if k == 1 else (
        "softmax", "softmax_cross_entropy",
    )  # fmt: skip
    return Spec.chain([data.inputs, 8, 8, k], "tanh", last=last, loss=loss)


def _usual(data: Data, seed: int) -> Training:
    return Training(Adam(), 0.01, batch_size=min(20, data.train.n), epochs=200, seed=seed)


def _known(name: str, chosen: Mapping[str, Any]) -> Source:
    seed = int(chosen.get("seed", 0))
    data = load(name, seed=seed, test_size=chosen.get("test_size"))
    spec, training = suggest(data, seed=seed)
    return Source(name, SETS[name].title, data, spec, training, (), data.notes)


def _table(key: str, chosen: Mapping[str, Any], tables: Mapping[str, Table]) -> Source:
    if key not in tables:
        raise _not_here(file_of(key)[:60])
    table, target = tables[key], chosen.get("target") or None
    seed = int(chosen.get("seed", 0))
    asked = {
        key: chosen[key]
        for key in ("task", "missing", "scale", "holes", "test_size")
        if key in chosen
    }
    data = Data.from_frame(
        _columns(table, chosen.get("columns"), target), target, seed=seed, **asked,
        source=table.source,
    )  # fmt: skip
    spec, training = suggest(data, seed=seed)
    return Source(f"{TABLE}{key}", table.source, data, spec, training, (), _untold(data))


def _not_here(name: str) -> UsageError:
    """An address names a table and holds none."""
    file = f"the file “{name}”" if name else "its file"
    return UsageError(
        "setting 'data'", f"the table “{name}”" if name else "a table that was dropped",
        "its name alone: no address holds a file, and it is not here now",
        f"Drop {file} here, then open the address again.",
    )  # fmt: skip


def _untold(data: Data) -> tuple[str, ...]:
    """The notes without those that are told at a column before: of odd cells."""
    at_columns = {each.note for each in data.odd}
    return tuple(note for note in data.notes if note not in at_columns)


def file_of(key: str) -> str:
    """The file's name that a table's key ends with, if any."""
    return key.partition("-")[2]


def _columns(table: Table, wanted: tuple[str, ...] | None, target: tuple[str, ...] | None) -> Table:
    """The table with these columns and the target, or with all where nobody chose."""
    if wanted is None:
        return table
    if not set(wanted) - set(target or ()):
        raise UsageError(
            "setting 'columns'", "at least one column to predict from", "none",
            "Let one go in that is not the target.",
        )  # fmt: skip
    for name in wanted:
        if table.place(name) is None:
            raise unknown("setting 'columns'", "column", name[:60], table.names[:20])
    keep = [k for k, name in enumerate(table.names) if name in (*wanted, *(target or ()))]
    if target is None and len(table.columns) - 1 not in keep:
        keep.append(len(table.columns) - 1)
    values = np.ascontiguousarray(table.values[:, keep])
    return replace(table, columns=tuple(table.columns[k] for k in keep), values=values)


def _title(name: str) -> str:
    return {"xor": "XOR"}.get(name, name.capitalize().replace("-", " "))


def run_name(source: Source) -> str:
    """The beginning of a run file's name: nothing in it can leave the folder."""
    stem = source.title if source.name.startswith(TABLE) else source.name
    plain = re.sub(r"[^\w-]+", "-", stem.partition(".")[0]).strip("-")
    return plain.encode()[:60].decode(errors="ignore") or "table"
