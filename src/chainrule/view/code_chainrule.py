"""The program in chainrule."""

from __future__ import annotations

import dataclasses
from typing import Any

from chainrule.core.tables import row_to_text
from chainrule.data.problems import PROBLEMS
from chainrule.spec import Conventions, Dense, Training
from chainrule.view.settings import Setup, plain_title

PLAIN = """\
from chainrule.data.problems import find

data = find({name!r}).data(seed={seed})
"""
FILE = """\
import numpy as np

from chainrule.data.parts import Data, InMemory
from chainrule.data.preparation import Preparation, Target

with np.load({file!r}) as file:  # Take away, Data
    arrays = dict(file)
target = Target({task!r}, (){classes})
data = Data(
    InMemory(arrays["x"], arrays["y"]),{parts}
    preparation=Preparation.fit(arrays["x"], target),
)
"""
REST = """\
spec = Spec(
    {inputs},
    (
{layers}
    ),
    loss={loss!r},{more}
)
training = Training({training})
network = Network.start(spec, seed={seed})

# Ten steps, one by one: each record holds every number of its step.
batches = Batches(data.fitted(spec).train, training)
state = first_state(network, training)
for t in range(1, 11):
    step = record(spec, training, state, batches(t), epoch=batches.epoch(t))
    print(f"step {{t}}: loss {{step.loss.value:.12g}}")
    state = step.after

# All of them, as fast as it goes.
if __name__ == "__main__":
    result = fit(network, data, training)
    print(result.history)
"""


def program(setup: Setup, file: str) -> str:
    plain = not setup.chosen.changes or _is_as_made(setup)
    head = [f'"""{plain_title(setup)}: {setup.spec}, with chainrule."""\n']
    uses = ["Conventions"] if setup.spec.conventions != Conventions() else []
    names = ", ".join(sorted([*uses, "Dense", "Network", "Spec", "Training", "fit", "record"]))
    head.append(f"from chainrule import {names}")
    head.append("from chainrule.doctor.examine import first_state")
    head.append("from chainrule.engine.batches import Batches")
    known = plain and setup.source.name in PROBLEMS
    source = (
        PLAIN.format(name=setup.source.name, seed=setup.training.seed)
        if known
        else _from_file(setup, file)
    )
    return "\n".join(head) + "\n" + source + "\n" + _rest(setup)


def _is_as_made(setup: Setup) -> bool:
    """Whether the data are those of the problem, with nothing changed in them."""
    touched = {"noise", "rows", "test_rows", "features", "points"}
    return not touched & set(setup.chosen.settings)


def _from_file(setup: Setup, file: str) -> str:
    data = setup.source.data
    classes, task = "", "numbers"
    if data.task == "classes" and data.preparation and setup.spec.loss.targets == "labels":
        classes, task = f", {tuple(range(len(data.preparation.target.classes)))}", "classes"
    parts = "".join(
        f'\n    {name}=InMemory(arrays["{name}_x"], arrays["{name}_y"]),'
        for name in data.parts
        if name != "train"
    )
    return FILE.format(file=file, task=task, classes=classes, parts=parts)


def _rest(setup: Setup) -> str:
    spec, how = setup.spec, setup.spec.conventions
    more = ""
    if how != Conventions():
        more += f"\n    conventions=Conventions({_differing(how, Conventions())}),"
    if spec.dtype != "float64":
        more += f"\n    dtype={spec.dtype!r},"
    return REST.format(
        inputs=spec.inputs, layers="\n".join(f"        {_layer(layer)}," for layer in spec.layers),
        loss=row_to_text(spec.loss), more=more, seed=setup.training.seed,
        training=_differing(setup.training, Training(epochs=None, steps=1)),
    )  # fmt: skip


def _layer(layer: Dense) -> str:
    more = _differing(layer, Dense(1), without=("units", "activation"))
    return f"Dense({layer.units}, {layer.activation.name!r}{', ' * bool(more)}{more})"


def _differing(made: Any, usual: Any, without: tuple[str, ...] = ()) -> str:
    """The settings that are not the usual ones, as a call has them."""
    told = []
    for field in dataclasses.fields(made):
        value, default = getattr(made, field.name), getattr(usual, field.name)
        if field.name in without or (value == default and field.name not in ("steps",)):
            continue
        if field.name == "steps" and value is None:
            continue
        shown = row_to_text(value) if hasattr(value, "name") else value
        told.append(f"{field.name}={shown!r}")
    return ", ".join(told)
