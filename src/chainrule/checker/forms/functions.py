"""Programs of functions: where their parameters come from."""

from __future__ import annotations

import ast
import copy
import itertools
import types
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.checker.forms import flat, tree, words
from chainrule.checker.forms.calling import REQUIRED, Pool, named_result, size_of
from chainrule.checker.forms.objects import Maker, Sizes
from chainrule.checker.forms.program import Action, Program, functions
from chainrule.checker.forms.template import NAME, SIZES

Root = Any


def makers(program: Program) -> Iterator[Maker]:
    """Ways to have parameters for the file's functions, those it makes itself first."""
    actions = tuple(functions(program))
    made = list(_from_starts(program, actions))
    yield from (maker for maker in made if maker.hidden != 0)
    yield from _from_globals(program, actions)
    yield from (maker for maker in made if maker.hidden == 0)  # perhaps of one layer of several
    yield from _guessed(program, actions)


def by_template(program: Program) -> Maker:
    """chainrule_check(params, X, y), in our own layout."""
    action = next(a for a in functions(program) if a.name == NAME)
    sizes = program.namespace.get(SIZES)
    make = _Guess(("pairs",), False, "flat", tuple(sizes) if sizes else None)
    return Maker(NAME, "container", None if sizes else 2, make, (action,), own=False)


# ------------------------------------------------------------------------- the file makes them


def _from_starts(program: Program, actions: tuple[Action, ...]) -> Iterator[Maker]:
    """initialize_parameters(layer_dims), init_weights(n_x, n_h, n_y), Network(...)."""
    starts = [a for a in actions if a.does(words.START) and not a.takes(words.Y)]
    starts = [a for a in starts if not a.takes({"parameters", "params"})]
    parts = any(words.parameter_role(n) for a in actions for n in a.parameters())
    for start in starts:
        for hidden in depths(program, start):
            for kind in ("parts", "container") if parts else ("container", "parts"):
                make = Started(program, start, kind)
                yield Maker(start.name, kind, hidden, make, actions)


def depths(program: Program, start: Action) -> list[int | None]:
    """Numbers of hidden layers that an initialiser may be asked for; None: it has its own sizes."""
    sized = [n for n in start.parameters() if size_of(n, (6, 5, 4, 3)) is not REQUIRED]
    if any(words.is_(n, words.SIZES | words.HIDDEN_LIST) for n in sized):
        return [*program.depths(2, 1, 0), None]
    return [len(sized) - 2] if len(sized) > 1 else [None]


class Started:
    """Parameters from a call of the file's own initialiser."""

    def __init__(self, program: Program, start: Action, kind: str) -> None:
        self._program, self._start, self._kind = program, start, kind

    def __call__(self, sizes: Sizes, x: Any, y: Any) -> Root:
        pool = Pool(self._program, sizes)
        result = pool.call(self._start, self._start.function)
        if self._kind == "parts":
            named = named_result(self._start, result)
            return {n: v for n, v in named.items() if words.parameter_role(n)}
        parted = sum(bool(words.parameter_role(n)) for n in self._start.returns) > 1
        if isinstance(result, tuple) and any(isinstance(v, dict | list) for v in result):
            return result if parted else next(v for v in result if isinstance(v, dict | list))
        return result


# ------------------------------------------------------------------- the file has them as globals


def _from_globals(program: Program, actions: tuple[Action, ...]) -> Iterator[Maker]:
    """W1, b1 or params at the top of the file: handed over, or used where they are."""
    space = program.namespace
    snapshot = tree.Snapshot(space)
    for action in actions:
        names = [n for n in action.parameters() if words.parameter_role(n)]
        if _apart(names, space):
            yield Maker(action.name, "parts", None, _Own(space, snapshot, names), actions)
            break
    for name, value in list(space.items()):
        known = words.is_(name, words.PARAMETERS) or any(name in a.parameters() for a in actions)
        data = words.is_(name, words.X) or words.is_(name, words.Y)
        whole = isinstance(value, dict | list | tuple) or (known and flat.is_flat(value))
        if known and not data and whole:
            yield Maker(name, "container", None, _Own(space, snapshot, name), actions)
    if any(leaf.value.ndim == 2 for leaf in tree.leaves(space)):
        yield Maker("globals", "globals", None, _Globals(program), actions)


def _apart(names: list[str], space: dict[str, Any]) -> bool:
    """The arguments are weights, each by itself; one argument that holds all is a container."""
    single = len(names) == 1 and tree.as_array(space.get(names[0])) is None
    return bool(names) and not single and all(tree.leaves({n: space.get(n)}) for n in names)


class _Own:
    """The file's own variables, as they were; they may be handed over and used where they are."""

    def __init__(self, space: dict[str, Any], snapshot: tree.Snapshot, names: Any) -> None:
        self._space, self._snapshot, self._names = space, snapshot, names

    def __call__(self, sizes: Sizes, x: Any, y: Any) -> Root:
        self._snapshot.restore()
        if isinstance(self._names, str):
            return self._space[self._names]
        return {name: self._space[name] for name in self._names}


class _Globals:
    """The module's own variables; every fresh state has them as they were."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._names = [n for n, v in program.namespace.items() if _plain(n, v)]
        self._snapshot = tree.Snapshot(program.namespace)

    def __call__(self, sizes: Sizes, x: Any, y: Any) -> Root:
        space = self._program.namespace
        self._snapshot.restore()
        for name in self._names:
            if words.is_(name, words.X) and tree.as_array(space[name]) is not None:
                space[name] = copy.deepcopy(x) if x is not None else space[name]
            elif words.is_(name, words.Y) and tree.as_array(space[name]) is not None:
                space[name] = copy.deepcopy(y) if y is not None else space[name]
        return space


def _plain(name: str, value: Any) -> bool:
    closed = (type, types.ModuleType, types.FunctionType, types.BuiltinFunctionType)
    heavy = isinstance(value, np.ndarray) and value.size > tree.BIG
    return not name.startswith("__") and not isinstance(value, closed) and not heavy


# -------------------------------------------------------------------------- nobody makes them


def _guessed(program: Program, actions: tuple[Action, ...]) -> Iterator[Maker]:
    """Parameters as the code takes them apart, or as its arguments are called."""
    for action in actions:
        names = list(action.parameters())
        roles = [words.parameter_role(n) for n in names]
        if "W" in roles and not _taken_apart(program, action, names[roles.index("W")]):
            named = [(n, r) for n, r in zip(names, roles, strict=True) if r]
            yield from _separate(program, action, named, actions)
    for shape, hidden in _containers(program):
        for flipped, b in itertools.product((False, True), ("flat", "row", "column")):
            make = _Guess(shape, flipped, b)
            yield Maker(f"guessed {shape[0]}", "container", hidden, make, actions, own=False)


def _separate(
    program: Program, action: Action, named: list[tuple[str, str]], actions: tuple[Action, ...]
) -> Iterator[Maker]:
    Ws = [n for n, role in named if role == "W"]
    bs = [n for n, role in named if role == "b"]
    if len(bs) not in (0, len(Ws)):
        return
    kinds: tuple[str, ...] = ("flat", "row", "column")
    if not bs:  # a bias inside of W where a column of ones is made
        kinds = ("inside", "flat") if program.smells_of(r"\bones\(|insert\(") else ("flat",)
    for flipped, b in itertools.product((False, True), kinds):
        shape = ("parts", tuple(Ws), tuple(bs), tuple(n for n, _ in named))
        make = _Guess(shape, flipped, b)
        yield Maker(action.name, "parts", len(Ws) - 1, make, actions, own=False)


def _taken_apart(program: Program, action: Action, arg: str) -> bool:
    """The argument holds all weights: theta[0], theta[1] ..."""
    node = program.nodes().get(action.name)
    return node is not None and len(_indices(node, arg)) > 1


def _indices(node: ast.FunctionDef, arg: str) -> set[int]:
    """The whole numbers in arg[0], arg[1] ..."""
    return {
        part.slice.value
        for part in ast.walk(node)
        if isinstance(part, ast.Subscript)
        and isinstance(part.value, ast.Name)
        and part.value.id == arg
        and isinstance(part.slice, ast.Constant)
        and isinstance(part.slice.value, int)
    }


def _containers(program: Program) -> Iterator[tuple[tuple[Any, ...], int]]:
    """(how the parameters hang together, hidden layers), as the source uses them."""
    for node in program.nodes().values():
        args = [a.arg for a in node.args.args if words.is_(a.arg, words.PARAMETERS)]
        for arg in args[:1]:
            found = len(_indices(node, arg))
            if found in (4, 6, 8):
                yield ("tuple", *("W", "b") * (found // 2)), found // 2 - 1
            unpacked = _unpacked(node, arg)
            keys = _keys(node, arg)
            if unpacked:
                yield ("tuple", *unpacked), len([r for r in unpacked if r == "W"]) - 1
            if keys:
                Ws = [k for k in keys if words.parameter_role(k) == "W"]
                bs = [k for k in keys if words.parameter_role(k) == "b"]
                if Ws and len(Ws) > 1 and len(bs) in (0, len(Ws)):
                    yield ("dict", tuple(Ws), tuple(bs)), len(Ws) - 1
                elif Ws:
                    yield ("dicts", Ws[0], bs[0] if bs else ""), 2
            yield ("pairs",), 2
            yield ("numbered dict",), 2


def _unpacked(node: ast.FunctionDef, arg: str) -> list[str]:
    """Roles in W1, b1, W2, b2 = params."""
    for part in ast.walk(node):
        if isinstance(part, ast.Assign) and isinstance(part.value, ast.Name):
            target = part.targets[0]
            if part.value.id == arg and isinstance(target, ast.Tuple):
                names = [t.id for t in target.elts if isinstance(t, ast.Name)]
                return [words.parameter_role(n) for n in names]
    return []


def _keys(node: ast.FunctionDef, arg: str) -> list[str]:
    found = []
    for part in ast.walk(node):
        if isinstance(part, ast.Subscript) and isinstance(part.slice, ast.Constant):
            found.append(part.slice.value)
    return sorted(
        {k for k in found if isinstance(k, str) and words.parameter_role(k)}, key=words.natural
    )


class _Guess:
    """Zeros in the shapes a guess demands."""

    def __init__(self, shape: tuple[Any, ...], flipped: bool, b: str, sizes: Sizes = None) -> None:
        self._shape, self._flipped, self._b, self._sizes = shape, flipped, b, sizes

    def __call__(self, sizes: Sizes, x: Any, y: Any) -> Root:
        sizes = sizes or self._sizes or (6, 5, 4, 3)
        more = self._b == "inside"
        Ws = [np.zeros(self._turned(fan + more, units)) for fan, units in itertools.pairwise(sizes)]
        bs = [np.zeros(self._vector(units)) for units in sizes[1:]]
        kind, *rest = self._shape
        if kind == "parts":
            values = dict(zip(rest[0], Ws, strict=True))
            values.update(zip(rest[1], bs, strict=False))
            return {name: values[name] for name in rest[2]}
        if kind == "tuple":
            sources = {"W": iter(Ws), "b": iter(bs)}
            return [next(sources[role]) for role in rest]
        if kind == "dict":
            return dict(zip((*rest[0], *rest[1]), (*Ws, *bs), strict=False))
        if kind == "dicts":
            return [
                {rest[0]: W, **({rest[1]: b} if rest[1] else {})}
                for W, b in zip(Ws, bs, strict=True)
            ]
        if kind == "numbered dict":
            pairs = enumerate(zip(Ws, bs, strict=True), start=1)
            return {k: v for l, (W, b) in pairs for k, v in ((f"W{l}", W), (f"b{l}", b))}
        return list(zip(Ws, bs, strict=True))

    def _turned(self, fan: int, units: int) -> tuple[int, int]:
        return (units, fan) if self._flipped else (fan, units)

    def _vector(self, units: int) -> tuple[int, ...]:
        return {"row": (1, units), "column": (units, 1)}.get(self._b, (units,))
