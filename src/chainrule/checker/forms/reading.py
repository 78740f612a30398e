"""Try the ways a program could be driven, and make readings in those that work."""

from __future__ import annotations

import ast
import contextlib
import itertools
import time
from collections.abc import Iterator
from typing import Any

import numpy as np

from chainrule.checker import probes
from chainrule.checker.forms import data, functions, objects, template, tree, watch, words
from chainrule.checker.forms import plans as plans_of
from chainrule.checker.forms.calling import Unbound
from chainrule.checker.forms.data import Data
from chainrule.checker.forms.errors import NotUnderstood
from chainrule.checker.forms.objects import Maker
from chainrule.checker.forms.parameters import Layout, find
from chainrule.checker.forms.program import Program, methods
from chainrule.checker.forms.script import read_script
from chainrule.checker.forms.ways import Seen, Way, World, run, told
from chainrule.checker.observation import Call, Layer, Names, Reading
from chainrule.checker.probes import PROBES, Probe
from chainrule.core.dense import Array

MOST_READINGS, MOST_TRIALS, SECONDS = 6, 500, 0.7


def read(program: Program) -> list[Reading]:
    """Every way to understand the program that runs, the most natural first."""
    _shorten(program)
    found: list[tuple[Way, Seen]] = []
    for way, seen in _trials(program):
        same = [row for row in found if _alike(row[1], seen)]
        if not any(other.worth >= seen.worth for _, other in same):
            found = [*(row for row in found if row not in same), (way, seen)]
    found = found or list(_square(program))
    best = max((seen.worth for _, seen in found), default=0)
    found = sorted((row for row in found if row[1].worth * 2 >= best), key=lambda r: -r[1].worth)
    readings = [reading(way) for way, _ in found[:MOST_READINGS]]
    if not any(way.choosable for way, _ in found):  # a training loop may show more
        try:
            readings += read_script(program.source, program.path)[:2]
        except NotUnderstood as error:
            if not readings:
                raise not_understood(program) from error
    return readings


def not_understood(program: Program) -> NotUnderstood:
    names = ", ".join(program.functions()) or "none"
    classes = ", ".join(program.classes()) or "none"
    return NotUnderstood(
        "chainrule check",
        "a function or class that gives gradients or makes a training step",
        f"functions {names}; classes {classes}",
        "Complete the template that `chainrule check --template` prints, and hand that over.",
    )


def _shorten(program: Program) -> None:
    """Loops over epochs run once, whatever number the file writes."""
    epochs = set()
    for node in ast.walk(program.tree):
        if isinstance(node, ast.For) and isinstance(node.target, ast.Name):
            name, over = node.target.id, ast.unparse(node.iter)
            constant = any(words.is_(n, words.EPOCHS) for n in _names(node.iter))
            if (words.is_(name, words.EPOCHS | {"ep", "e"}) or constant) and "range" in over:
                epochs.add(node.iter.lineno)
    program.namespace.setdefault("range", watch.short_range(epochs))


def _names(node: ast.AST) -> list[str]:
    names = [n.id for n in ast.walk(node) if isinstance(n, ast.Name)]
    return names + [n.attr for n in ast.walk(node) if isinstance(n, ast.Attribute)]


def _trials(program: Program) -> Iterator[tuple[Way, Seen]]:
    """Ways that ran, with what their first call showed."""
    end, left = time.process_time() + SECONDS, MOST_TRIALS
    done: set[str] = set()  # what has been understood with sizes of our choice
    makers = list(_makers(program))
    for maker in makers:
        if maker.name in done or ("*" in done and maker.hidden is None):
            continue
        good: dict[Any, Data] = {}  # plan -> the form of data that ran first
        bad: set[Any] = set()  # first calls, with a form of samples, that don't run
        for way in _ways(program, maker):
            if time.process_time() > end or left <= 0 or len(good) >= 4:
                break
            if not _worth_trying(way, good.get((way.plan, way.layout))):
                continue
            first = (way.plan[0].qualified, way.layout, way.data.samples)
            if first in bad or (way.plan, way.layout) in bad:
                continue
            left -= 1
            seen, stage = _tried(way)
            if seen is None and stage == 0 and not _needs_targets(way):
                bad.add(first)
            if stage < 0 or (seen is not None and not _depends(way, seen)):
                bad.add((way.plan, way.layout))
                continue
            if seen is not None and seen.worth:
                if seen.whole:
                    good.setdefault((way.plan, way.layout), way.data)
                    done |= {maker.name, "*"}
                    end = min(end, time.process_time() + 0.25)
                if seen.call.after is not None and not way.data.one and _online(way):
                    way = way._replace(online=True)
                    seen = _tried(way)[0] or seen
                yield way, seen if _steady(way, seen) else seen._replace(steady=False)


def _makers(program: Program) -> Iterator[Maker]:
    """The template's function alone, where the file has one; else classes, then functions."""
    if template.NAME in program.functions():
        yield functions.by_template(program)
        return
    yield from objects.makers(program, methods)
    yield from functions.makers(program)


def _worth_trying(way: Way, ran: Data | None) -> bool:
    """Not another form of samples, where a whole batch ran already."""
    if ran is None:
        return True
    if way.data.samples == ran.samples:
        return way.data.targets in ("flat", "number") and ran.kind != "labels"
    return ran.one and not way.data.one and way.data.kind == ran.kind


def _needs_targets(way: Way) -> bool:
    """Whether it ran depends on the form of targets, too."""
    return len(way.plan) == 1 or way.plan[0].takes(words.Y | words.PAIRS)


def _tried(way: Way, probe: str = "distinct") -> tuple[Seen | None, int]:
    """(what the first call showed, which action was reached: −1, its arguments are not known)"""
    calls = _calls(way, PROBES[probe])
    try:
        return next(calls), len(way.plan)
    except Exception as error:
        return None, -1 if isinstance(error, Unbound) else getattr(error, "stage", 0)


def _square(program: Program) -> Iterator[tuple[Way, Seen]]:
    """Ways that run only where all sizes are equal: a transpose is missing, or one is too many."""
    end = time.process_time() + 0.3
    for maker in _makers(program):
        found = 0
        for way in _ways(program, maker) if maker.hidden is not None else ():
            if (
                time.process_time() > end
                or found >= 3
                or way.data.samples not in ("rows", "columns")
            ):
                break
            seen, _ = _tried(way, "equal")
            if seen is not None and seen.worth and seen.whole:
                found += 1
                yield way, seen
        if found:
            return


def _online(way: Way) -> bool:
    """Handed two samples, it does what it does when handed one after the other."""
    probe = PROBES["distinct"]
    x, y = way.data.numbers(probe, way.layout.sizes[0], way.layout.sizes[-1])
    ends = []
    for turns in ([slice(0, 2)], [slice(0, 1), slice(1, 2)], [slice(1, 2), slice(0, 1)]):
        try:
            world, here = _world(way, probe, x[:2], y[:2], None)
            for turn in turns:
                last = run(here, world, probe, x[turn], y[turn]).call
        except Exception:
            return False
        ends.append(_arrays(last._replace(gradients=None)))
    whole, *parts = ends
    return bool(whole) and any(
        len(part) == len(whole) and all(map(_close, part, whole)) for part in parts
    )


def _close(a: Array, b: Array) -> bool:
    return a.shape == b.shape and np.allclose(a, b, rtol=1e-9, atol=1e-12)


def _depends(way: Way, seen: Seen) -> bool:
    """The numbers move when the inputs move, and when the targets do: they are ours."""
    probe = PROBES["distinct"]
    for at in (0, 1, 2):
        with contextlib.suppress(Exception):
            other = next(_calls(way, probe, at))
            if _numbers(other.call) == _numbers(seen.call):
                return False
    return True


def _steady(way: Way, seen: Seen) -> bool:
    """The numbers stay under another seed: no batch drawn at random, no dropout."""
    with contextlib.suppress(Exception):
        other = next(_calls(way._replace(seed=1), PROBES["distinct"]))
        pairs = zip(_arrays(seen.call), _arrays(other.call), strict=True)
        return all(np.allclose(a, b, rtol=1e-6, equal_nan=True) for a, b in pairs)
    return True


def _alike(one: Seen, other: Seen) -> bool:
    """Two calls that show the same numbers, as far as both show them."""
    if _bytes(one.call.x, one.call.y) != _bytes(other.call.x, other.call.y):
        return False
    pairs = [
        (getattr(one.call, part), getattr(other.call, part))
        for part in ("before", "gradients", "after")
    ]
    return all(_layers(a) == _layers(b) for a, b in pairs if a is not None and b is not None)


def _arrays(call: Call) -> list[Array]:
    layers = [*(call.gradients or ()), *(call.after or ())]
    return [part for layer in layers if layer for part in layer if part is not None]


def _numbers(call: Call) -> bytes:
    return _layers(call.gradients or ()) + _layers(call.after or ())


def _layers(layers: Any) -> bytes:
    return _bytes(*(part for layer in layers if layer for part in layer))


def _bytes(*arrays: Any) -> bytes:
    return b"".join(np.asarray(a).tobytes() for a in arrays if a is not None)


def _ways(program: Program, maker: Maker) -> Iterator[Way]:
    """Usual forms of data for every plan first, then the unusual ones."""
    outputs = _outputs(program)
    plans = plans_of.plans(list(maker.actions), program)
    if maker.name == template.NAME:
        plans = [maker.actions]
    shows = plans_of.shows(list(maker.actions))
    for k in (outputs, 4 - outputs) if maker.hidden is not None else (None,):
        sizes = None
        if maker.hidden is not None:
            sizes = probes.sizes_of(PROBES["distinct"], None, maker.hidden, k)
        for layout, usual, plan in itertools.product(
            _layouts(program, maker, sizes), (True, False), plans
        ):
            for form in _data(program, layout, plan, usual):
                yield Way(program, _form(maker, plan), _made(program, maker), layout, plan, form,
                          maker.hidden is not None, shows=shows)  # fmt: skip


def _made(program: Program, maker: Maker) -> Any:
    return lambda sizes, x, y: World(maker.make(sizes, x, y), maker.kind, program, maker.name)


def _form(maker: Maker, plan: Any) -> str:
    if maker.kind == "object":
        return "object"
    if len(plan) > 1:
        return "functions"
    steps = plan[0].does(words.UPDATE | words.TRAIN) or plan[0].takes(words.RATE)
    return "update function" if steps else "gradient function"


def _layouts(program: Program, maker: Maker, sizes: Any) -> list[Layout]:
    rows = PROBES["distinct"].rows
    x, y = np.ones((rows, (sizes or (6,))[0])), np.ones((rows, (sizes or (3,))[-1]))
    with contextlib.suppress(Exception):
        root = maker.make(sizes, x, y)
        ones = "first" if _ones_first(program) else "last"
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
    kinds = ["columns", "one-hot"]
    if program.smells_of("softmax"):
        kinds.reverse()
    if program.smells_of(r"eye\(|one_?hot|arange\(|range\(.*\)\s*,|labels|argmax"):
        kinds.append("labels")
    return data.ways(layout.sizes[-1], first, kinds)


# ----------------------------------------------------------------------------- the whole reading


def reading(way: Way) -> Reading:
    """All probes in one way."""
    calls: list[Call] = []
    failed: dict[str, str] = {}
    last: Seen | None = None
    for probe in PROBES.values():
        if probe.name == "equal" and not way.choosable:
            continue
        if probe.name == "other rate" and last is not None and not last.rate_set:
            continue
        try:
            for seen in _calls(way, probe):
                calls.append(seen.call)
                last = last or seen
        except Exception as error:
            failed[probe.name] = told(error, way.program)
    return _whole(way, calls, failed, last)


def _calls(way: Way, probe: Probe, other: int | None = None) -> Iterator[Seen]:
    """The calls of one probe: three on one state for "distinct"."""
    sizes = None
    if way.choosable:
        hidden = len(way.layout.places) - 1
        sizes = probes.sizes_of(probe, None, hidden, _ends(way, probe))
    k, n = (sizes or way.layout.sizes)[-1], (sizes or way.layout.sizes)[0]
    x, y = way.data.numbers(probe, n, k)
    if other is not None:  # other inputs, other targets, other weights
        x = x[::-1] * 0.5 if other == 0 else x
        y = y if other != 1 else np.roll(y, 1, axis=0) if k > 1 else 1 - y
    one = way.data.one or way.online
    first = slice(0, 1) if one else slice(None)
    world, way = _world(way, probe, x[first], y[first], sizes)
    if other == 2:
        weights = way.layout.read(world.root)
        weights = tuple(Layer(W * 0.5, b if b is None else b * 0.5) for W, b in weights)
        world.root = way.layout.write(world.root, weights)
    for at in range(3 if probe.name == "distinct" else 1):
        here = slice(at % len(x), at % len(x) + 1) if one else slice(None)
        yield run(way, world, probe, x[here], y[here])


def _world(way: Way, probe: Probe, x: Array, y: Array, sizes: Any) -> tuple[World, Way]:
    """A fresh state with the probe's weights in it, and the way with its sizes."""
    if sizes is None and way.choosable:
        sizes = way.layout.sizes
    world = way.make(sizes, way.data.x(x, y), way.data.y(x, y))
    way = way._replace(layout=way.layout.sized(world.root, sizes[0] if sizes else None))
    if way.layout.sizes[0] != x.shape[1] or way.layout.sizes[-1] != y.shape[1]:
        raise ValueError("the program has made other sizes of the data")
    weights = probes.weights(probe, way.layout.shapes(world.root))
    world.root = way.layout.write(world.root, weights)
    return world, way


def _ends(way: Way, probe: Probe) -> int:
    k = way.layout.sizes[-1]
    return probe.sizes[-1] if k > 1 else 1


def _whole(way: Way, calls: list[Call], failed: dict[str, str], last: Seen | None) -> Reading:
    lines = way.program.lines()
    layout = {
        "samples": "columns" if way.data.samples.startswith("column") else "rows",
        "handed over": f"x as {way.data.samples}, y as {way.data.targets}",
        **way.layout.says,
    }
    return Reading(
        way.form, way.entry, layout, way.data.kind, tuple(calls),
        tuple(names(place, lines) for place in way.layout.places),
        last.loss_is if last else "", start(way), failed, lines,
        last.settings if last else {},
        ("it makes a step after every sample, so it was handed one at a time",) * way.online,
    )  # fmt: skip


def names(place: Any, lines: dict[str, int]) -> Names:
    """What the file calls a layer's numbers."""
    found = {"W": "", "b": ""}
    for role, slot in (("W", place.W), ("b", place.b)):
        if slot is None:
            continue
        own = next((k for k in reversed(slot.paths[0]) if isinstance(k, str)), "")
        for name in lines:
            told_of = words.of_gradient(name)
            if told_of and words.canonical(told_of) == words.canonical(own):
                found[role] = name
    return Names(place.W.name, place.b.name if place.b else "", found["W"], found["b"])


def start(way: Way) -> tuple[Layer, ...] | None:
    with contextlib.suppress(Exception):
        probe = PROBES["distinct"]
        x, y = way.data.numbers(probe, way.layout.sizes[0], way.layout.sizes[-1])
        sizes = way.layout.sizes if way.choosable else None
        world = way.make(sizes, way.data.x(x, y), way.data.y(x, y))
        return way.layout.read(world.root)
    return None
