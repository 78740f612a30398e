"""Losses that have no name: those a program prints, and those it appends to a list."""

from __future__ import annotations

import ast
import re
from typing import Any

import numpy as np

from chainrule.checker.forms.script_names import is_loss
from chainrule.core.dense import Array

SAID = "__said__"
WORD = re.compile(
    r"(?i)(loss|cost|mse|entropy|nll|bce|objective|total|perte|p[eé]rdida|costo?\b|error|err\b|(?-i:\bE\b|\bJ\b)|损失)"
)
SQUARES = re.compile(r"\*\* *2|square|log|pow")
_said: dict[str, Array] = {}
_array = np.array  # while a turn runs, np.array itself is tracked


def said(word: str, value: Any) -> Any:
    """Notes a single number, and hands it on."""
    number = value.view(np.ndarray) if isinstance(value, np.ndarray) else value
    if isinstance(number, float | np.floating) or (
        isinstance(number, np.ndarray) and number.size == 1 and number.dtype.kind == "f"
    ):
        _said[f"said.{word}"] = _array(number, dtype=float)
    return value


def taken() -> dict[str, Array]:
    """What was said since the last time."""
    found = dict(_said)
    _said.clear()
    return found


class Listener(ast.NodeTransformer):
    """Puts `said(word, ...)` around what is printed or appended as a loss."""

    def visit_Call(self, node: ast.Call) -> ast.Call:
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "print":
            node.args = _told(node.args)
        elif isinstance(node.func, ast.Attribute) and node.func.attr == "append" and node.args:
            node.args = [_wrapped(ast.unparse(node.func.value), node.args[0]), *node.args[1:]]
        return node


def _told(args: list[ast.expr]) -> list[ast.expr]:
    """The arguments of print, each by the text before it."""
    text = ""
    found: list[ast.expr] = []
    for arg in args:
        if isinstance(arg, ast.Constant):
            text = str(arg.value)
            found.append(arg)
        else:
            found.append(_inside(text, arg))
    return found


def _inside(text: str, arg: ast.expr) -> ast.expr:
    """Through f"...", "..." % (...) and "...".format(...)."""
    if isinstance(arg, ast.JoinedStr):
        for part in arg.values:
            if isinstance(part, ast.Constant):
                text = str(part.value)
            elif isinstance(part, ast.FormattedValue):
                part.value = _wrapped(text, part.value)
        return arg
    if (
        isinstance(arg, ast.BinOp)
        and isinstance(arg.left, ast.Constant)
        and isinstance(arg.left.value, str)
    ):
        texts = re.split(r"%[-+.\d]*[a-z]", arg.left.value)
        if isinstance(arg.right, ast.Tuple):
            both = zip(texts, arg.right.elts, strict=False)
            arg.right.elts = [_wrapped(*each) for each in both] + arg.right.elts[len(texts) :]
        else:
            arg.right = _wrapped(texts[0], arg.right)
        return arg
    if isinstance(arg, ast.Call) and ast.unparse(arg.func).endswith(".format"):
        texts = re.split(r"\{[^}]*\}", ast.unparse(arg.func))
        both = zip(texts, arg.args, strict=False)
        arg.args = [_wrapped(*each) for each in both] + arg.args[len(texts) :]
        return arg
    return _wrapped(text, arg)


def _wrapped(text: str, value: ast.expr) -> ast.expr:
    """Around the value, where the text or the value says that it is a loss."""
    own = ast.unparse(value)
    words = WORD.findall(text)[-1:] or WORD.findall(own)[:1]
    if not words and re.search(r"sum|mean", own) and SQUARES.search(own):
        words = ["loss"]
    if not words or isinstance(value, ast.Constant | ast.Starred) or "abs(" in own:
        return value
    word = words[0].lower()
    if word.startswith("e") and word != "entropy":  # an error is a loss if it is made like one
        if not SQUARES.search(own):
            return value
        word = "loss"
    word = word if is_loss(word) else "loss"  # objective, perte, ...
    call = ast.Call(ast.Name(SAID, ast.Load()), [ast.Constant(word), value], [])
    return ast.copy_location(call, value)
