"""Activations and gradients by layer: the shares are those of the record."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.plots import activations_figure, gradients_figure
from chainrule.plots.histograms import (
    BINS,
    Inside,
    activations_alt,
    gradients_alt,
    gradients_title,
    layers_of,
)  # fmt: skip
from chainrule.plots.sight import Sight, sample
from chainrule.records import Batch, State, StepRecord
from tests.plots.look import texts


def step(sizes: list[int], activation: str = "sigmoid", rows: int = 30, **spec: Any) -> StepRecord:
    rng = np.random.default_rng(2)
    made = cr.Spec.chain(sizes, activation, last="identity", **spec)
    batch = Batch(np.arange(rows), rng.normal(size=(rows, sizes[0])),
                  rng.normal(size=(rows, sizes[-1])), None)  # fmt: skip
    params = cr.Network.start(made, seed=0).params
    return cr.record(made, cr.Training("sgd", 0.1, steps=9), State(0, params, {}, {}), batch)


def test_zeros_flat_places_and_still_units_are_counted() -> None:
    made = step([3, 6, 2], "relu")
    a = made.layers[0].a
    found = Inside.of(made, 0)
    assert 0 < found.zeros == (a == 0).mean() == found.flat
    assert found.no_gradient == (made.layers[0].dW == 0).mean()
    above = made._replace(layers=(made.layers[0]._replace(a=a + 1e-9), *made.layers[1:]))
    assert Inside.of(above, 0).zeros == 0
    dead = made._replace(layers=(made.layers[0]._replace(a=np.zeros_like(a)), *made.layers[1:]))
    assert Inside.of(dead, 0).still == 6
    assert "6 units the same for every row" in activations_alt(dead, None)


def test_the_slope_is_the_activations_own() -> None:
    made = step([3, 6, 2], "tanh")
    z = 4 * made.layers[0].z
    wide = made._replace(layers=(made.layers[0]._replace(z=z, a=np.tanh(z)), *made.layers[1:]))
    assert Inside.of(wide, 0).flat == (1 - np.tanh(z) ** 2 < 0.01).mean() > 0


def test_dropout_makes_no_layer_look_flat_or_silent() -> None:
    plain = step([3, 6, 2])
    layers = (cr.Dense(6, "sigmoid", drop_probability=0.5), plain.spec.layers[1])
    dropping = cr.Spec(3, layers, plain.spec.loss)
    made = cr.record(dropping, plain.training, plain.before, plain.batch)
    assert (made.layers[0].a == 0).any()
    found, expected = Inside.of(made, 0), Inside.of(plain, 0)
    assert (found.zeros, found.flat, found.still) == (0, expected.flat, expected.still)
    assert (found.a == expected.a).all()


def test_a_slope_far_below_0_is_not_flat() -> None:
    made = step([3, 6, 2], "silu")
    z = np.full_like(made.layers[0].z, -2.0)  # silu falls there, by 0.09
    falling = made._replace(layers=(made.layers[0]._replace(z=z, a=z), *made.layers[1:]))
    assert Inside.of(falling, 0).flat == 0


@pytest.mark.parametrize("figure", [activations_figure, gradients_figure])
def test_heights_are_roots_of_shares(figure: Callable[..., Any]) -> None:
    made = step([3, 6, 4, 2])
    axes = figure(made).axes
    assert len(axes) == 3
    for panel in axes:
        (drawn,) = panel.patches
        heights = drawn.get_data().values
        assert len(heights) == BINS
        assert (heights**2).sum() == pytest.approx(1)  # every number is in one bin


def test_the_first_step_is_an_outline_beside_the_last() -> None:
    first = step([3, 6, 2])
    last = first._replace(t=50)
    assert len(gradients_figure(last, first).axes[0].patches) == 2
    assert len(gradients_figure(last, last).axes[0].patches) == 1
    assert {"step 50", "step 1"} <= set(texts(gradients_figure(last, first)))
    assert "beside those of step 1" in gradients_alt(last, first)


def test_gradients_share_one_axis_so_that_vanishing_is_seen() -> None:
    made = step([4, *[8] * 6, 1])
    figure = gradients_figure(made)
    assert len({axes.get_xlim() for axes in figure.axes}) == 1
    g = [np.median(np.abs(layer.dW)) for layer in made.layers]
    assert g[0] < 1e-3 * g[-1]
    said = f"{g[-1] / g[0]:.3g}"
    if g[-1] / g[0] >= 1000:
        said = f"{g[-1] / g[0]:,.0f}"
    assert gradients_title(layers_of(made)) == (
        f"Gradients are {said} times smaller in layer 1 than in layer 7"
    )
    assert f"Layer 1 · median {g[0]:.3g}" in gradients_alt(made, None)


def test_of_a_deep_network_the_first_and_last_layers_are_drawn() -> None:
    made = step([2, *[3] * 19, 1])
    assert [inside.layer for inside in layers_of(made)] == [0, 1, 2, 3, 16, 17, 18, 19]
    assert any("8 of 20 layers" in text for text in texts(activations_figure(made)))


def test_no_gradient_at_all_is_said() -> None:
    made = step([3, 6, 2])
    still = tuple(layer._replace(dW=np.zeros_like(layer.dW)) for layer in made.layers)
    made = made._replace(layers=still)
    assert "No gradient reaches layer 1" in texts(gradients_figure(made))
    assert "100 % exactly 0; none above 0" in gradients_alt(made, None)


def test_numbers_that_are_not_finite_are_counted_and_left_out() -> None:
    made = step([3, 6, 2])
    a = np.array(made.layers[0].a)
    a[:2, 0] = np.nan, np.inf
    made = made._replace(layers=(made.layers[0]._replace(a=a), *made.layers[1:]))
    assert "2 numbers not finite" in activations_alt(made, None)
    assert np.isfinite(Inside.of(made, 0).a).all()
    activations_figure(made)


def test_a_run_shows_its_first_step_and_the_one_that_led_to_its_model(
    run_of: Callable[[str], Path],
) -> None:
    with cr.RunFile(run_of("circles")) as run:
        first, last = Sight(run).records
        reached = run.steps()[-1]
        params = run.state(reached).params
    assert (first.t, last.t) == (1, reached)
    for name, theta in last.after.params.items():
        # A record is the reference's: a step of its own from the state before, within rounding.
        np.testing.assert_allclose(theta, params[name], rtol=1e-12)


def test_a_sample_of_a_batch_counts_for_all_of_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("chainrule.plots.sight.RECORDED", 7000)
    x = np.random.default_rng(0).normal(size=(4000, 2))
    batch = Batch(np.arange(4000), x, x[:, :1] + x[:, 1:], None)
    for convention in ("mean", "sum"):
        how = cr.Conventions(batch=convention)
        spec = cr.Spec.chain([2, 4, 1], "tanh", last="identity", conventions=how)
        few = sample(batch, spec)
        assert len(few.x) == 1000
        weighed = sample(batch._replace(class_weight=x[:, 0]), spec)
        assert (weighed.class_weight == x[few.rows, 0]).all()
        network = cr.Network.start(spec, seed=0)
        whole = network.gradients(batch.x, batch.y)[0]
        part = network.gradients(few.x, few.y, few.weight)[0]
        assert part == pytest.approx(whole, rel=0.2)  # a mean of 1,000 squares is off by 5 %
