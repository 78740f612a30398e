"""Weights as images: when the inputs are pixels, and that each image is its unit's column."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.image import AxesImage

import chainrule as cr
from chainrule.plots import data_figure, weights_figure, words
from chainrule.plots.first_layer import scale_of, strongest, weights_alt
from chainrule.plots.scene import Scene
from tests.helpers import refused
from tests.plots.look import texts


def bars(side: int, rows: int = 200) -> cr.Data:
    """Images with one horizontal or vertical bar, two pixels wide."""
    rng = np.random.default_rng(0)
    x, y = rng.normal(0, 0.1, (rows, side, side)), rng.integers(0, 2, rows)
    for image, upright, at in zip(x, y, rng.integers(0, side - 1, rows), strict=True):
        (image.T if upright else image)[at : at + 2] += 1
    return cr.Data.from_arrays(x.reshape(rows, -1), y)


def network(inputs: int, units: int) -> cr.Network:
    return cr.Network.start(cr.Spec.chain([inputs, units, 2], "tanh"), seed=0)


@pytest.mark.parametrize("side", [8, 28])
def test_pixels_are_known_by_their_neighbours(side: int) -> None:
    assert Scene.of(bars(side)).image == (side, side)


@pytest.mark.parametrize("columns", [64, 100, 60, 4])
def test_columns_of_a_table_are_no_pixels(columns: int) -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(300, columns)) + rng.normal(size=(300, 1))  # all alike, near or far
    assert Scene.of(cr.Data.from_arrays(x, np.arange(300) % 2)).image is None


def test_before_training_images_are_drawn_as_images_by_class() -> None:
    data = bars(8)
    figure = data_figure(data)
    drawn = [axes.images[0] for axes in figure.axes if axes.images]
    x, y, _ = data.train.block(0, 200)
    assert len(drawn) == 18
    first = x[np.flatnonzero(y == 1)[0]].reshape(8, 8)
    np.testing.assert_array_equal(np.asarray(drawn[9].get_array()), first)
    assert {axes.get_ylabel() for axes in figure.axes} == {"class 0", "class 1", ""}
    assert words.data_alt(Scene.of(data)).startswith("Some images of 8 by 8 pixels of the 200")


def test_images_with_numbers_as_answers_and_few_rows() -> None:
    x = bars(8).train.block(0, 20)[0]
    figure = data_figure(cr.Data.from_arrays(x, np.arange(20.0)))
    assert {axes.get_title() for axes in figure.axes} == {f"{n}" for n in range(20)} | {""}


def test_constant_pixels_are_no_image() -> None:
    data = cr.Data.from_arrays(np.ones((10, 64)), np.arange(10) % 2)
    assert Scene.of(data).image is None


def test_each_image_is_the_weights_of_its_unit_on_one_scale() -> None:
    made = network(64, 7)
    images = [i for axes in weights_figure(made).axes for i in axes.images]
    drawn = [i for i in images if isinstance(i, AxesImage)]
    assert len(drawn) == 7
    for k, image in enumerate(drawn):
        np.testing.assert_array_equal(image.get_array(), made.params["0.W"][:, k].reshape(8, 8))
        low, high = image.get_clim()
        assert -low == high == scale_of(made.params["0.W"])  # 0 is white, both signs alike


def test_of_many_units_those_with_the_largest_weights() -> None:
    made = network(64, 200)
    W = made.params["0.W"]
    W[:, 17] *= 10
    W[:, 18] = 0
    shown = strongest(W)
    assert len(shown) == 64
    assert 17 in shown
    assert 18 not in shown
    assert shown == sorted(shown)
    assert any("64 of 200 units" in text for text in texts(weights_figure(made)))
    assert "the 64 with the largest weights" in weights_alt(made, (8, 8))


def test_a_shape_that_is_no_square() -> None:
    made = network(12, 2)
    image = weights_figure(made, shape=(3, 4)).axes[0].images[0]
    assert np.asarray(image.get_array()).shape == (3, 4)
    with refused("weights_figure", "12 pixels", "(3, 5)"):
        weights_figure(made, shape=(3, 5))
    with refused("weights_figure", "12 pixels"):
        weights_figure(made)


def test_the_text_says_where_the_largest_weights_are() -> None:
    made = network(64, 2)
    made.params["0.W"][3 * 8 + 5, 1] = -9
    assert "unit 1 −9 at (3, 5)" in weights_alt(made, (8, 8))
    assert "zero −9 at (3, 5)" in weights_alt(made, (8, 8), ("one", "zero"))


def test_weights_of_zero_are_drawn() -> None:
    made = network(64, 2)
    made.params["0.W"][:] = 0
    figure = weights_figure(made)
    drawn = [image.get_array() for axes in figure.axes for image in axes.images]
    assert len(drawn) >= 2
    assert all((np.asarray(image) == 0).all() for image in drawn[:2])
