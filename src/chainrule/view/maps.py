"""What a network answers, place by place: the map of one unit, of all of them, of two branches."""

from __future__ import annotations

from functools import lru_cache
from math import isqrt
from typing import NamedTuple

import numpy as np

from chainrule.core.dense import Array
from chainrule.records import Params
from chainrule.view.layerwise import answers
from chainrule.view.parts import SmallMap
from chainrule.view.scene import Scene
from chainrule.view.spread import BOUNDED, Ends, quantised, symmetric

STILL = 4e9  # places × parameters of one map, where a state stands still: 0.1 s or so
QUICK = 1e9  # the same, where frames come one after the other
LEAST = 8  # places on a side, however large the network
SHOWN = 32  # units of a layer that have maps
SIDE = 32  # of a map that goes with an answer


class Other(NamedTuple):
    """Another branch at the same step. is_later: it stands after the shown one in the alphabet."""

    params: Params
    is_later: bool


class Map(NamedTuple):
    """One number for each place, row after row, and what its colours go from and to."""

    values: Array  # (places,) float32
    ends: Ends
    share: Array | None = None  # (places,) of several classes: how sure of the winner


class Maps:
    """Maps of one scene, float32."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.spec = scene, scene.setup.spec
        self._grid = lru_cache(maxsize=8)(self._grid_of)

    def put(
        self, params: Params, wanted: tuple[int | None, int], sides: tuple[int, int],
        arrays: dict[str, Array], ends: dict[str, Ends],
    ) -> None:  # fmt: skip
        """The magnified unit of a layer, large; small the inputs', the units' and the output's.

        wanted: layer and unit, as in View. sides: of the large map and of the small ones.
        """
        large, small = sides
        shown = self._shown(params, *wanted, large)
        self._put("map", shown, large, arrays, ends)
        if shown.share is not None:
            arrays["map.share"] = shown.share.reshape(self._shape(large))
        grid, answered = (
            self._grid(small),
            answers(self.spec, params, self._grid(small), most=SHOWN),
        )
        arrays["inputs.map"], ends["inputs.map"] = self._quantised(grid.T[:SHOWN], None, small)
        for l, layer in enumerate(self.spec.layers):
            bounds = BOUNDED.get(layer.activation.name)
            found = self._quantised(answered[l].T[:SHOWN], bounds, small)
            arrays[f"{l}.map"], ends[f"{l}.map"] = found
        self._put("output", self._output(answered[-1]), small, arrays, ends)

    def compare(
        self, params: Params, other: Other, sides: tuple[int, int],
        arrays: dict[str, Array], ends: dict[str, Ends],
    ) -> None:  # fmt: skip
        """The output of another branch, small; large the later branch's minus the earlier one's.

        Of several classes: how far the shares are apart, the half of what they differ in all.
        """
        large, small = sides
        output = self._output(self._answered(other.params, small))
        self._put("compare", output, small, arrays, ends)
        a, theirs = (self._answered(each, large) for each in (params, other.params))
        if len(self.scene.classes) > 2:
            found = np.abs(a - theirs).sum(axis=1) / 2
        else:
            found = self._output(theirs).values - self._output(a).values
            found = found if other.is_later else -found
        bounds = (-1.0, 1.0) if self.scene.classes else symmetric(found)
        self._put("difference", Map(found, bounds), large, arrays, ends)

    def small(self, params: Params, side: int = SIDE) -> SmallMap | None:
        """The output's map, coarse; None where these data have no plane to draw it on."""
        if len(self.scene.axes) != 2:
            return None
        with np.errstate(all="ignore"):
            shown = self._output(self._answered(params, side))
        low, high = shown.ends
        scaled = np.rint((np.nan_to_num(shown.values) - low) * (255 / (high - low or 1)))
        return SmallMap(side, tuple(np.clip(scaled, 0, 255).astype(int).tolist()), low, high)

    def _shown(self, params: Params, layer: int | None, unit: int, side: int) -> Map:
        if layer == -1:
            found = self._grid(side)[:, unit]
            return Map(found, symmetric(found.round(6)))  # a mean is not quite 0
        a = self._answered(params, side, layer)
        if layer is None:
            return self._output(a, unit)
        if layer == len(self.spec.layers) - 1 and self.scene.task == "numbers":
            return self._target(a, unit)
        return self._unit(a[:, unit], layer)

    def _output(self, a: Array, unit: int = 0) -> Map:
        """What the network says: of several classes the winner's number and its share."""
        if a.shape[1] > 1 and self.scene.classes:
            winner = a.argmax(axis=1).astype(np.float32)
            return Map(winner, (0.0, float(a.shape[1] - 1)), a.max(axis=1))
        if self.scene.task == "numbers":
            return self._target(a, unit)
        return self._unit(a[:, unit], len(self.spec.layers) - 1)

    def _unit(self, values: Array, layer: int) -> Map:
        return Map(
            values, BOUNDED.get(self.spec.layers[layer].activation.name) or symmetric(values)
        )

    def _target(self, a: Array, k: int) -> Map:
        """In its own units. As far as the answers go: colours that stay the same all the time."""
        y = self.scene.parts["train"].y[:, k]
        raw = np.asarray(self.scene.source.data.in_units(a), np.float32)
        low, high = float(y.min()), float(y.max())
        if low == high:  # as of a single point: all that the unit can answer, or around it
            bounds = BOUNDED.get(self.spec.layers[-1].activation.name, (low, low))
            low, high = bounds if bounds[0] < low < bounds[1] else (low - 1, high + 1)
        return Map(raw[:, k], (low, high))

    def _answered(self, params: Params, side: int, layer: int | None = None) -> Array:
        """What a layer answers at every place of the grid, the last one by default: float32."""
        return answers(self.spec, params, self._grid(side), layer=layer, most=0)[-1]

    def fine(self, side: int, *, quick: bool) -> int:
        """The side of a map that is asked for so large: of a large network a coarser one."""
        places = (QUICK if quick else STILL) / self.spec.parameters
        if len(self.scene.axes) == 2:
            places = isqrt(int(places))
        return min(side, max(LEAST, int(places)))

    def _grid_of(self, side: int) -> Array:
        return np.asarray(self.scene.grid(side), np.float32)

    def _shape(self, side: int) -> tuple[int, ...]:
        return (side,) * len(self.scene.axes)

    def _put(
        self, name: str, found: Map, side: int, arrays: dict[str, Array], ends: dict[str, Ends]
    ) -> None:
        arrays[name], ends[name] = found.values.reshape(self._shape(side)), found.ends

    def _quantised(self, units: Array, bounds: Ends | None, side: int) -> tuple[Array, Ends]:
        """(units, side, side) from 0 to 255 between the ends, which are those of all units."""
        ends = bounds or symmetric(units)
        return quantised(units, ends).reshape(len(units), *self._shape(side)), ends
