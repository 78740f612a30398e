"""The picture before training."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from matplotlib.figure import Figure
from matplotlib.image import AxesImage

import chainrule as cr
from chainrule.data.problems import find
from chainrule.plots import data_figure, words
from chainrule.plots.scene import DRAWN, Scene
from tests.plots.conftest import four_columns, saddle, sine, three_classes
from tests.plots.look import filled, is_blue, is_orange, pixels, texts


def points(figure: Figure) -> list[PathCollection]:
    return [c for c in figure.axes[0].collections if isinstance(c, PathCollection)]


def test_two_inputs_are_points_by_class_in_two_colours_and_shapes() -> None:
    data = find("circles").data()
    figure = data_figure(data)
    drawn = np.concatenate([np.asarray(c.get_offsets()) for c in points(figure)])
    assert data.test is not None
    rows = np.concatenate([data.train.block(0, 500)[0], data.test.block(0, 500)[0]])
    assert {tuple(p) for p in drawn.tolist()} == {tuple(p) for p in rows.tolist()}
    shown = pixels(figure)
    assert is_blue(shown).sum() > 2000
    assert is_orange(shown).sum() > 2000
    outside, inside = points(figure)[-2:]  # the training points are drawn last
    shapes = [np.asarray(c.get_paths()[0].vertices) for c in (outside, inside)]
    assert shapes[0].shape != shapes[1].shape
    assert np.hypot(*np.asarray(outside.get_offsets()).T).min() > 0.75
    assert {"outside", "inside", "test"} <= set(texts(figure))


def test_points_stand_in_the_units_of_the_source() -> None:
    figure = data_figure(three_classes())
    low, high = figure.axes[0].get_xlim()
    assert 0 < low < 30
    assert 60 < high < 90
    assert figure.axes[0].get_xlabel() == "petal length"


def test_one_input_is_drawn_against_its_answer() -> None:
    x, y = np.asarray(points(data_figure(sine()))[-1].get_offsets()).T
    np.testing.assert_allclose(y, np.sin(2 * x), atol=1e-12)


def test_two_inputs_and_a_number_are_points_on_a_colour_scale() -> None:
    (drawn,) = points(data_figure(saddle()))
    x, y = np.asarray(drawn.get_offsets()).T
    np.testing.assert_allclose(np.asarray(drawn.get_array()), x**2 - y**2)


def test_a_small_table_shows_every_number() -> None:
    said = texts(data_figure(find("mazur").data()))
    assert {"0.05", "0.1", "0.01", "0.99", "x1", "x2", "y1", "y2"} <= set(said)


@pytest.mark.parametrize("task", ["classes", "numbers"])
def test_a_large_table_is_stripes_sorted_by_the_answer(task: str) -> None:
    left, right = data_figure(four_columns(task)).axes
    (inputs,), (answers,) = left.images, right.images
    assert isinstance(inputs, AxesImage)
    assert np.asarray(inputs.get_array()).shape == (90, 4)
    assert (np.diff(np.asarray(answers.get_array())[:, 0]) >= 0).all()


def test_every_picture_has_something_on_it() -> None:
    for data in (find("xor").data(), find("three-layer").data(), three_classes(), sine()):
        assert filled(data_figure(data)) > 0.005


def test_the_text_counts_the_classes_and_names_their_marks() -> None:
    alt = words.data_alt(Scene.of(find("circles").data()))
    assert "500 training rows" in alt
    assert "outside (250, blue circles), inside (250, orange squares)" in alt
    assert "500 test rows" in alt
    x = find("circles").data().train.block(0, 500)[0]
    assert f"x1 from {x[:, 0].min():.3g} to {x[:, 0].max():.3g}".replace("-", "−") in alt


def test_the_text_of_a_table_has_its_rows() -> None:
    alt = words.data_alt(Scene.of(find("three-layer").data()))
    assert "Rows: 0 0 1 → class 0; 0 1 1 → class 1; 1 0 1 → class 1; 1 1 1 → class 0." in alt


def test_of_many_points_a_sample_is_drawn_and_the_text_says_so() -> None:
    rng = np.random.default_rng(0)
    x = rng.normal(size=(100_000, 2))
    data = cr.Data.from_arrays(x, (x[:, 0] > 0).astype(int))
    figure, scene = data_figure(data), Scene.of(data)
    assert sum(len(np.asarray(c.get_offsets())) for c in points(figure)) == DRAWN
    said = "100,000 training rows before training (2,000 of them drawn, a sample)"
    assert said in words.data_alt(scene)
    rows = {tuple(row) for row in x.tolist()}
    assert all(tuple(row) in rows for row in scene.train.x.tolist())
    assert 0.45 < scene.train.y.mean() < 0.55


def test_fitted_data_look_like_the_data_they_were_made_from() -> None:
    """The loop hands on data as the network takes them: one-hot, 0/1 columns, float32."""
    data = three_classes()
    spec = cr.Spec.chain([2, 3, 3], "tanh", last="sigmoid", loss="squared", dtype="float32")
    np.testing.assert_array_equal(Scene.of(data.fitted(spec)).train.y, Scene.of(data).train.y)
    xor = find("xor").data()
    fitted = xor.fitted(find("xor").spec)
    np.testing.assert_array_equal(Scene.of(fitted).train.y, Scene.of(xor).train.y)
