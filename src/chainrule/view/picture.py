"""A state as numbers to draw: maps, parameters, gradients, histograms, who is right."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

import numpy as np

from chainrule.core.dense import Array
from chainrule.engine.batches import Batches
from chainrule.engine.rates import rate_of
from chainrule.engine.reference import Slopes, forward, masks_of, slopes
from chainrule.records import Params
from chainrule.spec import Spec
from chainrule.training.evaluation import metrics, part_loss
from chainrule.view import closeup, spread
from chainrule.view.frame import Picture
from chainrule.view.parts import SmallMap
from chainrule.view.scene import Scene
from chainrule.view.spread import BOUNDED, Ends, quantised, symmetric
from chainrule.view.words import Measured

AT_ONCE = 2**18  # multiplications of a product that BLAS makes without threads, which cost more
SHOWN = 32  # units of a layer that have maps
WORK = 3e7  # rows × parameters that a frame may compute for its losses, or its gradients
QUICK = 1.5e6  # the same for losses, where frames come one after the other
EVALUATED = 5000  # rows of a part; of more, the losses are those of the last point of the curve
BATCH = 1000  # rows of the next step that are named
SPREAD = 200  # rows whose answers are counted at least, where more are much work
LARGE = 2**15  # weights between pixels and units: sent where the state stands still
CLASSES = 30  # of which is counted which is taken for which


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


class Other(NamedTuple):
    """Another branch at the same step. is_later: it stands after the shown one in the alphabet."""

    params: Params
    is_later: bool


class Seen(NamedTuple):
    """A part under some parameters."""

    loss: float
    a: Array  # (n, outputs)
    right: Array | None  # (n,) for classes
    truth: Array | None  # (n,) their numbers


class Painter:
    """Draws states of one setup: `paint(params, step, view)`."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.spec, self.training = scene, scene.setup.spec, scene.setup.training
        self.data = scene.source.data.fitted(self.spec)
        self.single = replace(self.spec, dtype="float32")
        self.batches = Batches(self.data.train, self.training)
        self._grid = lru_cache(maxsize=8)(self._grid_of)
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
            measured = self._parts(params, arrays, QUICK if quick else WORK)
            self._maps(params, view, arrays, ends)
            if other is not None and self.scene.axes:
                self._compare(params, other, view, arrays, ends)
            self._parameters(params, step, view, arrays, ends, quick=quick)
        return Picture({}, arrays, ends), measured

    # ------------------------------------------------------------------------------------- parts

    def _parts(self, params: Params, arrays: dict[str, Array], most: float) -> Measured:
        losses: dict[str, float | None] = {}
        right: dict[str, tuple[int, int]] = {}
        judged: dict[str, float] = {}
        for name, part in self.data.parts.items():
            if part.n > EVALUATED or part.n * self.spec.parameters > most:
                continue
            seen = self._seen(name, params)
            losses[name] = seen.loss
            drawn = self.scene.parts[name].rows
            if seen.right is not None:
                right[name] = int(seen.right.sum()), part.n
                arrays[f"{name}.right"] = seen.right[drawn].astype(np.uint8)
            arrays[f"{name}.answer"] = self._answers(seen.a)[drawn].astype(np.float32)
            if name in ("train", "test"):
                judged = self._judged(name, seen)
                arrays.update(self._confusion(name, seen))
        return Measured(losses, right, judged)

    def _seen(self, name: str, params: Params) -> Seen:
        part = self.data.parts[name]
        loss, a = part_loss(self.spec, params, part)
        if self.scene.task != "classes":
            return Seen(loss, a, None, None)
        raw = self.scene.source.data.parts[name].block(0, part.n)[1]
        y = raw if raw.ndim == 1 else (raw[:, 0] > 0.5).astype(np.int64)
        return Seen(loss, a, np.asarray(_chosen(a) == y), np.asarray(y))

    def _answers(self, a: Array) -> Array:
        """(n,) the class, or the first target in its own units."""
        if self.scene.task == "classes":
            return a[:, 0] if a.shape[1] == 1 else a.argmax(axis=1)
        return np.asarray(self.scene.source.data.in_units(a)[:, 0])

    def _confusion(self, name: str, seen: Seen) -> dict[str, Array]:
        """Of the rows of each class, how many have which answer: (classes, classes)."""
        k = len(self.scene.classes)
        if seen.truth is None or k > CLASSES:
            return {}
        found = np.bincount(seen.truth * k + _chosen(seen.a), minlength=k * k)
        return {"confusion": found.reshape(k, k).astype(np.int32)}

    def _judged(self, name: str, seen: Seen) -> dict[str, float]:
        part, data = self.data.parts[name], self.scene.source.data
        if self.scene.task == "classes":
            assert seen.right is not None
            return {"accuracy": float(seen.right.mean())}
        y = data.in_units(part.block(0, part.n)[1])
        return metrics("numbers", data.in_units(seen.a), y)

    # -------------------------------------------------------------------------------------- maps

    def _maps(
        self, params: Params, view: View, arrays: dict[str, Array], ends: dict[str, Ends]
    ) -> None:
        if not self.scene.axes:
            return
        shape = (view.side,) * len(self.scene.axes)
        shown, share = self._shown(params, view, ends)
        arrays["map"] = shown.reshape(shape)
        if share is not None:
            arrays["map.share"] = share.reshape(shape)
        grid, answered = self._grid(view.small), self._answered(params, view.small)
        arrays["inputs.map"], ends["inputs.map"] = self._quantised(grid.T[:SHOWN], None, view.small)
        for l, layer in enumerate(self.spec.layers):
            units = answered[l].T[:SHOWN]
            name = f"{l}.map"
            bounds = BOUNDED.get(layer.activation.name)
            arrays[name], ends[name] = self._quantised(units, bounds, view.small)

    def _shown(
        self, params: Params, view: View, ends: dict[str, Ends]
    ) -> tuple[Array, Array | None]:
        """The magnified unit, float32; of several classes the winner's number and its share."""
        if view.layer == -1:
            found = self._grid(view.side)[:, view.unit]
            ends["map"] = symmetric(found.round(6))  # a mean is not quite 0
            return found, None
        last = len(self.spec.layers) - 1
        layer = last if view.layer is None else view.layer
        a = self._answered(params, view.side)[layer]
        if view.layer is None and a.shape[1] > 1 and self.scene.classes:
            ends["map"] = (0.0, float(a.shape[1] - 1))
            return a.argmax(axis=1).astype(np.float32), a.max(axis=1)
        found = a[:, view.unit]
        if layer == last and self.scene.task == "numbers":
            raw = np.asarray(self.scene.source.data.in_units(a), np.float32)
            found = raw[:, view.unit]
            ends["map"] = self._target_ends(view.unit)
            return found, None
        ends["map"] = BOUNDED.get(self.spec.layers[layer].activation.name) or symmetric(found)
        return found, None

    def _compare(
        self, params: Params, other: Other, view: View,
        arrays: dict[str, Array], ends: dict[str, Ends],
    ) -> None:  # fmt: skip
        """The output's map of another branch, and the later branch's minus the earlier one's.

        Of several classes: how far the shares are apart, the half of what they differ in all.
        """
        shape = (view.side,) * len(self.scene.axes)
        output = replace(view, layer=None, unit=0)
        theirs = self._shown(other.params, output, {})[0]
        arrays["compare"] = theirs.reshape(shape)
        if len(self.scene.classes) > 2:
            pair = [self._answered(each, view.side)[-1] for each in (params, other.params)]
            found = np.abs(pair[0] - pair[1]).sum(axis=1) / 2
            ends["difference"] = (-1.0, 1.0)
        else:
            found = theirs - self._shown(params, output, {})[0]
            found = found if other.is_later else -found
            ends["difference"] = (-1.0, 1.0) if self.scene.classes else symmetric(found)
        arrays["difference"] = found.reshape(shape)

    def small_map(self, params: Params, side: int = 32) -> SmallMap | None:
        """The output's map, coarse; None where these data have no plane to draw it on."""
        if len(self.scene.axes) != 2:
            return None
        ends: dict[str, Ends] = {}
        with np.errstate(all="ignore"):
            shown = self._shown(params, View(side=side), ends)[0]
        low, high = ends["map"]
        scaled = np.rint((np.nan_to_num(shown) - low) * (255 / (high - low or 1)))
        return SmallMap(side, tuple(np.clip(scaled, 0, 255).astype(int).tolist()), low, high)

    def _target_ends(self, k: int) -> Ends:
        """As far as the answers go: colours that stay the same all the time."""
        y = self.scene.parts["train"].y
        return float(y[:, k].min()), float(y[:, k].max())

    def _answered(self, params: Params, side: int) -> list[Array]:
        """What every unit of each layer answers at every place of the grid, float32."""
        narrow = {name: theta.astype(np.float32) for name, theta in params.items()}
        widest = max(m * n for m, n in pairwise(self.spec.sizes))
        grid, rows = self._grid(side), max(64, AT_ONCE // widest)
        pieces = [
            [passed.a for passed in forward(self.single, narrow, grid[k : k + rows])]
            for k in range(0, len(grid), rows)
        ]
        return [np.concatenate(parts) for parts in zip(*pieces, strict=True)]

    def _grid_of(self, side: int) -> Array:
        return np.asarray(self.scene.grid(side), np.float32)

    def _quantised(self, units: Array, bounds: Ends | None, side: int) -> tuple[Array, Ends]:
        """(units, side, side) from 0 to 255 between the ends, which are those of all units."""
        ends, shape = bounds or symmetric(units), (len(units), *(side,) * len(self.scene.axes))
        return quantised(units, ends).reshape(shape), ends

    # -------------------------------------------------------------------- parameters and gradients

    def _parameters(
        self, params: Params, step: int, view: View,
        arrays: dict[str, Array], ends: dict[str, Ends], *, quick: bool,
    ) -> None:  # fmt: skip
        hidden = {"0.W"} if quick and self.pictures and params["0.W"].size > LARGE else set()
        arrays.update((n, a.astype(np.float32)) for n, a in params.items() if n not in hidden)
        rows = min(self.training.batch_size or self.data.train.n, self.data.train.n)
        made = None
        if view.gradients and rows * self.spec.parameters <= WORK:
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
        passed = forward(self.single, narrow, self._drawn[:most])
        spread.put(spread.of_answers(self.spec, (each.a for each in passed)), arrays, ends)
        if view.sample is not None:
            self._follow(params, view, made, arrays)
        if self.pictures:
            arrays.update(self.pictures.gallery(self.single, narrow))
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

    def rate(self, step: int) -> float:
        """The learning rate of the step that leads on from that state, plateaus left out."""
        return rate_of(self.training, step + 1, step // self.batches.per_epoch)

    def slopes(self, params: Params, t: int) -> tuple[Slopes, Array]:
        """All of step t but its update, and the rows of its batch."""
        batch = self.batches(t)
        masks = masks_of(self.spec, self.training, t, len(batch.x))
        return slopes(self.spec, self.training, params, batch, masks=masks), batch.rows


def _chosen(a: Array) -> Array:
    return np.asarray((a[:, 0] > 0.5).astype(np.int64) if a.shape[1] == 1 else a.argmax(axis=1))


def shown_units(spec: Spec) -> list[tuple[int, ...]]:
    """The units of each layer that have maps."""
    return [tuple(range(min(layer.units, SHOWN))) for layer in spec.layers]
