"""Programs that train when they are run: `read_script` holds their training loop and probes it."""

from __future__ import annotations

import ast

import numpy as np

from chainrule.checker.forms import script_stubs
from chainrule.checker.forms.errors import NotUnderstood
from chainrule.checker.forms.script_calls import Script
from chainrule.checker.forms.script_loops import assignments
from chainrule.checker.forms.script_names import OTHER, last_name
from chainrule.checker.forms.script_plain import plain
from chainrule.checker.forms.script_scale import sums_up
from chainrule.checker.forms.script_watch import Watch, quiet, watched
from chainrule.checker.forms.script_world import layers
from chainrule.checker.observation import Names, Reading


def read_script(source: str, path: str) -> list[Reading]:
    """Runs a program up to its training loop, and takes single turns of it with numbers of ours."""
    with quiet(path):
        try:
            watch, ended = watched(source, path)
        except SyntaxError as error:
            raise _not_understood(f"{error.msg} in line {error.lineno}") from error
        if not watch.found and watch.crash and not script_stubs.handed:
            raise watch.crash  # its own, on its own data
        watch.found = watch.found or watch.weak[:1]
        if not watch.found:
            raise _not_understood(_why(watch, ended))
        return [plain(_reading(source, watch))]


def _reading(source: str, watch: Watch) -> Reading:
    training = watch.found[-1]
    script = Script(watch, training, source)
    calls = script.calls()
    if not calls:
        raise _not_understood("; ".join(script.failed.values()))
    net = training.turn.net
    assert net is not None
    where = f"loop in line {training.loop.line}"
    if training.loop.function:
        where += f", in {training.loop.function}()"
    return Reading(
        form="script", entry=where,
        layout={
            "samples": "columns" if net.columns else "rows",
            "bias": _bias(script), "parameters": "names",
        },
        targets="labels" if net.labels else _targets(net.y),
        calls=tuple(calls), names=_names(script),
        loss_is=_loss_is(script.loss_name, training.loop.node),
        start=layers(script.found, script.numbers, script.own.before),
        failed=script.failed, lines=assignments(source), settings=_settings(script),
        notes=_notes(script),
    )  # fmt: skip


def _loss_is(name: str, loop: ast.AST) -> str:
    if name.endswith("()"):
        return f"function {name[:-2]}"
    return f"{'sum' if sums_up(name, loop) else 'variable'} {name}" if name else ""


def _targets(y: np.ndarray | None) -> str:
    if y is None or y.shape[1] < 2:
        return "columns"
    one_hot = np.isin(y, (0, 1)).all() and (y.sum(axis=1) == 1).all()
    return "one-hot" if one_hot else "columns"


def _bias(script: Script) -> str:
    if any(one.inside is not None for one in script.found):
        return "inside"
    return "none" if all(one.bias is None for one in script.found) else "beside"


def _names(script: Script) -> tuple[Names, ...]:
    gradients = script.gradients.names or {}
    found = []
    for one in script.found:
        W = _labels(script, one.ids)
        b = "" if one.bias is None else _labels(script, one.bias)
        found.append(Names(W, b, gradients.get(W, ""), gradients.get(b, "")))
    return tuple(found)


def _labels(script: Script, ids: np.ndarray) -> str:
    labels = list(dict.fromkeys(script.numbers.slot(int(n)) for n in ids.ravel()))
    return labels[0] if len(labels) == 1 else f"{labels[0]} ... {labels[-1]}"


def _settings(script: Script) -> dict[str, float]:
    return {
        label: float(array)
        for label, array in script.own.before.items()
        if array.size == 1 and array.ndim == 0 and OTHER.search(last_name(label))
    }


def _notes(script: Script) -> tuple[str, ...]:
    notes = []
    whole = [label for label in sorted(script.slots) if script.own.before[label].dtype.kind in "iu"]
    if whole:
        notes.append(f"whole numbers as weights: {', '.join(whole)}")
    if not script.how.weights:
        notes.append("probed with its own weights and data")
    elif not script.how.data:
        notes.append("probed with its own data")
    never = sorted(script.slots - script.training.changed - script.grown)
    if never:
        notes.append(f"never updated: {', '.join(never)}")
    return tuple(notes)


def _why(watch: Watch, ended: str) -> str:
    looked = [f"line {watch.loops[n].line}: {why}" for n, why in watch.reasons.items()]
    count = len(watch.loops)
    text = f"{count} loops, none of which makes a training step"
    if count < 2:
        text = "a loop that makes no training step" if count else "no loop"
    if ended:
        text += f"; the program came to {ended}"
    return text + (f" ({'; '.join(looked)})" if looked else "")


def _not_understood(got: str) -> NotUnderstood:
    return NotUnderstood(
        "chainrule check", "a loop in which weights are updated from data, a step at each turn",
        got, "Complete the template that `chainrule check --template` prints, and hand that over.",
    )  # fmt: skip
