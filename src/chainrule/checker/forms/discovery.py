"""Ways in which a program might be driven, the most natural first."""

from __future__ import annotations

import ast
import contextlib
import itertools
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.checker import probes
from chainrule.checker.forms import (
    closures,
    data,
    flat,
    functions,
    objects,
    own_targets,
    template,
    tree,
    words,
)
from chainrule.checker.forms import plans as plans_of
from chainrule.checker.forms.chains import find
from chainrule.checker.forms.data import Data
from chainrule.checker.forms.objects import Maker
from chainrule.checker.forms.parameters import Layout
from chainrule.checker.forms.program import Program, methods
from chainrule.checker.forms.ways import Way, World
from chainrule.checker.probes import PROBES

SOFTMAX = r"softmax|logsumexp|exp\(.*\)\.sum\(|sum\(np\.exp|nll"  # one class of several


def makers(program: Program) -> Iterator[Maker]:
    """The template's function alone, where the file has one; else classes, then functions."""
    if template.NAME in program.functions():
        yield functions.by_template(program)
        return
    yield from objects.makers(program, methods)
    yield from closures.makers(program)
    yield from functions.makers(program)


def ways(program: Program, maker: Maker) -> Iterator[Way]:
    """Usual forms of data for every plan first, then the unusual ones."""
    outputs = _outputs(program)
    plans = plans_of.plans(list(maker.actions), program)
    if maker.name == template.NAME:
        plans = [maker.actions]
    shows = plans_of.shows(list(maker.actions), program)
    for k in (outputs, 4 - outputs) if maker.hidden is not None else (None,):
        sizes = None
        if maker.hidden is not None:
            sizes = probes.sizes_of(PROBES["distinct"], None, maker.hidden, k)
        for layout, usual, plan in itertools.product(
            _layouts(program, maker, sizes), (True, False), plans
        ):
            batch = _of_batches(program, plan)
            for form in _data(program, layout, plan, usual):
                if batch and form.one:
                    continue
                yield Way(program, _form(maker, plan), _made(program, maker), layout, plan, form,
                          maker.hidden is not None, own=maker.own, shows=shows)  # fmt: skip


def _of_batches(program: Program, plan: Any) -> bool:
    """The functions ask how many samples they were given: X.shape[0], len(y)."""
    nodes = program.nodes()
    names, text = [action.qualified for action in plan], ""
    for name in names:  # and those they call
        if name not in nodes:
            continue
        called = {callee for part in ast.walk(nodes[name]) for callee in _callees(part)}
        names += [n for n in nodes if n.split(".")[-1] in called and n not in names]
        text += ast.unparse(nodes[name])
    return re.search(r"\b[XYxy]\.shape\[[01]\]|(?<!range\()\blen\([XYxy]\)", text) is not None


def _callees(node: ast.AST) -> list[str]:
    """f in f(x), backward in self.backward(x)"""
    if not isinstance(node, ast.Call):
        return []
    return [n for n in (getattr(node.func, "id", ""), getattr(node.func, "attr", "")) if n]


def _made(program: Program, maker: Maker) -> Any:
    return lambda sizes, x, y: World(maker.make(sizes, x, y), maker.kind, program, maker.name)


def _form(maker: Maker, plan: Any) -> str:
    if maker.kind == "object":
        return "object"
    if len(plan) > 1:
        return "functions"
    verbs = words.UPDATE | words.TRAIN - ({"nn"} if plan[0].does(words.LOSSES) else set())
    steps = plan[0].does(verbs) or plan[0].takes(words.RATE)
    return "update function" if steps else "gradient function"


def _layouts(program: Program, maker: Maker, sizes: Any) -> list[Layout]:
    rows = PROBES["distinct"].rows
    x, y = np.ones((rows, (sizes or (6,))[0])), np.ones((rows, (sizes or (3,))[-1]))
    with contextlib.suppress(Exception):
        root = maker.make(sizes, x, y)
        ones = "first" if _ones_first(program) else "last"
        if sizes is None and flat.is_flat(root):
            return flat.layouts(program, maker, root, ones)
        if sizes is None:
            return find(root, ones=ones)
        return find(root, sizes[0], sizes[-1], ones)
    return []


def _ones_first(program: Program) -> bool:
    return program.smells_of(r"(c_\[\s*np\.ones|stack\(\s*[\(\[]\s*np\.ones|insert\(\w+, 0)")


def _outputs(program: Program) -> int:
    """1 where the file's own targets are one column, else 3."""
    for name, value in program.namespace.items():
        if words.is_(name, words.Y):
            array = tree.as_array(value)
            if array is not None and array.ndim and array.size > 1:
                labels = array.ndim == 1 and program.smells_of("softmax|argmax|one_?hot|eye")
                return 3 if min(array.shape) > 1 or labels else 1
    return 1 if _one_output(program) else 3


def _one_output(program: Program) -> bool:
    """The file makes a network with one output for itself: Network(2, 8, 1), init([2, 4, 1])."""
    starts = [name for name in program.functions() if words.has(name, words.START)]
    for name in (*program.classes(), *starts):
        for args, keywords in program.examples(name):
            sizes = [v for v in (*args, *keywords.values()) if _whole_number(v)]
            lists = [v for v in (*args, *keywords.values()) if isinstance(v, list | tuple) and v]
            for found in [sizes, *lists]:
                if len(found) > 1 and all(map(_whole_number, found)):
                    return bool(found[-1] == 1 and len(found) <= 6)
    return program.smells_of(r"\[\[0\], ?\[1\]|y\w*\s*=.*reshape\(-1, ?1\)")


def _whole_number(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _data(program: Program, layout: Layout, plan: Any, usual: bool) -> list[Data]:
    """The forms of data to try, in two parts."""
    if any(a.takes(words.PAIRS) and not a.takes(words.Y) for a in plan):
        first = ["columns", "rows", "list of rows"]
        found = [way for way in data.ways(1, first, ["columns"]) if way.samples == way.targets]
        return [way for way in found if way.samples in first] if usual else []
    found = _all_data(program, layout)
    return found[:8] if usual else found[8:]


def _all_data(program: Program, layout: Layout) -> list[Data]:
    first = ["columns", "rows"] if layout.flipped else ["rows", "columns"]
    if program.smells_of(r"np\.outer|ndmin\s*=\s*2"):
        first = ["vector", *first]
    if program.plain_python():
        first = ["list", "list of rows", *first]
    if program.smells_of(r"\b(row|sample|example|x|record|line)\[:-1\]"):  # the label is its last
        first = ["list with label", *first]
    kinds = ["columns", "one-hot"]
    if program.smells_of(SOFTMAX):
        kinds.reverse()
    if program.smells_of(r"eye\(|one_?hot|arange\(|range\(.*\)\s*,|labels|argmax"):
        first_of_all = own_targets.are_places(program) and template.NAME not in program.functions()
        kinds.insert(0 if first_of_all else len(kinds), "labels")
    from_one = own_targets.labels_from_one(program)
    return data.ways(layout.sizes[-1], first, kinds, from_one, own_targets.flat(program))
