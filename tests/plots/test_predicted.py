"""Answers against truths: every drawn point is a row, every number is computed from all rows."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from matplotlib.collections import PathCollection

import chainrule as cr
from chainrule.plots import predicted_figure
from chainrule.plots.predicted import beyond, compared, limits, predicted_alt
from chainrule.plots.scene import DRAWN
from tests.helpers import refused
from tests.plots.look import texts

RNG = np.random.default_rng(4)


def planes(targets: int, rows: int = 60, **parts: float) -> cr.Data:
    x = RNG.normal(size=(rows, 3))
    y = x @ RNG.normal(size=(3, targets)) + 0.1 * RNG.normal(size=(rows, targets))
    return cr.Data.from_arrays(x, y, **parts)


def model_for(data: cr.Data) -> cr.Model:
    spec = cr.Spec.chain([data.inputs, 4, data.outputs], "tanh", last="identity")
    return cr.Model(cr.Network.start(spec, seed=1), data.preparation)


def points(axes: Any) -> list[Any]:
    return [np.asarray(c.get_offsets()) for c in axes.collections if isinstance(c, PathCollection)]


@pytest.mark.parametrize("targets", [1, 2, 4])
def test_every_row_of_every_part_is_a_point(targets: int) -> None:
    data = planes(targets, test_size=0.3, validation_size=0.2)
    model = model_for(data)
    figure = predicted_figure(model, data)
    shown = [axes for axes in figure.axes if axes.get_visible()]
    assert len(shown) == targets
    for k, axes in enumerate(shown):
        for part, drawn in zip(data.parts.values(), points(axes), strict=True):
            x, y, _ = part.block(0, part.n)
            answer = model.predict(x)[f"y{k + 1}"]
            np.testing.assert_allclose(drawn, np.column_stack([y[:, k], answer]))
        assert axes.get_xlim() == axes.get_ylim()  # the diagonal is the truth


def test_r2_and_error_are_those_of_all_rows() -> None:
    data = planes(2, rows=80, test_size=0.5)
    model = model_for(data)
    alt = predicted_alt(compared(model.network, data), ("y1", "y2"), model.network, 7)
    assert data.test is not None
    x, y, _ = data.test.block(0, data.test.n)
    for k in range(2):
        off = model.predict(x)[f"y{k + 1}"] - y[:, k]
        rmse, r2 = np.sqrt((off**2).mean()), 1 - (off**2).mean() / y[:, k].var()
        said = f"test root mean square error {rmse:.3g}, r2 {r2:.3g} on 40 rows".replace("-", "−")
        assert said in alt
    assert "after 7 steps" in alt


def test_of_many_targets_nine_are_drawn_and_the_rest_is_said() -> None:
    data = planes(12)
    model = model_for(data)
    figure = predicted_figure(model, data)
    assert sum(axes.get_visible() for axes in figure.axes) == 9
    assert any("the first 9 of 12 targets" in text for text in texts(figure))
    names = tuple(f"y{k + 1}" for k in range(12))
    assert "3 more targets are not drawn" in predicted_alt(
        compared(model.network, data), names, model.network, None
    )


def test_an_answer_far_off_does_not_squeeze_the_others() -> None:
    data = planes(1)
    model = model_for(data)
    found = compared(model.network, data)
    found["train"].answer[:3, 0] = [1e9, -1e9, np.nan]
    low, high = limits(found, 0)
    truth = found["train"].truth
    assert high - low < 4 * (truth.max() - truth.min())
    assert beyond(found, 0) == 3
    assert "3 answers beyond the axes" in predicted_alt(found, ("y1",), model.network, None)


def test_of_many_rows_a_sample_is_drawn() -> None:
    data = planes(1, rows=3 * DRAWN)
    ((drawn,),) = [points(predicted_figure(model_for(data), data).axes[0])]
    assert len(drawn) == DRAWN


def test_a_constant_truth_is_drawn_and_said() -> None:
    data = cr.Data.from_arrays(RNG.normal(size=(40, 3)), np.full(40, 3.5))
    figure = predicted_figure(model_for(data), data)
    assert "y1: constant truth" in texts(figure)
    low, high = figure.axes[0].get_xlim()
    assert low < 3.5 < high


def test_classes_are_refused() -> None:
    data = cr.Data.from_arrays(RNG.normal(size=(40, 2)), np.arange(40) % 2)
    network = cr.Network.start(cr.Spec.chain([2, 1], loss="binary_cross_entropy"), seed=0)
    with refused("predicted against true", "classes", "confusion_figure"):
        predicted_figure(cr.Model(network), data)
