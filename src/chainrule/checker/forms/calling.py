"""Which of the numbers at hand goes into which argument of a learner's function."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import Any

import numpy as np

from chainrule.checker.forms import words
from chainrule.checker.forms.program import Action, Program, functions

REQUIRED = inspect.Parameter.empty
PENALTY = 0.3  # large: what it adds must show


class Unbound(Exception):
    """An argument nothing is known to go into."""


class Pool:
    """What is at hand: the probe's numbers, the parameters, and results of calls made before."""

    def __init__(self, program: Program, sizes: tuple[int, ...] | None) -> None:
        self.program, self.sizes = program, sizes
        self.x: Any = None
        self.y: Any = None
        self.pairs: Any = None
        self.rows = 1
        self.rows_in_all: int | None = None  # handed over as the size of a data set
        self.rate: float | None = None
        self.steps = self.epochs = 1
        self.parameters: Any = None
        self.container = ""  # the file's own name for them
        self.parts: dict[str, Any] = {}  # parameters by their own names
        self.results: dict[str, Any] = {}  # by the names the learner returns them under
        self.loose: list[Any] = []  # results in order, not yet handed on
        self.of_kind: dict[str, Any] = {}  # "outputs" | "cache" | "gradients"
        self.settings: dict[str, float] = {}
        self.took_rate = self.took_parameters = False
        self._making: set[str] = set()
        self._batch = False  # the call is about samples, so n is a number of them
        self._at = 0  # which argument is looked for

    def arguments(self, action: Action) -> dict[str, Any]:
        """The arguments of a call."""
        found: dict[str, Any] = {}
        parameters = action.parameters()
        has_y = any(words.is_(n, words.Y) for n in parameters)
        self._batch = action.takes(words.X | words.Y | words.PAIRS | words.GRADIENTS)
        has_x = any(words.is_(n, words.X) for n in parameters)
        if list(parameters) == ["a"] and action.does(words.FORWARD):
            return {"a": self.x}
        for name, parameter in parameters.items():
            self._at = len(found)
            try:
                value = self._value(name, parameter, has_x, has_y)
            except Unbound:
                value = self._example(name, action)
                if value is REQUIRED:
                    raise
            if value is not REQUIRED:
                found[name] = value
        return found

    def call(self, action: Action, target: Callable[..., Any]) -> Any:
        """Call, and keep what comes back."""
        arguments = self.arguments(action)
        parameters = action.parameters()
        only = [n for n in arguments if parameters[n].kind == inspect.Parameter.POSITIONAL_ONLY]
        result = target(
            *(arguments[n] for n in only), **{n: v for n, v in arguments.items() if n not in only}
        )
        self.keep(action, result)
        return result

    def keep(self, action: Action, result: Any) -> None:
        self.results.update(named_result(action, result))
        self.loose = [*result] if isinstance(result, tuple) else [] if result is None else [result]

    def _value(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        looks = (self._exact, self._role, self._number, self._kinds, self._next, self._own,
                 self._made, self._first)  # fmt: skip
        for look in looks:
            value = look(name, p, has_x, has_y)
            if value is not REQUIRED:
                return value
        if p.default is not REQUIRED:
            return REQUIRED
        raise Unbound(name)

    def _example(self, name: str, action: Action) -> Any:
        """What the file itself hands over there: 0.5 is a rate, a large whole number epochs."""
        names = list(action.parameters())
        for args, keywords in self.program.examples(action.name):
            value = {**dict(zip(names, args, strict=False)), **keywords}.get(name, REQUIRED)
            if isinstance(value, float) and 0 < value < 10 and self.rate and not self.took_rate:
                self.took_rate = True
                return self.rate
            if value is not REQUIRED and not isinstance(value, np.ndarray | list):
                return 1 if isinstance(value, int) and value > 40 else value
        return REQUIRED

    def _exact(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        for place in (self.parts, self.results):
            overwritten = place is self.results and self.x is not None and words.is_(name, words.X)
            if name in place and not overwritten:  # "return X, caches": no longer the inputs
                value = place[name]
                self.took_parameters |= place is self.parts
                self.loose = [v for v in self.loose if v is not value]
                return value
        return REQUIRED

    def _role(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        pairs = words.is_(name, words.PAIRS) and not has_y
        if pairs and (self.pairs is not None) and not (words.is_(name, words.X) and has_x > 1):
            return self.pairs
        own = self.container == name or words.is_(name, words.PARAMETERS)
        if own and self.parameters is not None:
            self.took_parameters = True
            return self.parameters
        if name in ("t", "p", "w") and p.default is not REQUIRED:
            return REQUIRED
        if words.is_(name, words.RATE) and not (name == "alpha" and self.took_rate):
            self.took_rate = self.rate is not None
            return self.rate if self.rate is not None else p.default
        if words.is_(name, words.X) and self.x is not None:
            return self.x
        if words.is_(name, words.Y) and self.y is not None:
            return self.y
        return REQUIRED

    def _number(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        if words.is_(name, words.EPOCHS):
            return self.epochs
        if words.is_(name, words.ROWS_IN_ALL) and p.default is REQUIRED and self._batch:
            self.rows_in_all = 3 * self.rows + 1  # the batch is a part of a larger set
            return self.rows_in_all
        if words.is_(name, words.BATCH) or words.is_(name, words.ROWS):
            return self.rows
        if words.is_(name, words.SHUFFLE) or words.is_(name, words.QUIET):
            return REQUIRED if p.default is None else False
        if words.is_(name, words.SEED):
            return REQUIRED if p.default is not REQUIRED else 0
        if words.is_(name, words.PENALTY) and not isinstance(p.default, str | bool):
            self.settings[name] = PENALTY
            return PENALTY
        if p.default is not REQUIRED:
            if words.is_(name, set(words.NUMBERS)) and isinstance(p.default, int | float):
                self.settings[name] = float(p.default)
            return REQUIRED
        return self._needed_number(name)

    def _needed_number(self, name: str) -> Any:
        size = size_of(name, self.sizes) if self.sizes else REQUIRED
        if size is not REQUIRED:
            return size
        if words.is_(name, set(words.NUMBERS)):
            key = next(k for k in (name.lower(), name.lower().strip("_")) if k in words.NUMBERS)
            self.settings[name] = words.NUMBERS[key]
            return self.steps if key == "t" else words.NUMBERS[key]
        return REQUIRED

    def _own(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        """A variable of the file that has the argument's name."""
        if p.default is not REQUIRED:
            return REQUIRED
        own = self.program.namespace.get(name)
        if own is not None and not callable(own) and not hasattr(own, "__path__"):
            return own
        return words.TEXTS[name.lower()][0] if words.is_(name, set(words.TEXTS)) else REQUIRED

    def _next(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        """What the call before returned, in order."""
        return self.loose.pop(0) if self.loose and p.default is REQUIRED else REQUIRED

    def _kinds(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        """Outputs, caches and gradients by their usual names."""
        kinds = (
            ("cache", words.CACHE), ("outputs", words.OUTPUTS), ("gradients", words.GRADIENTS)
        )  # fmt: skip
        for kind, found in kinds:
            if words.is_(name, found) and kind in self.of_kind:
                value = self.of_kind[kind]
                self.loose = [v for v in self.loose if v is not value]
                return value
        return REQUIRED

    def _made(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        """An argument some function of theirs makes: cache = forward(...), v = initialize(...)."""
        if p.default is not REQUIRED:
            return REQUIRED
        for maker in functions(self.program):
            if name not in maker.returns or maker.name in self._making:
                continue
            self._making.add(maker.name)
            kept = self.loose
            try:
                self.call(maker, maker.function)
            except Exception:
                self.loose = kept
                continue
            finally:
                self._making.discard(maker.name)
            if name in self.results:
                return self.results[name]
        return REQUIRED

    def _first(self, name: str, p: inspect.Parameter, has_x: bool, has_y: bool) -> Any:
        """The parameters under a name nobody thought of: net2(vec, X, y)."""
        lone = self._at == 0 and p.default is REQUIRED and not self.took_parameters
        other = words.is_(name, words.OUTPUTS | words.CACHE | words.GRADIENTS)
        flat = isinstance(self.parameters, np.ndarray)
        if lone and not other and self.parameters is not None and (has_x or flat):
            self.took_parameters = True
            return self.parameters
        return REQUIRED


def named_result(action: Action, result: Any) -> dict[str, Any]:
    """A call's result by the names in its return statement, else by position."""
    names = list(action.returns)
    if isinstance(result, tuple) and len(names) == len(result):
        return {name or str(at): v for at, (name, v) in enumerate(zip(names, result, strict=True))}
    if result is None:
        return {}
    if isinstance(result, tuple) and len(names) != 1:
        return {str(at): v for at, v in enumerate(result)}
    return {(names[0] if len(names) == 1 else "") or "0": result}


def size_of(name: str, sizes: tuple[int, ...] | None) -> Any:
    """Which of the sizes an argument means: n_x, hidden_size, layer_dims, hidden2 ..."""
    if sizes is None:
        return REQUIRED
    if words.is_(name, words.HIDDEN_LIST):
        return list(sizes[1:-1])
    if words.is_(name, words.SIZES):
        return list(sizes)
    found = words.tokens(name)
    if any(t in words.HIDDEN_WORDS for t in found):
        digits = [int(t) for t in found if t.isdigit()]
        at = digits[0] if digits and 1 <= digits[0] < len(sizes) - 1 else 1
        return sizes[at] if len(sizes) > 2 else REQUIRED
    for words_of, size in ((words.IN_WORDS, sizes[0]), (words.OUT_WORDS, sizes[-1])):
        if any(t in words_of for t in found):
            return size
    return REQUIRED
