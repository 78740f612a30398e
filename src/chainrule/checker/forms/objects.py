"""Programs with a class: how to make an object of it, with our sizes if it can be."""

from __future__ import annotations

import contextlib
import copy
import inspect
from collections.abc import Iterator
from typing import Any, NamedTuple

from chainrule.checker.forms import tree, words
from chainrule.checker.forms.calling import REQUIRED, Pool, size_of
from chainrule.checker.forms.program import Action, Program

Sizes = tuple[int, ...] | None


class Maker(NamedTuple):
    """How to get a fresh object."""

    name: str
    kind: str  # "object" | "container" | "parts" | "globals"
    hidden: int | None  # hidden layers it makes; None: the sizes can't be chosen
    make: Any  # (sizes, x, y) -> root
    actions: tuple[Action, ...] = ()
    own: bool = True  # the program makes its weights, not we


def makers(program: Program, methods: Any) -> Iterator[Maker]:
    """Ways to make objects of the file's classes, those that let us choose the sizes first."""
    fixed: list[Maker] = []
    for name, cls in program.classes().items():
        actions = tuple(methods(program, cls))
        if not actions:
            continue
        for hidden in program.depths(2, 1, 0, 3):
            chosen = Constructor(program, cls)
            if chosen.takes_sizes(hidden):
                yield Maker(name, "object", hidden, chosen, actions)
        fixed.append(Maker(name, "object", None, Constructor(program, cls), actions))
    for value in list(program.namespace.values()):
        if type(value) in program.classes().values():
            actions = tuple(methods(program, type(value)))
            with contextlib.suppress(Exception):
                yield Maker(type(value).__name__, "object", None, Copied(value), actions)
    yield from fixed


class Copied:
    """Copies of an object the file makes itself."""

    def __init__(self, value: Any) -> None:
        self._value = copy.deepcopy(value)

    def __call__(self, sizes: Sizes, x: Any, y: Any) -> Any:
        return copy.deepcopy(self._value)


class Constructor:
    """A call of a class, with arguments found by their names and by the file's own calls."""

    def __init__(self, program: Program, cls: type) -> None:
        self._program, self._cls = program, cls
        init = cls.__init__  # type: ignore[misc]
        self._action = Action("__init__", cls.__name__, init, ())
        self._parameters = self._action.parameters()
        self._example = self._find_example()

    def _find_example(self) -> dict[str, Any]:
        names = list(self._parameters)
        for args, keywords in self._program.examples(self._cls.__name__):
            found = {**dict(zip(names, args, strict=False)), **keywords}
            return {name: value for name, value in found.items() if value is not REQUIRED}
        return {}

    def takes_sizes(self, hidden: int) -> bool:
        """Some argument is a size, and there are as many as so many hidden layers need."""
        sized = self._sized()
        if any(kind == "list" for kind in sized.values()):
            return hidden >= 1
        if any(words.is_(n, words.X) and k == "" for n, k in sized.items()):
            return False
        numbers = [name for name, kind in sized.items() if kind == "number"]
        return len(numbers) == hidden + 2 or (hidden == 1 and len(numbers) > 4)

    def _sized(self) -> dict[str, str]:
        """name -> "list", "number" or "" for each argument."""
        return {name: self._size_kind(name, p) for name, p in self._parameters.items()}

    def _size_kind(self, name: str, p: inspect.Parameter) -> str:
        example = self._example.get(name, p.default)
        if isinstance(example, list | tuple) and all(isinstance(v, int) for v in example):
            return "list" if len(example) else ""
        if example is not REQUIRED and not isinstance(example, int | None):
            return ""
        known = (words.RATE, words.EPOCHS, words.BATCH, words.SEED, words.PENALTY, words.QUIET,
                 set(words.NUMBERS), words.SHUFFLE)  # fmt: skip
        if any(words.is_(name, group) for group in known) or isinstance(example, bool):
            return ""
        if isinstance(example, int):
            return "number"
        if words.is_(name, words.SIZES | words.HIDDEN_LIST):
            return "list"
        told = set(words.tokens(name))
        sizeish = not told.isdisjoint(words.IN_WORDS | words.HIDDEN_WORDS | words.OUT_WORDS)
        data = words.is_(name, words.X) or words.is_(name, words.Y)
        return "number" if sizeish and example is REQUIRED and not data else ""

    def __call__(self, sizes: Sizes, x: Any, y: Any) -> Any:
        given: dict[str, Any] = {}
        numbers = [n for n, kind in self._sized().items() if kind == "number"]
        for name, p in self._parameters.items():
            value = self._argument(name, p, sizes, numbers, x, y)
            if value is not REQUIRED:
                given[name] = value
        return self._cls(**given)

    def _argument(
        self, name: str, p: inspect.Parameter, sizes: Sizes, numbers: list[str], x: Any, y: Any
    ) -> Any:
        kind = self._size_kind(name, p)
        if sizes and kind == "list":
            partial = words.is_(name, words.HIDDEN_LIST) and len(numbers) >= 1
            chosen = list(sizes[1:-1]) if partial else list(sizes)
            example = self._example.get(name, p.default)
            return tuple(chosen) if isinstance(example, tuple) else chosen
        if sizes and kind == "number":
            size = size_of(name, sizes)
            lists = "list" in self._sized().values()
            if len(numbers) == len(sizes) and not lists:
                return sizes[numbers.index(name)] if _in_order(numbers, sizes) else size
            return size if size is not REQUIRED else p.default
        data = x is not None and (words.is_(name, words.X) or words.is_(name, words.Y))
        if name in self._example and not (data and not tree.is_number(self._example[name])):
            return copy.deepcopy(self._example[name])
        if p.default is not REQUIRED:
            return REQUIRED
        pool = Pool(self._program, sizes)
        pool.x, pool.y, pool.rate = x, y, 0.07
        return pool.arguments(Action("", "", _One(name, p), ())).get(name, REQUIRED)


class _One:
    """Stands for a function of one argument."""

    def __init__(self, name: str, p: inspect.Parameter) -> None:
        keyword = p.replace(kind=inspect.Parameter.KEYWORD_ONLY)
        self.__signature__ = inspect.Signature([keyword])

    def __call__(self) -> None: ...


def _in_order(numbers: list[str], sizes: tuple[int, ...]) -> bool:
    """The names don't tell of another order than inputs, hidden, outputs."""
    told = [size_of(name, sizes) for name in numbers]
    return told[0] in (REQUIRED, sizes[0]) and told[-1] in (REQUIRED, sizes[-1], sizes[1])
