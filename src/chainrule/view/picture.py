"""A state as numbers to draw: maps, parameters, gradients, histograms, who is right."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from chainrule.core.dense import Array
from chainrule.engine.batches import Batches
from chainrule.engine.reference import Slopes, masks_of, slopes
from chainrule.records import Params
from chainrule.spec import Spec
from chainrule.view import closeup, spread
from chainrule.view.frame import Picture
from chainrule.view.judged import Judge
from chainrule.view.layerwise import answers
from chainrule.view.maps import SHOWN, Maps, Other
from chainrule.view.parts import SmallMap
from chainrule.view.scene import Scene
from chainrule.view.spread import Ends
from chainrule.view.words import Measured

WORK = 3e7  # rows × parameters that a frame may compute for its gradients
BATCH = 1000  # rows of the next step that are named
SPREAD = 200  # rows whose answers are counted at least, where more are much work
QUICK = 1e7  # the same, where frames come one after the other
LARGE = 2**15  # weights of pixels, or a quarter of other weights: sent where the state stands still


@dataclass(frozen=True)
class View:
    """What one page wants to see of a state. sample: a row of the part, followed on its way."""

    layer: int | None = None  # None: the output; −1: the inputs
    unit: int = 0
    gradients: bool = True
    side: int = 100
    small: int = 40
    sample: int | None = None
    part: str = "train"


class Painter:
    """Draws states of one setup: `paint(params, step, view)`."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.spec, self.training = scene, scene.setup.spec, scene.setup.training
        self.data = scene.source.data.fitted(self.spec)
        self.judge, self.maps = Judge(scene, self.data.parts), Maps(scene)
        self.batches = Batches(self.data.train, self.training)
        self._drawn = np.asarray(scene.parts["train"].x, np.float32)
        self.pictures = closeup.Pictures(scene, scene.image) if scene.image else None

    def paint(
        self, params: Params, step: int, view: View, *, other: Other | None = None,
        quick: bool = False,
    ) -> tuple[Picture, Measured]:  # fmt: skip
        """The numbers of a frame, and what is to be said of them. The head is the session's.

        quick: it is one of many; what would take long is left out.
        """
        arrays: dict[str, Array] = {}
        ends: dict[str, Ends] = {}
        with np.errstate(all="ignore"):
            measured = self.judge(params, step, arrays, quick=quick)
            if self.scene.axes:
                shown = view.layer, view.unit
                sides = (
                    self.maps.fine(view.side, quick=quick),
                    self.maps.fine(view.small, quick=quick),
                )
                self.maps.put(params, shown, sides, arrays, ends)
                if other is not None:
                    self.maps.compare(params, other, sides, arrays, ends)
            self._parameters(params, step, view, arrays, ends, quick=quick)
        return Picture({}, arrays, ends), measured

    # -------------------------------------------------------------------- parameters and gradients

    def _parameters(
        self, params: Params, step: int, view: View,
        arrays: dict[str, Array], ends: dict[str, Ends], *, quick: bool,
    ) -> None:  # fmt: skip
        large = LARGE if self.pictures else 4 * LARGE
        hidden = {name for name, theta in params.items() if quick and theta.size > large}
        arrays.update((n, a.astype(np.float32)) for n, a in params.items() if n not in hidden)
        rows = min(self.training.batch_size or self.data.train.n, self.data.train.n)
        made = None
        work = QUICK if quick else WORK
        if view.gradients and rows * self.spec.parameters <= work:
            made = found, of_batch = self.slopes(params, step + 1)
            arrays["batch"] = of_batch[:BATCH].astype(np.int32)
            pull = np.sqrt((found.layers[-1].dz ** 2).sum(axis=1))
            arrays["batch.pull"] = pull[:BATCH].astype(np.float32)
            for name, g in found.grads.items():
                if name not in hidden:
                    arrays[f"{name}.grad"] = g.astype(np.float32)
            arrays.update(closeup.deltas(found))
            spread.put(spread.of_gradients(found), arrays, ends)
        narrow = {name: theta.astype(np.float32) for name, theta in params.items()}
        most = max(SPREAD, int(WORK / self.spec.parameters))
        answered = answers(self.spec, narrow, self._drawn[:most])
        spread.put(spread.of_answers(self.spec, answered), arrays, ends)
        if view.sample is not None:
            self._follow(params, view, made, arrays)
        if self.pictures:
            arrays.update(self.pictures.gallery(self.spec, narrow))
            spread.put(self.pictures.units(self.spec, narrow, SHOWN), arrays, ends)

    def _follow(
        self, params: Params, view: View, made: tuple[Slopes, Array] | None,
        arrays: dict[str, Array],
    ) -> None:  # fmt: skip
        """The row that a page wants to follow on its way."""
        assert view.sample is not None
        part, batch = self.data.parts[view.part], made if view.part == "train" else None
        found = closeup.of_row(self.spec, self.training, params, part, view.sample, batch)
        arrays.update(found)
        if self.pictures:
            arrays["sample.pixels"] = self.pictures.pixels(found["sample.x"][None])[0]

    def small_map(self, params: Params) -> SmallMap | None:
        """The output's map, coarse; None where these data have no plane to draw it on."""
        return self.maps.small(params)

    def slopes(self, params: Params, t: int) -> tuple[Slopes, Array]:
        """All of step t but its update, and the rows of its batch."""
        batch = self.batches(t)
        masks = masks_of(self.spec, self.training, t, len(batch.x))
        return slopes(self.spec, self.training, params, batch, masks=masks), batch.rows


def shown_units(spec: Spec) -> list[tuple[int, ...]]:
    """The units of each layer that have maps."""
    return [tuple(range(min(layer.units, SHOWN))) for layer in spec.layers]
