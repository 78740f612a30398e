"""A program held at the first turn of a loop: copied, changed, and run on for one turn."""

from __future__ import annotations

import copy
import random
import re
import sys
import warnings
from contextlib import contextmanager, suppress
from types import BuiltinFunctionType, CellType, CodeType, FrameType, FunctionType, ModuleType
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms.script_loops import HOOKS, TAKEN, VALUES
from chainrule.checker.forms.script_slots import Opened
from chainrule.checker.forms.script_spoken import taken
from chainrule.checker.forms.script_tape import Tracked, strip
from chainrule.core.dense import Array

_array, _asarray = np.array, np.asarray  # while a turn runs, np.array itself is tracked
CAPTURES, LARGEST_SEEN = 400, 20_000


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
        """One more turn of the loop, in this world; `only` these names are looked for."""
        value = self.values[min(self.turns, len(self.values) - 1)] if self.values else 0
        self.turns += 1
        with self._in_place(), _listening(path, only) as heard, _warned() as said:
            taken()
            self._run(code, value)
        own = {**numbers_of(_of(self.globals, only)), **numbers_of(_of(self.locals, only))}
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


def data(names: dict[str, Any]) -> dict[str, Any]:
    """What a turn may change: no functions, classes, modules, hooks."""
    return {
        name: value
        for name, value in names.items()
        if not name.startswith("__")
        and not isinstance(value, ModuleType | type | BuiltinFunctionType | np.ufunc)
        and not (isinstance(value, FunctionType) and not value.__closure__)
        and name not in (HOOKS, VALUES, TAKEN)
    }


def _of(names: dict[str, Any], only: frozenset[str] | None) -> dict[str, Any]:
    """Those that lead to one of `only`."""
    if only is None:
        return names
    roots = {re.split(r"[.\[]", name)[0] for name in only}
    return {name: value for name, value in names.items() if name in roots}


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


def numbers_of(names: dict[str, Any]) -> dict[str, Array]:
    """The numbers under these names; attributes as `self.W1`, items as `grads['dW1']`."""
    found: dict[str, Array] = {}
    for name, value in list(names.items()):
        _note(name, value, found, 0)
    return found


def _note(name: str, value: Any, found: dict[str, Array], depth: int) -> None:
    value = strip(value)
    if isinstance(value, np.ndarray | np.generic | int | float) and not isinstance(value, bool):
        array = _asarray(value)
        if array.dtype.kind in "fiub" and array.size <= LARGEST_SEEN:
            found.setdefault(name, array.copy())
    elif isinstance(value, list | tuple) and value and len(value) <= LARGEST_SEEN:
        _note_list(name, value, found, depth)
    elif isinstance(value, dict) and depth < 3 and len(value) <= 200:
        for key, each in list(value.items()):
            _note(f"{name}[{key!r}]", each, found, depth + 1)
    elif (
        depth < 3
        and hasattr(value, "__dict__")
        and not isinstance(value, FunctionType | ModuleType | type)
    ):
        for key, each in list(vars(value).items()):
            _note(f"{name}.{key}", each, found, depth + 1)


def _note_list(name: str, value: Any, found: dict[str, Array], depth: int) -> None:
    array = None
    with suppress(ValueError, TypeError, RecursionError):
        array = _array([strip(each) for each in value], dtype=float)
    if array is not None and array.size <= LARGEST_SEEN:
        found.setdefault(name, array)
    elif depth < 3 and len(value) <= 50:
        for at, each in enumerate(value):
            _note(f"{name}[{at}]", each, found, depth + 1)


class _Heard:
    """Local names of the program's functions, as they are when a function returns."""

    def __init__(self, path: str, only: frozenset[str] | None) -> None:
        self.path, self.only, self.captures = path, only, 0
        self.numbers: dict[str, Array] = {}
        self.functions: dict[str, None] = {}

    def __call__(self, frame: FrameType, event: str, given: Any) -> None:
        code = frame.f_code
        if event != "return" or code.co_filename != self.path or self.captures > CAPTURES:
            return
        if code.co_name[0] == "<" or issubclass(type(frame.f_locals.get("self")), Tracked):
            return
        self.captures += 1
        self.functions[code.co_name] = None
        self.numbers.update(numbers_of(data(_of(frame.f_locals, self.only))))
        if isinstance(strip(given), float | np.generic | np.ndarray) and np.size(given) == 1:
            self.numbers[f"{code.co_name}()"] = _array(strip(given))


@contextmanager
def _listening(path: str, only: frozenset[str] | None) -> Any:
    heard, before = _Heard(path, only), sys.getprofile()
    sys.setprofile(heard)
    try:
        yield heard
    finally:
        sys.setprofile(before)


@contextmanager
def _warned() -> Any:
    with warnings.catch_warnings(record=True) as said, np.errstate(all="warn", under="ignore"):
        warnings.simplefilter("always")
        yield said
