"""A network: its specification and its numbers."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import numpy as np

from chainrule.core import random
from chainrule.core.dense import Array
from chainrule.core.errors import UsageError
from chainrule.engine.choice import choose
from chainrule.engine.protocol import Engine
from chainrule.records import Batch, Params
from chainrule.spec import Spec


class Network:
    """`Network(spec, params)`: parameters are one flat mapping, "0.W" (fan_in, units), "0.b", ...

    `Network.start(spec, seed=0)` draws them as the specification says.
    """

    _direct: Callable[[Array], Array] | None = None  # the native engine's way for plain rows,
    _direct_of: Params | None = None  # which reads the numbers of this mapping at every call

    def __init__(self, spec: Spec, params: Mapping[str, Any]) -> None:
        self.spec = spec
        self.params: Params = checked(spec, params)
        self._dtype, self._inputs = np.dtype(spec.dtype), spec.inputs

    @classmethod
    def start(cls, spec: Spec, *, seed: int) -> Network:
        """Starting values, the same bits everywhere. W is drawn first, then b, layer by layer."""
        params = {}
        for l, layer in enumerate(spec.layers):
            fans, place = (spec.sizes[l], layer.units), 0
            for name, init in zip(spec.names[l], (layer.init, layer.bias_init), strict=True):
                if name in spec.shapes:
                    bits = random.stream(seed, random.start_of_layer(l), place)
                    params[name] = init.start(spec.shapes[name], *fans, bits)
                    place = params[name].size
        return cls(spec, params)

    def forward(self, x: Any, *, engine: str = "auto") -> Array:
        """The outputs a (n, outputs) for rows x (n, inputs)."""
        if type(x) is np.ndarray and engine == "auto" and self._direct_of is self.params:
            shape = x.shape  # nothing is converted on this way: a single row takes a microsecond
            if x.dtype is self._dtype and len(shape) == 2 and shape[0] and shape[1] == self._inputs:
                try:
                    return self._direct(x)  # type: ignore[misc]
                except UsageError:  # there are other parameters now, such as it can't take
                    pass
        return self._forward(self._rows(x), engine)

    def _forward(self, rows: Array, asked: str) -> Array:
        """As `forward`, of rows that are checked; from then on it knows the direct way, too."""
        engine: Any = self._engine(asked)
        if asked == "auto" and hasattr(engine, "predictor"):
            self._direct, self._direct_of = engine.predictor(self.spec, self.params), self.params
            return self._direct(rows)
        predicted: Array = engine.predict(self.spec, self.params, rows)
        return predicted

    def gradients(
        self, x: Any, y: Any, weight: Any = None, *, engine: str = "auto"
    ) -> tuple[float, Params]:
        """The loss of these rows, and its gradient by every parameter.

        y is (n, outputs), or (n,) whole numbers for softmax_cross_entropy; weight is (n,).
        """
        rows = self._rows(x)
        batch = Batch(np.arange(len(rows)), rows, self._answers(y), self._weight(weight, len(rows)))
        return self._engine(engine).gradients(self.spec, self.params, batch)

    def _engine(self, asked: str) -> Engine:
        """As asked; parameters that are no plain numbers, as a complex step's, stay on NumPy."""
        plain = all(theta.dtype == self.spec.dtype for theta in self.params.values())
        return choose(self.spec, asked=asked if plain or asked != "auto" else "reference")

    def _rows(self, x: Any) -> Array:
        rows = self._numbers("rows", x, self.spec.dtype)
        if rows.ndim != 2 or len(rows) == 0 or rows.shape[1] != self.spec.inputs:
            raise UsageError(
                f"Network {self.spec}", f"rows of shape (n, {self.spec.inputs})",
                f"an array of shape {rows.shape}",
                "There is no row: did a filter or a slice leave none?" if rows.shape[:1] == (0,)
                else "One sample? Pass x[None, :]." if rows.ndim == 1
                else "Was the network built for other data?",
            )  # fmt: skip
        return rows

    def _numbers(self, what: str, values: Any, dtype: str | None) -> Array:
        try:
            return np.asarray(values, dtype=dtype)
        except (TypeError, ValueError, OverflowError) as error:
            raise UsageError(
                f"Network {self.spec}", f"{what} of plain numbers, all of one length",
                f"others ({error})", "Text and classes: Data.from_arrays(x, y) prepares them.",
            ) from error  # fmt: skip

    def _answers(self, y: Any) -> Array:
        if self.spec.loss.targets == "columns":
            return self._numbers("answers", y, self.spec.dtype)
        labels = self._numbers("labels", y, None)
        if labels.ndim != 1:
            return labels  # the loss says what to do with one-hot answers
        if (
            labels.dtype.kind not in "iu"
            or labels.size == 0
            or not 0 <= labels.min() <= labels.max() < self.spec.outputs
        ):
            raise UsageError(
                f"Network {self.spec}", f"whole labels from 0 to {self.spec.outputs - 1}",
                f"{labels.dtype} from {labels.min()} to {labels.max()}"
                if labels.dtype.kind in "iuf" and labels.size
                else f"an array of {labels.dtype}, shape {labels.shape}",
                "Number the classes from 0: np.unique(y, return_inverse=True)[1].",
            )  # fmt: skip
        return labels.astype(np.int64)

    def _weight(self, weight: Any, n: int) -> Array | None:
        if weight is None:
            return None
        found: Array = self._numbers("weights", weight, self.spec.dtype)
        if found.shape != (n,):
            raise UsageError(
                f"Network {self.spec}", f"weight of shape ({n},)", f"shape {found.shape}",
                "One weight for each row.",
            )  # fmt: skip
        return found

    def __getstate__(self) -> dict[str, Any]:
        """Copies find their own direct way."""
        return {name: value for name, value in vars(self).items() if "_direct" not in name}

    def __repr__(self) -> str:
        params = {name: theta.tolist() for name, theta in self.params.items()}
        return f"Network({self.spec!r}, {params!r})"

    def __str__(self) -> str:
        return f"{self.spec} ({self.spec.parameters} parameters)"


def checked(spec: Spec, params: Mapping[str, Any]) -> Params:
    """The parameters in the specification's order, shapes and dtype, as arrays of our own."""
    if set(params) != set(spec.shapes):
        raise UsageError(
            f"Network {spec}", f"parameters named {', '.join(spec.shapes)}",
            ", ".join(map(str, params)) or "none", "Network.start(spec, seed=0) makes them.",
        )  # fmt: skip
    own = {name: np.array(params[name], dtype=spec.dtype, order="C") for name in spec.shapes}
    for name, shape in spec.shapes.items():
        if own[name].shape != shape:
            raise UsageError(
                f"Network {spec}", f"{name} of shape {shape}", f"shape {own[name].shape}",
                "W has a row for each input and a column for each unit.",
            )  # fmt: skip
    return own
