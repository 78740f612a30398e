"""What is said of a session: the messages a page needs to begin, and at every change."""

from __future__ import annotations

from typing import TYPE_CHECKING

from chainrule.view import forms, messages, words
from chainrule.view.parts import LayerShape
from chainrule.view.picture import shown_units

if TYPE_CHECKING:
    from chainrule.view.line import Line
    from chainrule.view.session import Session


def everything(told: Session) -> list[messages.News]:
    curves = [line.curve() for line in told.lines.values()]
    offered = messages.Offered(told.offered)
    return [form(told), offered, session(told), network(told), told.scene.message(), *curves]


def form(told: Session) -> messages.Form:
    return forms.form(told.setup, told.kept)


def session(told: Session) -> messages.Session:
    """Where it stands."""
    line, source = told.line, told.setup.source
    return messages.Session(
        told.id, source.title, words.network_line(told.setup.spec), told.state,
        told.broken or _why_ended(line), line.name,
        tuple(each.state_message() for each in told.lines.values()),
        told.step, line.head, line.total, told.speed, told.rate, told.setup.spec.loss.name,
        line.path is not None,
    )  # fmt: skip


def _why_ended(line: Line) -> str:
    """What an error said, or a sentence about the end of the run."""
    if line.ended is None:
        return ""
    reason, step, why = line.ended
    stop = line.setup.training.stop_below
    return why or words.ending(reason, step=step, total=line.total, target=stop)


def network(told: Session) -> messages.Network:
    """The shape of the network."""
    spec, scene = told.setup.spec, told.scene
    layers = tuple(
        LayerShape(
            layer.units, layer.activation.name,
            {name: shape for name, shape in spec.shapes.items() if name.startswith(f"{l}.")},
            shown,
        )
        for l, (layer, shown) in enumerate(zip(spec.layers, shown_units(spec), strict=True))
    )  # fmt: skip
    named = scene.classes[1:] if spec.outputs == 1 else scene.classes
    return messages.Network(
        tuple(column.name for column in scene.columns),
        tuple(named or scene.targets)[: spec.outputs], layers, spec.parameters, spec.loss.name,
        scene.image,
    )  # fmt: skip
