"""A program held at the first turn of a loop: copied, changed, and run on for one turn."""

from __future__ import annotations

import copy
import random
import warnings
from contextlib import contextmanager, suppress
from types import CellType, CodeType, FrameType, FunctionType
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms.script_heard import NONE, below, data, listening, numbers_of
from chainrule.checker.forms.script_loops import TAKEN, VALUES
from chainrule.checker.forms.script_slots import Opened
from chainrule.checker.forms.script_spoken import taken
from chainrule.core.dense import Array

_array, _asarray = np.array, np.asarray  # while a turn runs, np.array itself is tracked


class Seen(NamedTuple):
    """What one turn did."""

    numbers: dict[str, Array]  # every array and number by the name it has in the program
    warnings: tuple[str, ...]
    functions: tuple[str, ...]  # the program's own functions that were called


class Moment:
    """Everything the loop can see, copied. `world()` gives a fresh copy to run a turn in."""

    def __init__(self, frame: FrameType, values: list[Any], targets: set[str]) -> None:
        self.module = frame.f_globals
        self.in_function = frame.f_locals is not frame.f_globals
        local = dict(frame.f_locals) if self.in_function else {}
        values = Opened(_opened(value) for value in values)
        self.known: dict[str, int] = {}  # slots of the first look, and their sizes
        local_data, shared = data(local), data(frame.f_globals)
        for name in targets:  # the turn itself sets them
            (local_data if self.in_function else shared).pop(name, None)
        parts = {"g": shared, "l": local_data, "v": {"v": values}}
        self.parts, self.others = _copied(parts), dict(local)
        self.names = [name for name in local if name.isidentifier()]
        self.states = (np.random.get_state(), random.getstate())  # noqa: NPY002

    def world(self) -> World:
        np.random.set_state(self.states[0])  # noqa: NPY002
        random.setstate(self.states[1])
        return World(self, _copied(self.parts))


def _opened(value: Any) -> Any:
    """Tuples as lists, so that their numbers can be put."""
    return Opened(_opened(each) for each in value) if type(value) is tuple else value


class World:
    """One copy of a moment. The program's functions see it while a turn runs."""

    def __init__(self, moment: Moment, parts: dict[str, dict[str, Any]]) -> None:
        self.moment, self.turns = moment, 0
        self.globals, self.locals, self.values = parts["g"], parts["l"], parts["v"]["v"]
        self.names = {**moment.others, **self.locals}

    @property
    def roots(self) -> dict[str, Any]:
        """Where numbers may be: by name, with what the loop's variable takes on."""
        return {**self.globals, **self.locals, "the loop's values": self.values}

    def again(self) -> None:
        """The next turn is the first one, with the same random numbers."""
        self.turns = 0
        np.random.set_state(self.moment.states[0])  # noqa: NPY002
        random.setstate(self.moment.states[1])

    def turn(self, code: CodeType, path: str, only: frozenset[str] | None = None) -> Seen:
        """One more turn of the loop, in this world; `only` these names are looked for, or NONE."""
        value = self.values[min(self.turns, len(self.values) - 1)] if self.values else 0
        self.turns += 1
        with self._in_place(), listening(only) as heard, _warned() as said:
            taken()
            self._run(code, value)
        if only == NONE:
            return Seen({}, (), ())
        own = {
            k: v
            for part in (self.globals, self.locals)
            for k, v in numbers_of(below(part, heard.roots)).items()
        }
        return Seen(
            {**heard.numbers, **own, **taken()},
            tuple(dict.fromkeys(str(each.message) for each in said)), tuple(heard.functions),
        )  # fmt: skip

    def _run(self, code: CodeType, value: Any) -> None:
        module = self.moment.module
        left: dict[str, Any] = {}
        module[VALUES], module[TAKEN] = (value,), left
        if not self.moment.in_function:
            exec(code, module)
            return
        exec(code, module, holder := {})  # type: ignore[var-annotated]
        step = holder["__step__"]
        known = step.__code__.co_varnames[: step.__code__.co_argcount]
        self._fill_cells()
        try:
            step(*(self.locals.get(name, self.names.get(name)) for name in known))
        finally:
            left.pop("__turn__", None)
            self.names.update(left)
            self.locals.update(data(left))

    def _fill_cells(self) -> None:
        """Functions made inside the function see this world's numbers, too."""
        for value in list(self.names.values()):
            if isinstance(value, FunctionType) and value.__closure__:
                for name, cell in zip(value.__code__.co_freevars, value.__closure__, strict=True):
                    if name in self.locals:
                        cell.cell_contents = self.locals[name]

    @contextmanager
    def _in_place(self) -> Any:
        """The module's names lead to this world; afterwards to what they led to before."""
        module = self.moment.module
        kept = dict(module)
        module.update(self.globals)
        try:
            yield
        finally:
            self.globals.update(data(module))
            module.clear()
            module.update(kept)


def _copied(parts: dict[str, dict[str, Any]]) -> dict[str, dict[str, Any]]:
    """Deep copies in which one object stays one object; what can't be copied is shared."""
    memo: dict[int, Any] = {}
    found: dict[str, dict[str, Any]] = {}
    table = copy._deepcopy_dispatch  # type: ignore[attr-defined]
    table[FunctionType] = _copied_function
    try:
        for part, names in parts.items():
            found[part] = {}
            for name, value in names.items():
                copied = value
                with suppress(Exception):
                    copied = copy.deepcopy(value, memo)
                found[part][name] = copied
    finally:
        table[FunctionType] = copy._deepcopy_atomic  # type: ignore[attr-defined]
    return found


def _copied_function(function: Any, memo: dict[int, Any]) -> Any:
    """A closure with its own copies of what it closes over."""
    if not function.__closure__:
        return function
    for cell in function.__closure__:
        if id(cell) not in memo:
            memo[id(cell)] = new = CellType()
            with suppress(Exception):
                new.cell_contents = copy.deepcopy(cell.cell_contents, memo)
    cells = tuple(memo[id(cell)] for cell in function.__closure__)
    made = FunctionType(
        function.__code__, function.__globals__, function.__name__, function.__defaults__, cells
    )
    made.__kwdefaults__ = function.__kwdefaults__
    return made


@contextmanager
def _warned() -> Any:
    with warnings.catch_warnings(record=True) as said, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        yield said
