"""Stand-ins for libraries that draw: a learner's plots are no business of a check.

`import matplotlib.pyplot as plt` works whether or not matplotlib is there, costs nothing, and
`plt.show()` opens no window. `fig, ax = plt.subplots()` gives as many things as there are names.
"""

from __future__ import annotations

import dis
import importlib.abc
import importlib.machinery
import sys
from collections.abc import Iterator
from types import ModuleType
from typing import Any

DRAWING = {"matplotlib", "mpl_toolkits", "seaborn", "plotly", "IPython", "graphviz", "ipywidgets"}


class Anything:
    """Whatever is asked of it gives another one, and has no effect."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        return Anything()

    def __getitem__(self, _: Any) -> Any:
        return Anything()

    def __setitem__(self, *_: Any) -> None:
        pass

    def __enter__(self) -> Any:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def __iter__(self) -> Iterator[Any]:
        return iter([Anything() for _ in range(_names_waiting())])

    def __len__(self) -> int:
        return 0


def _names_waiting() -> int:
    """How many names stand to the left of the = that takes this apart; 0 in a loop."""
    frame = sys._getframe(2)
    code, at = frame.f_code.co_code, frame.f_lasti
    return code[at + 1] if dis.opname[code[at]].startswith("UNPACK_SEQUENCE") else 0


class _Module(ModuleType):
    __path__: list[str] = []  # noqa: RUF012  so that it has submodules

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return Anything()


class Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Finds every module of the drawing libraries, unless the program brings one of that name."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name.partition(".")[0] not in DRAWING:
            return None
        return importlib.machinery.ModuleSpec(name, self, is_package=True)

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType:
        return _Module(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        pass


def install() -> None:
    sys.meta_path.insert(0, Finder())
