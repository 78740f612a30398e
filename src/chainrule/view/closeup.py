"""One row on its way through the network, and what a network of pixels can be seen by."""

from __future__ import annotations

import numpy as np

from chainrule.core.dense import Array
from chainrule.engine.protocol import Arrays, rows_of
from chainrule.engine.reference import Slopes, slopes
from chainrule.records import Batch, Params
from chainrule.spec import Spec, Training
from chainrule.view.layerwise import answers
from chainrule.view.scene import Scene
from chainrule.view.spread import Ends, quantised, symmetric
from chainrule.view.words import judged_part

GALLERY = 30  # rows whose pictures are shown
MOST = 3e7  # multiplications that the pictures of units may take


def deltas(found: Slopes) -> dict[str, Array]:
    """Of each unit, "0.delta" (units,): the deltas of the whole batch added up."""
    return {
        f"{l}.delta": layer.dz.sum(axis=0).astype(np.float32)
        for l, layer in enumerate(found.layers)
    }


def of_row(
    spec: Spec, training: Training, params: Params, part: Arrays, row: int,
    batch: tuple[Slopes, Array] | None,
) -> dict[str, Array]:  # fmt: skip
    """What each unit answers for a row, and its delta there.

    "sample.x" (inputs,), "0.sample.a" and "0.sample.delta" (units,). batch: all of the next step
    and its rows, where the row may be among them: its deltas are then those of that step, else
    those of a batch of this row alone, as in a derivation.
    """
    place = np.flatnonzero(batch[1] == row) if batch else np.empty(0)
    if batch and len(place):
        layers, k = batch[0].layers, int(place[0])
    else:
        rows = np.array([row])
        layers, k = slopes(spec, training, params, Batch(rows, *rows_of(part, rows))).layers, 0
    arrays = {"sample.x": layers[0].x[k]}
    for l, layer in enumerate(layers):
        arrays[f"{l}.sample.a"], arrays[f"{l}.sample.delta"] = layer.a[k], layer.dz[k]
    return {name: array.astype(np.float32) for name, array in arrays.items()}


# --------------------------------------------------------------------------------------- pictures


class Pictures:
    """Of data whose inputs are pixels: some rows as pictures, and units as pictures of weights."""

    def __init__(self, scene: Scene, shape: tuple[int, int]) -> None:
        self.scene, self.shape = scene, shape
        self.part = judged_part(scene.parts)
        drawn = scene.parts[self.part]
        self.x, self.y = drawn.x[:GALLERY].astype(np.float32), drawn.y[:GALLERY]
        raw = self._raw(drawn.x[:GALLERY])
        self.ends: Ends = (min(0.0, float(raw.min())), max(1e-9, float(raw.max())))
        self.rows = self.pixels(drawn.x[:GALLERY])

    def pixels(self, x: Array) -> Array:
        """(n, inputs) as the network takes them → (n, rows, columns) from 0 to 255"""
        return quantised(self._raw(x), self.ends).reshape(-1, *self.shape)

    def _raw(self, x: Array) -> Array:
        prepared = self.scene.source.data.preparation
        return np.asarray(prepared.unscaled(x) if prepared else x, np.float64)

    def gallery(self, spec: Spec, params: Params) -> dict[str, Array]:
        """ "gallery" (n, rows, columns): the first drawn rows; what is answered, and whether it is
        right."""
        a = answers(spec, params, self.x)[-1]
        answer = (a[:, 0] > 0.5) if a.shape[1] == 1 else a.argmax(axis=1)
        return {
            "gallery": self.rows, "gallery.answer": answer.astype(np.int32),
            "gallery.right": (answer == self.y).astype(np.uint8),
        }  # fmt: skip

    def units(self, spec: Spec, params: Params, most: int) -> dict[str, tuple[Array, Ends]]:
        """ "0.image" (units, rows, columns): the weights of each unit of the first layer; deeper,
        the products of all weights from the pixels to it, as if no activation stood between."""
        found: dict[str, tuple[Array, Ends]] = {}
        product, work = params["0.W"], 0.0
        for l, layer in enumerate(spec.layers):
            if l > 0:
                weights = params[f"{l}.W"]
                work += product.shape[0] * weights.size
                if work > MOST:
                    break
                product = product @ weights
            shown = product.T[: min(most, layer.units)]
            ends = symmetric(shown)
            found[f"{l}.image"] = quantised(shown, ends).reshape(-1, *self.shape), ends
        return found
