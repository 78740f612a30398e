"""A learner's file: what it defines, and what its source tells."""

from __future__ import annotations

import ast
import inspect
import re
import types
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

from chainrule.checker.forms import words


class Program(NamedTuple):
    """An executed file. namespace is the dict it ran in: its functions' globals."""

    path: str
    source: str
    tree: ast.Module
    namespace: dict[str, Any]

    def functions(self) -> dict[str, types.FunctionType]:
        """The functions the file itself defines, by name."""
        return {
            name: value
            for name, value in self.namespace.items()
            if isinstance(value, types.FunctionType) and value.__globals__ is self.namespace
        }

    def classes(self) -> dict[str, type]:
        own = _classes(self.tree)
        return {
            name: value
            for name, value in self.namespace.items()
            if isinstance(value, type) and name in own
        }

    def depths(self, *usual: int) -> list[int]:
        """Numbers of hidden layers to try: what the file itself is made for, then the usual ones.

        Sizes in the file ([2, 8, 8, 1]) say so, and lists of functions or names for each layer.
        """
        sizes = [
            len(node.elts) - 2
            for node in ast.walk(self.tree)
            if isinstance(node, ast.List | ast.Tuple) and 2 < len(node.elts) < 8
            and all(isinstance(e, ast.Constant) and type(e.value) is int and e.value > 0
                    for e in node.elts)
            and max(e.value for e in node.elts) > 1  # type: ignore[attr-defined]
        ]  # fmt: skip
        lists = [
            len(value) for value in self.namespace.values()
            if isinstance(value, list | tuple) and 1 < len(value) < 8 and all(map(callable, value))
        ]  # fmt: skip
        told = [n for n in sizes if n in lists or n + 1 in lists]
        made = [*told, *(d for n in lists for d in (n, n - 1))]
        own = sizes if not lists and len(set(sizes)) == 1 and self._per_layer() else []
        return list(dict.fromkeys([*made, *own, *usual]))

    def _per_layer(self) -> bool:
        """Names of activations stand in a list, one for each layer."""
        return any(
            isinstance(node, ast.List | ast.Tuple) and len(node.elts) > 1
            and all(isinstance(e, ast.Constant) and isinstance(e.value, str)
                    and words.is_(e.value, words.ACTIVATIONS) for e in node.elts)
            for node in ast.walk(self.tree)
        )  # fmt: skip

    def plain_python(self) -> bool:
        """The file uses no NumPy."""
        return not re.search(r"\b(import numpy|from numpy|import jax|cupy)\b", self.source)

    def nodes(self) -> dict[str, ast.FunctionDef]:
        """Definitions by name: "forward", "Network.forward", "make_network.forward"."""
        return _all_definitions(self.tree)

    def returns(self, name: str) -> list[str]:
        """The names in a definition's last return with a value; "" for what has no name."""
        node = self.nodes().get(name)
        found: list[ast.expr] = []
        for part in ast.walk(node) if node else ():
            if isinstance(part, ast.Return) and part.value is not None:
                found.append(part.value)
        if not found:
            return []
        last = max(found, key=lambda value: value.lineno)
        parts = last.elts if isinstance(last, ast.Tuple) else [last]
        return [_name(part) for part in parts]

    def examples(self, name: str) -> list[tuple[list[Any], dict[str, Any]]]:
        """Arguments with which the file itself calls name(...).

        Parameter.empty for one that can't be worked out; the calls that tell most come first.
        """
        found = []
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Call) and _name(node.func) == name:
                args = [self._perhaps(arg) for arg in node.args]
                found.append((args, {str(k.arg): self._perhaps(k.value) for k in node.keywords}))
        empty = inspect.Parameter.empty
        return sorted(found, key=lambda f: sum(v is empty for v in (*f[0], *f[1].values())))

    def _perhaps(self, node: ast.expr) -> Any:
        try:
            return self.worth(node)
        except Exception:
            return inspect.Parameter.empty

    def worth(self, node: ast.expr) -> Any:
        """The value of a simple expression: literals, globals, constants set anywhere."""
        try:
            return ast.literal_eval(node)
        except ValueError:
            if isinstance(node, ast.Name) and node.id not in self.namespace:
                return ast.literal_eval(self._constant(node.id))
            if any(isinstance(part, ast.Call) for part in ast.walk(node)):
                raise
            return eval(compile(ast.Expression(node), self.path, "eval"), self.namespace)

    def _constant(self, name: str) -> ast.expr:
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Assign) and any(_name(t) == name for t in node.targets):
                return node.value
        raise ValueError(name)

    def lines(self) -> dict[str, int]:
        """The last line that sets each name: "dW1", "self.dW1" as "dW1", grads["dW1"] as "dW1"."""
        found: dict[str, int] = {}
        for node in ast.walk(self.tree):
            for target in _targets(node):
                name = _name(target)
                if name:
                    found[name] = max(found.get(name, 0), target.lineno)
        return found

    def smells_of(self, pattern: str) -> bool:
        return re.search(pattern, self.source, re.IGNORECASE) is not None


@lru_cache(maxsize=4)
def _classes(tree: ast.Module) -> frozenset[str]:
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef))


@lru_cache(maxsize=4)
def _all_definitions(tree: ast.Module) -> dict[str, ast.FunctionDef]:
    return dict(_definitions(tree, ""))


def _targets(node: ast.AST) -> Iterator[ast.expr]:
    if isinstance(node, ast.Assign):
        for target in node.targets:
            yield from target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
    elif isinstance(node, ast.AugAssign | ast.AnnAssign):
        yield node.target
    elif isinstance(node, ast.Dict):
        yield from (k for k in node.keys if isinstance(k, ast.Constant))


def _name(node: ast.AST) -> str:
    if isinstance(node, ast.Name):
        return node.id
    if isinstance(node, ast.Attribute):
        return node.attr
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return node.value
    if isinstance(node, ast.Subscript):
        return _name(node.slice) or _name(node.value)
    return ""


def _definitions(node: ast.AST, prefix: str) -> Iterator[tuple[str, ast.FunctionDef]]:
    for part in ast.iter_child_nodes(node):
        if isinstance(part, ast.ClassDef):
            yield from _definitions(part, f"{part.name}.")
        elif isinstance(part, ast.FunctionDef):
            yield prefix + part.name, part
            yield from _definitions(part, f"{prefix}{part.name}.")
        elif isinstance(part, ast.If | ast.Try):
            yield from _definitions(part, prefix)


_SIGNATURES: dict[int, tuple[Any, dict[str, inspect.Parameter]]] = {}


def _signature(function: Any) -> dict[str, inspect.Parameter]:
    """The arguments of a function, found out once."""
    kept = _SIGNATURES.get(id(function))
    if kept is None or kept[0] is not function:
        try:
            found = dict(inspect.signature(function).parameters)
        except (TypeError, ValueError):
            found = {}
        if len(_SIGNATURES) > 1000:
            _SIGNATURES.clear()
        _SIGNATURES[id(function)] = kept = function, found
    return dict(kept[1])


class Action(NamedTuple):
    """Something of the learner's to be called: a function, or a method by its name."""

    name: str
    owner: str  # the class, or ""
    function: Any  # unbound
    returns: tuple[str, ...]

    @property
    def qualified(self) -> str:
        return f"{self.owner}.{self.name}" if self.owner else self.name

    def parameters(self) -> dict[str, inspect.Parameter]:
        found = _signature(self.function)
        if self.owner and not isinstance(self.function, staticmethod | classmethod):
            found = dict(list(found.items())[1:])
        varied = (inspect.Parameter.VAR_POSITIONAL, inspect.Parameter.VAR_KEYWORD)
        return {name: p for name, p in found.items() if p.kind not in varied}

    def takes(self, found: set[str]) -> bool:
        return any(words.is_(name, found) for name in self.parameters())

    def does(self, what: set[str]) -> bool:
        return words.has(self.name, what)


def functions(program: Program) -> list[Action]:
    return [
        Action(name, "", function, tuple(program.returns(name)))
        for name, function in program.functions().items()
    ]


def methods(program: Program, cls: type) -> list[Action]:
    """The methods of a class and of its bases in the file; of the special ones, __call__."""
    found: dict[str, Action] = {}
    for base in reversed(cls.__mro__):
        if base.__name__ not in program.classes():
            continue
        for name, function in vars(base).items():
            plain = not name.startswith("__") or name == "__call__"
            if plain and isinstance(function, types.FunctionType):
                returned = tuple(program.returns(f"{base.__name__}.{name}"))
                found[name] = Action(name, cls.__name__, function, returned)
    return list(found.values())
