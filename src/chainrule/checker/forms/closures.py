"""Programs in which a function makes functions: `forward, step = make_network([2, 3, 1])`."""

from __future__ import annotations

import ast
import contextlib
import copy
from collections.abc import Iterator
from types import CellType, FunctionType
from typing import Any

from chainrule.checker import probes
from chainrule.checker.forms.calling import Pool
from chainrule.checker.forms.functions import depths
from chainrule.checker.forms.objects import Maker, Sizes
from chainrule.checker.forms.program import Action, Program, functions
from chainrule.checker.probes import PROBES


class Enclosed:
    """Functions that another function has made; the variables they share are its attributes."""

    __slots__ = ("_cells", "functions")

    def __init__(self, made: list[FunctionType]) -> None:
        found: dict[str, FunctionType] = {}
        cells: dict[str, CellType] = {}
        made = made[::-1]
        while made:
            function = made.pop()
            found[function.__name__] = function
            named = zip(function.__code__.co_freevars, function.__closure__ or (), strict=True)
            for name, cell in named:
                cells[name] = cell
                inner = _content(cell)
                if isinstance(inner, FunctionType) and inner.__name__ not in found:
                    made.append(inner)
        object.__setattr__(self, "functions", found)
        object.__setattr__(self, "_cells", cells)

    @property
    def __dict__(self) -> dict[str, Any]:  # type: ignore[override]
        found = {name: _content(cell) for name, cell in self._cells.items()}
        return {name: value for name, value in found.items() if not callable(value)}

    def __getattr__(self, name: str) -> Any:
        if name in self.functions:
            return self.functions[name]
        if name not in self._cells:
            raise AttributeError(name)
        return _content(self._cells[name])

    def __setattr__(self, name: str, value: Any) -> None:
        self._cells[name].cell_contents = value

    def __deepcopy__(self, memo: dict[int, Any]) -> Enclosed:
        """The same functions with variables of their own."""
        cells = {id(cell): CellType() for cell in self._cells.values()}
        functions = {id(f): _moved(f, cells) for f in self.functions.values()}
        for cell in self._cells.values():
            value = _content(cell)
            new = functions.get(id(value))
            cells[id(cell)].cell_contents = copy.deepcopy(value, memo) if new is None else new
        return Enclosed(list(functions.values()))


def _content(cell: CellType) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a variable that has no value yet
        return None


def _moved(function: FunctionType, cells: dict[int, CellType]) -> FunctionType:
    closure = tuple(cells.get(id(cell), cell) for cell in function.__closure__ or ())
    name, defaults = function.__name__, function.__defaults__
    made = FunctionType(function.__code__, function.__globals__, name, defaults, closure)
    made.__kwdefaults__ = function.__kwdefaults__
    return made


class Closed:
    """A call of the function that makes them, with our sizes if it can be."""

    def __init__(self, program: Program, start: Action) -> None:
        self._program, self._start = program, start

    def __call__(self, sizes: Sizes, x: Any, y: Any) -> Enclosed:
        pool = Pool(self._program, sizes)
        pool.x, pool.y = x, y
        found: list[FunctionType] = []
        _gather(pool.call(self._start, self._start.function), found)
        return Enclosed(found)


def _gather(result: Any, found: list[FunctionType]) -> None:
    """The functions in a tuple, a dict or an object."""
    if isinstance(result, FunctionType):
        found.append(result)
    elif isinstance(result, dict | tuple | list):
        for part in result.values() if isinstance(result, dict) else result:
            _gather(part, found)
    elif hasattr(result, "__dict__"):
        _gather(vars(result), found)


def makers(program: Program) -> Iterator[Maker]:
    """Functions of the file that return functions defined within them."""
    for start in functions(program):
        inner = _inner(program, start)
        for hidden in depths(program, start) if inner else ():
            make = Closed(program, start)
            actions = _actions(
                program,
                make,
                probes.sizes_of(PROBES["distinct"], None, hidden, 3)
                if hidden is not None
                else None,
                start,
            )
            if actions:
                yield Maker(start.name, "object", hidden, make, actions)


def _inner(program: Program, start: Action) -> set[str]:
    """Names of functions that are defined in it, and are in what it returns."""
    node = program.nodes()[start.name]
    own = {part.name for part in ast.walk(node) if isinstance(part, ast.FunctionDef)} - {node.name}
    returned = [part.value for part in node.body if isinstance(part, ast.Return) and part.value]
    names = {n.id for value in returned for n in ast.walk(value) if isinstance(n, ast.Name)}
    return own & names


def _actions(program: Program, make: Closed, sizes: Sizes, start: Action) -> tuple[Action, ...]:
    """What can be called of them, by one try."""
    with contextlib.suppress(Exception):
        made = make(sizes, None, None)
        return tuple(
            Action(name, start.name, staticmethod(function),
                   tuple(program.returns(f"{start.name}.{name}")))
            for name, function in made.functions.items()
        )  # fmt: skip
    return ()
