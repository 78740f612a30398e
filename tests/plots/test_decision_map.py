"""What the network answers, as a picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

import chainrule as cr
from chainrule.data.problems import find
from chainrule.plots import decision_figure, style, words
from chainrule.plots.decision_map import panel_for
from chainrule.plots.plane_map import PlaneMap, chosen_class, shade
from chainrule.plots.scene import Scene
from tests.plots.look import around, filled, is_blue, is_orange, texts

Runs = Callable[[str], Path]


@contextmanager
def opened(path: Path) -> Iterator[tuple[cr.Model, cr.Data]]:
    with cr.RunFile(path) as run:
        yield run.model(), run.data()


def panel_of(model: cr.Model, data: cr.Data, side: int = 60) -> Any:
    axes = Figure().add_subplot()
    panel = panel_for(axes, Scene.of(data), side)
    panel.show(model.network)
    return panel


def test_the_map_has_the_colour_of_the_class_that_lies_there(run_of: Runs) -> None:
    with opened(run_of("circles")) as (model, data):
        axes = decision_figure(model, data).axes[0]
    assert is_orange(around(axes, 0.0, 0.0)).all()
    for corner in ((1.2, 1.2), (-1.2, 1.2), (1.2, -1.2), (-1.2, -1.2)):
        assert is_blue(around(axes, *corner)).all()


def test_xor_has_its_colours_in_the_corners(run_of: Runs) -> None:
    with opened(run_of("xor")) as (model, data):
        axes = decision_figure(model, data).axes[0]
    assert is_orange(around(axes, -0.08, 1.05)).all()
    assert is_orange(around(axes, 1.05, -0.08)).all()
    assert is_blue(around(axes, 0.5, 0.5)).all()


def test_the_border_runs_where_the_output_is_one_half(run_of: Runs) -> None:
    with opened(run_of("circles")) as (model, data):
        panel = panel_of(model, data, side=200)
        places = np.concatenate(panel.border.get_segments())
        p = model.predict(places)["p(inside)"]
    assert len(places) > 100
    assert abs(p - 0.5).max() < 0.02


def test_the_map_of_three_classes_shows_the_winner(run_of: Runs) -> None:
    with opened(run_of("three")) as (model, data):
        figure = decision_figure(model, data)
        axes = figure.axes[0]
        (left, right), (low, high) = axes.get_xlim(), axes.get_ylim()
        for x, y in ((right - 1, 5.0), (left + 1, high - 0.2), (left + 1, low + 0.2)):
            answer = str(model.predict([[x, y]])["prediction"][0])
            colour = np.array(matplotlib_rgb(style.mark(list(CLASSES).index(answer))[0]))
            seen = around(axes, x, y).mean(axis=0) / 255
            tint = 1 - seen  # the colour, mixed with white, keeps the direction from white
            along = tint @ (1 - colour) / np.linalg.norm(tint) / np.linalg.norm(1 - colour)
            assert along > 0.995
    assert set(CLASSES) <= set(texts(figure))


CLASSES = ("setosa", "versicolor", "virginica")


def matplotlib_rgb(colour: str) -> tuple[float, float, float]:
    from matplotlib.colors import to_rgb

    return to_rgb(colour)


def test_confidence_is_the_strength_of_the_colour() -> None:
    scene = Scene.of(cr.Data.from_arrays(np.eye(3, 2), [0, 1, 2]))
    sure, unsure = shade(scene, np.array([[0.98, 0.01, 0.01], [0.4, 0.3, 0.3]]))
    assert (1 - sure).sum() > 3 * (1 - unsure).sum() > 0


def test_a_number_is_a_colour_on_the_scale(run_of: Runs) -> None:
    with opened(run_of("saddle")) as (model, data):
        figure = decision_figure(model, data)
        axes = figure.axes[0]
        high, low = around(axes, 2.1, 0.0).mean(axis=0), around(axes, 0.0, 2.1).mean(axis=0)
    assert high[1] > 180 > 60 > low[1]  # viridis ends yellow and begins dark
    assert any("network's output, y1" in text for text in texts(figure))


def test_points_answered_wrong_are_ringed_and_only_these() -> None:
    data = find("circles").data()
    model = cr.Model(cr.Network.start(find("circles").spec, seed=5), data.preparation)
    panel = panel_of(model, data)
    x, y, _ = data.train.block(0, data.train.n)
    answers = model.predict(x)["prediction"]
    wrong = x[answers != np.array(["outside", "inside"])[y]]
    assert 0 < len(wrong) < len(x)
    np.testing.assert_allclose(np.asarray(panel.rings.get_offsets()), wrong)
    assert "answered wrong" in panel.keys()[1]


def test_a_map_that_is_right_everywhere_says_so(run_of: Runs) -> None:
    with opened(run_of("xor")) as (model, data):
        figure = decision_figure(model, data, name="xor", step=7)
    assert "All 4 training points answered right" in texts(figure)
    assert "answered wrong" not in texts(figure)
    assert any("xor · 2-2-1 sigmoid · after 7 steps" in text for text in texts(figure))


def test_one_input_shows_the_network_as_a_curve(run_of: Runs) -> None:
    with opened(run_of("sine")) as (model, data):
        panel = panel_of(model, data)
        x, y = panel.curve.get_data()
        np.testing.assert_allclose(y, model.predict(x[:, None])["y1"])


def test_a_small_table_shows_the_answer_to_each_row(run_of: Runs) -> None:
    with opened(run_of("mazur")) as (model, data):
        panel = panel_of(model, data)
        answers = model.predict([[0.05, 0.10]])
    said = [float(answers[name][0]) for name in ("y1", "y2")]
    np.testing.assert_allclose(np.asarray(panel.said.get_offsets())[:, 0], said)
    np.testing.assert_allclose(np.asarray(panel.true.get_offsets())[:, 0], [0.01, 0.99])
    assert [text.get_text() for text in panel.texts] == [f"{a:.4f}" for a in said]


def test_many_rows_of_classes_are_counted(run_of: Runs) -> None:
    with opened(run_of("many classes")) as (model, data):
        panel = panel_of(model, data)
        x, y, _ = data.train.block(0, data.train.n)
        answers = model.predict(x)["prediction"]
    for (truth, answer), text in panel.texts.items():
        assert text.get_text() == str(int(((y == truth) & (answers == answer)).sum()))


def test_many_rows_of_numbers_are_answers_against_truths(run_of: Runs) -> None:
    with opened(run_of("many numbers")) as (model, data):
        panel = panel_of(model, data)
        x, y, _ = data.train.block(0, data.train.n)
        said = model.predict(x)
    for k, each in enumerate(panel.marks):
        answers = said[f"y{k + 1}"]
        np.testing.assert_allclose(each.get_offsets(), np.column_stack([y[:, k], answers]))


def test_one_number_for_each_row_needs_no_legend() -> None:
    rng = np.random.default_rng(0)
    data = cr.Data.from_arrays(rng.normal(size=(40, 3)), rng.normal(size=40))
    network = cr.Network.start(cr.Spec.chain([3, 2, 1], last="identity"), seed=0)
    assert not decision_figure(cr.Model(network, data.preparation), data).legends


@pytest.mark.parametrize("name", ["circles", "mazur", "three", "sine", "many classes"])
def test_every_picture_has_something_on_it(run_of: Runs, name: str) -> None:
    with opened(run_of(name)) as (model, data):
        assert filled(decision_figure(model, data)) > 0.01


def test_the_text_has_the_true_numbers(run_of: Runs) -> None:
    with opened(run_of("circles")) as (model, data):
        measured = words.measure(model.network, data)
        alt = words.decision_alt(Scene.of(data), model.network, measured, 620)
        x, y, _ = data.train.block(0, data.train.n)
        p = model.predict(x)["p(inside)"]
    loss = ((p - y) ** 2).mean()
    accuracy = 100 * ((p >= 0.5) == y).mean()
    assert f"after 620 steps: accuracy {accuracy:g} %, loss {loss:.3g} on 500 training rows" in alt
    assert "on 500 test rows" in alt


def test_the_text_of_a_small_table_has_every_answer(run_of: Runs) -> None:
    with opened(run_of("mazur")) as (model, data):
        measured = words.measure(model.network, data)
        alt = words.decision_alt(Scene.of(data), model.network, measured, None)
        answers = model.predict([[0.05, 0.10]])
    said = " ".join(f"{answers[name][0]:.3g}" for name in ("y1", "y2"))
    assert f"Answers: 0.05 0.1 → {said} (true: 0.01 0.99)." in alt


def test_an_output_that_is_no_number_is_grey_and_no_class() -> None:
    scene = Scene.of(find("xor").data())
    grey, orange = shade(scene, np.array([[np.nan], [1.0]]))
    assert grey[0] == grey[1] == grey[2] < 1
    assert orange[0] > orange[2]
    assert chosen_class(np.array([[np.nan], [0.2], [0.9]])).tolist() == [-1, 0, 1]


def test_a_large_network_gets_a_coarser_map() -> None:
    from chainrule.plots.scene import side_for

    small, large = cr.Spec.chain([2, 4, 1]), cr.Spec.chain([2, 4000, 4000, 1])
    assert side_for(small, 60, most=110) == 110
    assert side_for(large, 1, most=300) == 32


def test_a_map_can_show_one_network_after_another() -> None:
    data = find("circles").data()
    spec = find("circles").spec
    axes = Figure().add_subplot()
    panel = PlaneMap(axes, Scene.of(data), 40)
    seen = []
    for seed in (0, 1, 0):
        panel.show(cr.Network.start(spec, seed=seed))
        seen.append(np.asarray(panel.image.get_array()).tobytes())
    assert seen[0] == seen[2] != seen[1]
