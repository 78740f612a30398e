"""The pictures of a run, each a row: when it fits the data, what to look at, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from chainrule.plots import confusion, files, first_layer, histograms, predicted, words
from chainrule.plots.curves import error_figure
from chainrule.plots.data_picture import data_figure
from chainrule.plots.decision_map import decision_figure
from chainrule.plots.files import Picture
from chainrule.plots.film import animation
from chainrule.plots.network_picture import save_svg
from chainrule.plots.scene import SMALL
from chainrule.plots.sight import Sight

Write = Callable[[Sight, Path], Picture]


@dataclass(frozen=True)
class Kind:
    """One kind of picture."""

    name: str  # of its file, without the ending
    heading: str  # above it on the page
    look: str  # what to look at
    write: Write  # into a folder
    fits: Callable[[Sight], bool] = lambda sight: True  # may ask for the data


def before(sight: Sight, folder: Path) -> Picture:
    figure = data_figure(sight.data, name=sight.name)
    return files.save(figure, folder / "before.png", words.data_alt(sight.scene))


def decision(sight: Sight, folder: Path) -> Picture:
    alt = words.decision_alt(sight.scene, sight.network, sight.measured, sight.step)
    figure = decision_figure(sight.model, sight.data, name=sight.name, step=sight.step)
    return files.save(figure, folder / "decision.png", alt)


def counted(sight: Sight, folder: Path) -> Picture:
    found = confusion.Confusion.of(sight.network, sight.data)
    figure = confusion.confusion_figure(sight.model, sight.data, name=sight.name, step=sight.step)
    alt = confusion.confusion_alt(found, sight.network, sight.step)
    return files.save(figure, folder / "confusion.png", alt)


def against_truth(sight: Sight, folder: Path) -> Picture:
    found = predicted.compared(sight.network, sight.data)
    figure = predicted.predicted_figure(sight.model, sight.data, name=sight.name, step=sight.step)
    alt = predicted.predicted_alt(found, sight.scene.targets, sight.network, sight.step)
    return files.save(figure, folder / "predicted.png", alt)


def error(sight: Sight, folder: Path) -> Picture:
    history, loss, stop = sight.history, sight.spec.loss.name, sight.run.training.stop_below
    kept = sight.step if len(history) and sight.step < history.points[-1].step else None
    figure = error_figure(history, loss, stop, name=sight.name, chosen=kept)
    return files.save(figure, folder / "error.png", words.error_alt(history, loss, stop))


def network(sight: Sight, folder: Path) -> Picture:
    return save_svg(
        sight.network, folder / "network.svg", inputs=sight.inputs, outputs=sight.outputs,
        name=sight.name, step=sight.step,
    )  # fmt: skip


def weights(sight: Sight, folder: Path) -> Picture:
    shape = sight.scene.image
    names = sight.outputs if len(sight.spec.layers) == 1 else ()
    figure = first_layer.weights_figure(
        sight.network, shape=shape, names=names, name=sight.name, step=sight.step
    )
    alt = first_layer.weights_alt(
        sight.network, first_layer.checked_shape(shape, sight.spec.inputs), names
    )
    return files.save(figure, folder / "weights.png", alt)


def activations(sight: Sight, folder: Path) -> Picture:
    first, last = sight.records
    figure = histograms.activations_figure(last, first, name=sight.name)
    return files.save(
        figure, folder / "activations.png", histograms.activations_alt(last, first)
    )  # fmt: skip


def gradients(sight: Sight, folder: Path) -> Picture:
    first, last = sight.records
    figure = histograms.gradients_figure(last, first, name=sight.name)
    return files.save(figure, folder / "gradients.png", histograms.gradients_alt(last, first))


def film(sight: Sight, folder: Path) -> Picture:
    return animation(sight.run, sight.data, folder / f"learning.{sight.format}", name=sight.name)


def _has_many_answers(sight: Sight) -> bool:
    """Few ones stand one by one in `decision`."""
    answers = 1 if sight.scene.classes else len(sight.scene.targets)
    return sight.scene.train.rows * answers > SMALL


def _is_image(sight: Sight) -> bool:
    return sight.scene.inputs == sight.spec.inputs and sight.scene.image is not None


KINDS: dict[str, Kind] = {
    kind.name: kind
    for kind in (
        Kind(
            "before", "Before training",
            "Do you see what the network is to find? Are there points that don't belong?", before,
        ),
        Kind(
            "decision", "What the network answers",
            "Does the answer change where the data change, or around single points?", decision,
            lambda sight: sight.scene.kind != "many",
        ),
        Kind(
            "confusion", "Which classes are taken for which",
            "Large numbers off the diagonal: these two classes look alike to the network.", counted,
            lambda sight: bool(sight.scene.classes) and _has_many_answers(sight),
        ),
        Kind(
            "predicted", "Answers against truths",
            "Points off the diagonal, and whether they are off to one side or at one end.",
            against_truth, lambda sight: not sight.scene.classes and _has_many_answers(sight),
        ),
        Kind(
            "error", "The loss, step by step",
            "Does it still fall at the end? Does the test loss rise while the training loss falls?",
            error,
        ),
        Kind(
            "network", "The weights",
            "Units that nothing goes into or out of, and inputs that the network does not use.",
            network,
        ),
        Kind(
            "weights", "What the first layer looks for",
            "Strokes and spots are features; noise is a unit that has learnt nothing.", weights,
            _is_image,
        ),
        Kind(
            "activations", "Activations, layer by layer",
            "Heaps at both ends, or all at 0: such units let no gradient through.", activations,
        ),
        Kind(
            "gradients", "Gradients, layer by layer",
            "Are those of the first layer thousands of times smaller than those of the last?",
            gradients,
        ),
        Kind("learning", "How it learnt", "Where it stands still, and where it jumps.", film),
    )
}  # fmt: skip
