"""Look over the learner's shoulder: local variables of their functions as each returns."""

from __future__ import annotations

import sys
import types
import warnings
from collections import Counter
from typing import Any

import numpy as np

from chainrule.checker.forms import tree
from chainrule.checker.forms.tree import Leaf
from chainrule.core.dense import Array

MOST_BYTES = 4_000_000
MOST_RETURNS = 3  # of one function that are kept; the rest is counted
MOST_CALLS = 400  # of one function that are looked at: afterwards it is a helper of helpers


class Watch:
    """with Watch(namespace) as watch: ...   then watch.leaves(), watch.counts, watch.warnings"""

    def __init__(self, namespace: dict[str, Any]) -> None:
        self._namespace = namespace
        self._bytes = 0
        self.counts: Counter[str] = Counter()
        self.frames: list[tuple[str, list[Leaf]]] = []  # in order of return
        self.warnings: tuple[str, ...] = ()

    def __enter__(self) -> Watch:
        self._caught = warnings.catch_warnings(record=True)
        self._list = self._caught.__enter__()
        warnings.simplefilter("always")
        self._before = sys.gettrace()
        sys.settrace(self._called)
        return self

    def __exit__(self, *what: Any) -> None:
        sys.settrace(self._before)
        self._caught.__exit__(*what)
        texts = [str(w.message) for w in self._list or ()]
        self.warnings = tuple(dict.fromkeys(texts))[:8]

    def _called(self, frame: types.FrameType, event: str, _: Any) -> Any:
        name = frame.f_code.co_name
        if frame.f_globals is not self._namespace or name.startswith("<"):
            return None
        self.counts[name] += 1
        if self.counts[name] > MOST_CALLS:
            return None
        frame.f_trace_lines = False
        return self._returned

    def _returned(self, frame: types.FrameType, event: str, _: Any) -> None:
        if event != "return":
            return
        name = frame.f_code.co_name
        kept = [at for at, (other, _) in enumerate(self.frames) if other == name]
        if len(kept) >= MOST_RETURNS:
            self.frames.pop(kept[0])
        if self._bytes < MOST_BYTES:
            found = _locals(frame.f_locals)
            self._bytes += sum(leaf.value.nbytes for leaf in found)
            self.frames.append((name, found))

    def leaves(self) -> list[Leaf]:
        """Everything seen, the earliest return first; a later number of a name counts."""
        return [leaf for _, found in self.frames for leaf in found]

    def named(self) -> dict[str, Array]:
        """Floats and arrays by their own names; the latest of each."""
        found: dict[str, Array] = {}
        for leaf in self.leaves():
            name = "".join(f".{k}" if isinstance(k, str) else f"[{k}]" for k in leaf.path)
            found[name.lstrip(".")] = leaf.value
        return found


def _locals(found: dict[str, Any]) -> list[Leaf]:
    plain = {name: value for name, value in found.items() if _numbers(value)}
    return [leaf for leaf in tree.leaves(plain, depth=4) if leaf.value.dtype.kind == "f"]


def _numbers(value: Any) -> bool:
    return isinstance(value, np.ndarray | np.floating | float | list | tuple | dict)


class Short:
    """A range for the learner's file whose loops over epochs run once, or `most` times.

    epochs: the lines of such loops. A literal number of epochs can't be set from outside; and a
    range over samples or units of a probe is never longer than forty.
    """

    def __init__(self, epochs: set[int]) -> None:
        self._epochs, self.most = epochs, 1

    def __call__(self, *args: Any) -> range:
        whole = range(*args)
        line = sys._getframe(1).f_lineno
        return whole[: self.most] if len(whole) > 40 or line in self._epochs else whole
