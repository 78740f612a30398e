"""One more reading: the training function itself, where its parts were read one by one.

The gradients and the update may be right, and the loop around them wrong.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from chainrule.checker.forms import plans
from chainrule.checker.forms.program import Action, functions, methods
from chainrule.checker.forms.trials import depends, finished, first_call
from chainrule.checker.forms.ways import Seen, Way, moved
from chainrule.checker.observation import Call, Layer

MOST = 2  # training functions that are tried


def training(found: Sequence[tuple[Way, Seen]]) -> Way | None:
    """A way through the function that trains, with the data of the best way that was found."""
    best = found[0][0]
    trains = plans.trainings(_actions(best))
    if best.data.one or best.online or any(way.plan[-1] in trains for way, _ in found):
        return None
    form = "object" if best.form == "object" else "update function"
    for action in trains[:MOST]:
        way = best._replace(form=form, plan=(action,))
        seen, _ = first_call(way)
        if seen is None or not _is_a_step(seen) or not depends(way, seen):
            continue
        way, seen = finished(way, seen)
        if seen.steady and not way.online:
            return way
    return None


def _actions(way: Way) -> list[Action]:
    owner = way.plan[0].owner
    classes = way.program.classes()
    return methods(way.program, classes[owner]) if owner in classes else functions(way.program)


def _is_a_step(seen: Seen) -> bool:
    after = seen.call.after
    return bool(after) and not seen.odd and moved(seen.call.before, after or ())


def with_slopes(call: Call, known: Sequence[Call]) -> Call:
    """The derivatives of the same loss at the same weights, from another reading."""
    for other in known:
        if other.numeric is not None and other.probe == call.probe and _same(call, other):
            return call._replace(numeric=other.numeric)
    return call


def _same(call: Call, other: Call) -> bool:
    return (
        call.loss is not None
        and other.loss is not None
        and bool(np.isclose(call.loss, other.loss, rtol=1e-9))
        and _numbers(call.before) == _numbers(other.before)
    )


def _numbers(layers: Sequence[Layer]) -> list[bytes]:
    return [part.tobytes() for layer in layers for part in layer if part is not None]
