"""A learner's containers of weights, read and written as our layers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker.forms import tree
from chainrule.checker.forms.tree import Path
from chainrule.checker.observation import Layer
from chainrule.core.dense import Array


class Cut(NamedTuple):
    """A part of a flat vector."""

    name: str  # what the program calls it: "W1"
    ids: tuple[int, ...]  # where its numbers are in the vector
    shape: tuple[int, ...]
    of: int  # numbers in the whole vector

    def get(self, vector: Array) -> Array:
        block: Array = vector.ravel()[list(self.ids)].reshape(self.shape)
        return block

    def put(self, vector: Array, value: Array) -> Array:
        whole = vector.astype(float).ravel()
        whole[list(self.ids)] = value.ravel()
        return whole.reshape(vector.shape)


class Slot(NamedTuple):
    """The place of one matrix or vector: one block, or a block (or a number) for each unit."""

    paths: tuple[Path, ...]
    stacked: bool = False
    cut: Cut | None = None

    def get(self, root: Any) -> Array:
        if self.cut is not None:
            return self.cut.get(tree.get(root, self.paths[0]))
        blocks = []
        for path in self.paths:
            block = tree.as_array(tree.get(root, path), path)
            if block is None:
                block = np.asarray(tree.get(root, path), dtype=float)  # raises where it is none
            blocks.append(block)
        return np.stack(blocks) if self.stacked else blocks[0]

    def put(self, root: Any, value: Array) -> Any:
        if self.cut is not None:
            whole = self.cut.put(tree.get(root, self.paths[0]), value)
            return tree.put(root, self.paths[0], whole)
        blocks = value if self.stacked else [value]
        for path, block in zip(self.paths, blocks, strict=True):
            root = tree.put(root, path, np.asarray(block))
        return root

    @property
    def name(self) -> str:
        """The learner's own name for it: W1, weights[0], layers[1].W"""
        if self.cut is not None:
            return self.cut.name
        path = self.paths[0]
        text = ""
        for key in path[:-2] if self.stacked else path:
            text += f".{key}" if isinstance(key, str) else f"[{key}]"
        return text.lstrip(".")


class Place(NamedTuple):
    """Where one layer is."""

    W: Slot
    b: Slot | None
    inside: str  # "" | "first" | "last": the bias is this row of (fan_in + 1, units)


class Layout(NamedTuple):
    places: tuple[Place, ...]
    flipped: bool  # W is (units, fan_in)
    sizes: tuple[int, ...]

    def read(self, root: Any) -> tuple[Layer, ...]:
        return tuple(self.layer(p.W.get(root), p.b and p.b.get(root), p) for p in self.places)

    def layer(self, W: Any, b: Any, place: Place) -> Layer:
        """Their arrays as ours. A bias that has grown to a matrix is none."""
        W = np.array(W)
        at = self.places.index(place)
        if W.ndim != 2:
            W = W.reshape(-1, self.sizes[at + 1]) if not self.flipped else W.reshape(1, -1)
        W = W.T if self.flipped else W
        if place.inside:
            at_row = 0 if place.inside == "first" else len(W) - 1
            return Layer(np.delete(W, at_row, axis=0), W[at_row].copy())
        if b is None:
            return Layer(W.copy(), None)
        b = np.array(b)
        grown = b.size not in (1, self.sizes[at + 1])
        return Layer(W.copy(), None if grown else b.ravel())

    def write(self, root: Any, layers: Iterable[Layer]) -> Any:
        """The root with these numbers in it."""
        for place, layer in zip(self.places, layers, strict=True):
            W = layer.W
            if place.inside and layer.b is not None:
                both = [layer.b[None], W] if place.inside == "first" else [W, layer.b[None]]
                W = np.concatenate(both)
            W = W.T if self.flipped else W
            shape = np.shape(place.W.get(root))
            root = place.W.put(root, W.reshape(shape))
            if place.b and layer.b is not None:
                root = place.b.put(root, layer.b.reshape(np.shape(place.b.get(root))))
        return root

    def shapes(self, root: Any) -> list[tuple[tuple[int, int], int | None]]:
        """What probes.weights asks for."""
        return [
            ((layer.W.shape[0], layer.W.shape[1]), None if layer.b is None else layer.b.size)
            for layer in self.read(root)
        ]

    def sized(self, root: Any) -> Layout:
        """The same places in a program made with other sizes."""
        Ws = [two(place.W.get(root).shape, self.flipped) for place in self.places]
        fans = [W[1] if self.flipped else W[0] for W in Ws]
        units = [W[0] if self.flipped else W[1] for W in Ws]
        return self._replace(sizes=(fans[0] - bool(self.places[0].inside), *units))

    @property
    def says(self) -> dict[str, str]:
        inside = {p.inside for p in self.places if p.inside}
        beside = any(p.b for p in self.places)
        return {
            "weights": "(units, fan_in)" if self.flipped else "(fan_in, units)",
            "bias": f"inside, {min(inside)}" if inside else "beside" if beside else "none",
        }


def two(shape: tuple[int, ...], flipped: bool) -> tuple[int, int]:
    if len(shape) == 1:
        return (1, shape[0]) if flipped else (shape[0], 1)
    return shape[0], shape[1]
