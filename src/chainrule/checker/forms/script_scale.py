"""Losses that are only added up for show: whether over rows, or by whom divided, nobody knows."""

from __future__ import annotations

import ast
import re
from collections.abc import Sequence

import numpy as np

from chainrule.checker.forms.script_names import ERROR, is_loss, last_name
from chainrule.checker.observation import Layer
from chainrule.core.dense import Array

ALIKE = 1e-6  # relative: central differences of a loss against a gradient
ROWS = (
    r"(len\((X|x|y|Y|data|inputs|samples|\w*train\w*)\)|\w+\.shape\[\d\]|\w+\.size|[nNm]\b|n_\w+)"
)

Layers = Sequence[Layer | None]


def is_loose(name: str, loop: ast.AST) -> bool:
    """It is added up turn by turn, or its name tells of no loss: its scale binds nobody."""
    last = last_name(name)
    named = is_loss(name) or last.lower() in ("e", "l", "sse") or _error(last)
    return sums_up(name, loop) or not named


def sums_up(name: str, loop: ast.AST) -> bool:
    """Every turn of the training loop adds to it, and none sets it back."""
    set_back = any(
        isinstance(node, ast.Assign) and name in map(ast.unparse, node.targets)
        for node in ast.walk(loop)
    )
    return not set_back and any(
        isinstance(node, ast.AugAssign) and ast.unparse(node.target) == name
        for node in ast.walk(loop)
    )


def _error(last: str) -> bool:
    return bool(ERROR.match(last)) and "err" in last.lower()


def scale(
    name: str, tree: ast.AST, own: Sequence[Layer], theirs: Layers | None, rows: int
) -> float:
    """What such a loss is multiplied with, to be that of the gradient: own and theirs agree."""
    if theirs is not None and all(theirs):
        a, b = _flat(own), _flat([one for one in theirs if one is not None])
        factor = float(a @ b / (a @ a)) if a.shape == b.shape and a.any() else 0.0
        if factor > 0 and np.abs(a * factor - b).max() <= ALIKE * np.abs(b).max():
            return factor
    shown = rf"\b{re.escape(last_name(name))} */ *{ROWS}"
    return 1.0 / rows if re.search(shown, ast.unparse(tree)) else 1.0


def scaled(layers: Sequence[Layer], by: float) -> tuple[Layer, ...]:
    return tuple(Layer(W * by, None if b is None else b * by) for W, b in layers)


def _flat(layers: Sequence[Layer]) -> Array:
    joined: Array = np.concatenate([one.W.ravel() for one in layers])
    return joined
