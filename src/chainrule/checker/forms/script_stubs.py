"""Stand-ins for data that scripts load: small arrays instead of downloads and missing files."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import ModuleType, SimpleNamespace
from typing import Any

import numpy as np

from chainrule.checker import probes
from chainrule.checker.probes import PROBES
from chainrule.core.dense import Array

ROWS = 48
handed: list[int] = []  # rows of made-up data that the program was given


class Bunch(dict[str, Any]):
    """scikit-learn's answer: a dictionary with attributes."""

    __getattr__ = dict.__getitem__


def _numbers(columns: int, rows: int = ROWS) -> Array:
    handed.append(rows)
    return probes.inputs(PROBES["fresh"], columns, rows)


def _labels(classes: int, rows: int = ROWS) -> Array:
    return probes.labels(PROBES["fresh"], classes, rows).astype(int)


def _bunch(columns: int, classes: int, low: float = -np.inf) -> Callable[..., Any]:
    def load(return_X_y: bool = False, **_: Any) -> Any:
        X = np.maximum(_numbers(columns) * 4 + (6 if low == 0 else 0), low)
        y = _labels(classes) if classes else X @ np.ones(columns) / columns
        if return_X_y:
            return X, y
        names = [f"column {at}" for at in range(columns)]
        classes_ = np.array([f"class {at}" for at in range(classes)])
        return Bunch(
            data=X, target=y, feature_names=names, target_names=classes_, images=_square(X)
        )

    return load


def _square(X: Array) -> Array:
    side = int(X.shape[1] ** 0.5)
    return X.reshape(-1, side, side) if side * side == X.shape[1] else X


def _made(columns: int | None = None) -> Callable[..., Any]:
    def make(n_samples: int | list[int] = ROWS, *_: Any, **named: Any) -> tuple[Array, Array]:
        classes = named.get("centers", named.get("n_classes", 2))
        classes = classes if isinstance(classes, int) else len(classes)
        rows = n_samples if isinstance(n_samples, int) else sum(n_samples)
        rows = min(rows, ROWS * 5)
        return _numbers(columns or named.get("n_features", 2), rows), _labels(classes, rows)

    return make


def _split(*arrays: Any, test_size: Any = 0.25, **_: Any) -> list[Any]:
    rows = len(arrays[0])
    test = test_size if isinstance(test_size, int) else int(rows * (test_size or 0.25))
    return [part for each in arrays for part in (each[: rows - test], each[rows - test :])]


class _Scaler:
    def __init__(self, *_: Any, **__: Any) -> None: ...
    def fit(self, X: Any, *_: Any) -> Any:
        self.mean, self.std = np.mean(X, axis=0), np.std(X, axis=0) + 1e-12
        return self

    def transform(self, X: Any) -> Any:
        return (np.asarray(X) - self.mean) / self.std

    def fit_transform(self, X: Any, *_: Any) -> Any:
        return self.fit(X).transform(X)

    def inverse_transform(self, X: Any) -> Any:
        return X * self.std + self.mean


class _OneHot(_Scaler):
    def fit(self, X: Any, *_: Any) -> Any:
        self.classes = np.unique(X)
        return self

    def transform(self, X: Any) -> Any:
        return (np.asarray(X).reshape(-1, 1) == self.classes).astype(float)


def _mnist(side: int, classes: int = 10) -> Any:
    def load_data(*_: Any, **__: Any) -> Any:
        def part(rows: int) -> tuple[Array, Array]:
            pixels = np.clip(_numbers(side * side, rows) * 60 + 90, 0, 255).astype(np.uint8)
            return pixels.reshape(rows, side, side), _labels(classes, rows).astype(np.uint8)

        return part(ROWS), part(ROWS // 4)

    return SimpleNamespace(load_data=load_data)


def _to_categorical(y: Any, num_classes: int | None = None, *_: Any, **__: Any) -> Array:
    labels = np.asarray(y, dtype=int).ravel()
    return np.asarray(np.eye(num_classes or labels.max() + 1)[labels])


def _through(values: Any = (), *_: Any, **__: Any) -> Any:
    return values


class _Bar:
    """tqdm: a loop goes through, a bar does nothing."""

    def __new__(cls, values: Any = None, *_: Any, **__: Any) -> Any:
        return object.__new__(cls) if values is None else _Iterated(values)

    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None


class _Iterated:
    def __init__(self, values: Any) -> None:
        self.values = values

    def __len__(self) -> int:
        return len(self.values)

    def __iter__(self) -> Iterator[Any]:
        return iter(self.values)

    def __getattr__(self, _: str) -> Any:
        return lambda *_, **__: None


def _accuracy(y: Any, p: Any, **_: Any) -> float:
    return float(np.mean(np.asarray(y) == np.asarray(p)))


def _modules() -> dict[str, dict[str, Any]]:
    datasets = {
        "load_iris": _bunch(4, 3, 0), "load_digits": _bunch(64, 10, 0), "load_wine": _bunch(13, 3),
        "load_breast_cancer": _bunch(30, 2, 0), "load_diabetes": _bunch(10, 0),
        "fetch_openml": _bunch(784, 10, 0), "fetch_california_housing": _bunch(8, 0),
        "fetch_mldata": _bunch(784, 10, 0), "load_boston": _bunch(13, 0),
        "make_moons": _made(2), "make_circles": _made(2), "make_blobs": _made(),
        "make_classification": _made(), "make_gaussian_quantiles": _made(),
    }  # fmt: skip
    keras = {"mnist": _mnist(28), "fashion_mnist": _mnist(28), "cifar10": _mnist(32)}
    utils = {
        "to_categorical": _to_categorical,
        "np_utils": SimpleNamespace(to_categorical=_to_categorical),
    }
    tqdm = {"tqdm": _Bar, "trange": lambda n, *_, **__: range(n), "tqdm_notebook": _Bar}
    tables: dict[str, dict[str, Any]] = {
        "sklearn.datasets": datasets,
        "sklearn.model_selection": {"train_test_split": _split},
        "sklearn.preprocessing": {
            "StandardScaler": _Scaler, "MinMaxScaler": _Scaler, "OneHotEncoder": _OneHot,
            "LabelBinarizer": _OneHot, "scale": lambda X, **_: _Scaler().fit_transform(X),
            "normalize": _through,
        },
        "sklearn.metrics": {"accuracy_score": _accuracy},
        "sklearn.utils": {"shuffle": lambda *a, **_: a if len(a) > 1 else a[0]},
        "tqdm": tqdm, "tqdm.auto": tqdm, "tqdm.notebook": tqdm,
    }  # fmt: skip
    for root in ("keras", "tensorflow.keras"):
        tables |= {f"{root}.datasets": keras, f"{root}.utils": utils}
        tables |= {f"{root}.datasets.{name}": vars(each) for name, each in keras.items()}
    return tables


@contextmanager
def stubs() -> Any:
    """Stands in for what is not installed, and for files that are not there."""
    handed.clear()
    added = _install()
    kept = {name: getattr(np, name) for name in ("loadtxt", "genfromtxt", "load")}
    np.loadtxt, np.genfromtxt = _or_table(np.loadtxt), _or_table(np.genfromtxt)
    try:
        yield
    finally:
        for name, value in kept.items():
            setattr(np, name, value)
        for name in added:
            sys.modules.pop(name, None)


def _install() -> list[str]:
    added: list[str] = []
    for name, table in _modules().items():
        if _present(name.partition(".")[0], added):
            continue
        parts = name.split(".")
        for end in range(1, len(parts) + 1):
            path = ".".join(parts[:end])
            if path not in sys.modules:
                module = ModuleType(path)
                module.__path__ = []
                sys.modules[path] = module
                added.append(path)
                if end > 1:
                    setattr(sys.modules[".".join(parts[: end - 1])], parts[end - 1], module)
        for key, value in table.items():
            if not isinstance(getattr(sys.modules[name], key, None), ModuleType):
                setattr(sys.modules[name], key, value)
    return added


def _present(root: str, added: list[str]) -> bool:
    if root in added:
        return False
    with suppress(ImportError, ValueError):
        return root in sys.modules or importlib.util.find_spec(root) is not None
    return False


def _or_table(read: Callable[..., Any]) -> Callable[..., Any]:
    """Reads the file; where it is not there, a table of four columns and a label."""

    def loaded(*args: Any, **settings: Any) -> Any:
        try:
            return read(*args, **settings)
        except OSError:
            return np.hstack([_numbers(4), _labels(2)[:, None]])

    return loaded
