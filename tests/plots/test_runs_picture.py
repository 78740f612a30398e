"""Several runs in one picture."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import chainrule as cr
from chainrule.plots import compare, runs_figure, style
from chainrule.plots.runs_picture import (
    NAMED,
    _look,
    curves_of,
    differences,
    ranks,
    runs_alt,
    settings,
)
from tests.helpers import refused
from tests.plots.conftest import trained
from tests.plots.look import alt_in, texts

Make = Callable[..., Any]


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Make]:
    """A short run with these settings, opened."""
    with ExitStack() as held:

        def run(
            name: str, *, loss: str = "squared", test: bool = True, drop: float = 0.0,
            **training: Any,
        ) -> Any:  # fmt: skip
            rng = np.random.default_rng(0)
            x = rng.normal(size=(40, 2))
            data = cr.Data.from_arrays(x, x[:, :1], **({"test_size": 0.25} if test else {}))
            spec = cr.Spec.chain(
                [2, 3, 1], "tanh", last="identity", loss=loss, drop_probability=drop
            )
            path = tmp_path / f"{name}.chainrule"
            path.parent.mkdir(exist_ok=True)
            settings = cr.Training(**{"epochs": 5, "learning_rate": 0.1, **training})
            trained(path, cr.Network.start(spec, seed=0), data, settings)
            return held.enter_context(cr.RunFile(path))

        yield run


def lines(figure: Any) -> list[list[Any]]:
    """By panel the curves that are drawn: (x, y) each."""
    return [[line.get_data() for line in axes.lines] for axes in figure.axes]


def test_every_run_is_a_curve_in_both_panels(make: Make) -> None:
    runs = [make("slow", learning_rate=0.01), make("fast", learning_rate=0.2)]
    train, test = lines(runs_figure(runs))
    for run, drawn, held in zip(runs, train, test, strict=True):
        history = run.history()
        np.testing.assert_array_equal(drawn[0], history["step"])
        np.testing.assert_array_equal(drawn[1], history["train"])
        np.testing.assert_array_equal(held[1], history["test"])


def test_a_name_says_what_differs_and_nothing_else(make: Make) -> None:
    runs = [make("a", learning_rate=0.01), make("b", learning_rate=0.2, optimizer="adam")]
    assert [curve.label for curve in curves_of(runs)] == [
        "a: optimizer sgd, learning rate 0.01", "b: optimizer adam, learning rate 0.2",
    ]  # fmt: skip
    assert "a: optimizer sgd, learning rate 0.01" in texts(runs_figure(runs))
    same = [make("c"), make("d")]
    assert [curve.label for curve in curves_of(same)] == ["c", "d"]
    assert settings(runs[1])["optimizer"] == "adam"


def test_settings_of_one_optimiser_are_told_apart() -> None:
    two = [{"optimizer": "adam", "optimizer beta1": b} for b in ("0.9", "0.5")]
    assert differences(two) == ["optimizer beta1 0.9", "optimizer beta1 0.5"]
    four = [dict.fromkeys("abcd", f"{v}") for v in (1, 2)]
    assert differences(four) == ["a 1, b 1, c 1 …", "a 2, b 2, c 2 …"]


def test_runs_with_other_batches_are_drawn_over_epochs(make: Make) -> None:
    runs = [make("whole"), make("batches", batch_size=10)]
    figure = runs_figure(runs)
    assert figure.axes[0].get_xlabel() == "epochs"
    for x, _ in lines(figure)[0]:
        assert x[-1] == 5
    assert figure.axes[0].get_ylim() == figure.axes[1].get_ylim()


def test_files_of_one_name_are_told_by_their_folders(make: Make) -> None:
    assert [c.name for c in curves_of([make("x/r"), make("y/r")])] == ["x/r", "y/r"]


def test_different_losses_are_not_to_be_compared(make: Make) -> None:
    runs = [make("a"), make("b", loss="half_squared")]
    said = "squared, half squared loss, mean over rows · different losses: do not compare heights"
    assert said in texts(runs_figure(runs))
    assert said in runs_alt(runs)


def test_losses_of_other_settings_are_different_losses(make: Make) -> None:
    runs = [make("a", loss="huber"), make("b", loss="huber(delta=3)")]
    assert "huber, huber(delta=3.0) loss" in runs_alt(runs)
    assert "do not compare heights" in runs_alt(runs)


def test_dropout_tells_runs_apart(make: Make) -> None:
    found = curves_of([make("a"), make("b", drop=0.2)])
    assert [each.differs for each in found] == ["dropout none", "dropout 0.2"]


def test_without_rows_held_out_there_is_one_panel(make: Make) -> None:
    assert len(runs_figure([make("a", test=False)]).axes) == 1


def test_of_many_runs_the_best_have_colours(make: Make) -> None:
    many = [make(f"r{k}", learning_rate=0.01 * (k + 1), epochs=1) for k in range(NAMED + 3)]
    figure = runs_figure(many)
    last = [run.history()["test"][-1] for run in many]
    best = sorted(np.argsort(last)[:NAMED].tolist())
    assert ranks(curves_of(many), "test") == best
    drawn = figure.axes[0].lines
    assert len(drawn) == len(many)
    assert sum(line.get_color() == style.PALE for line in drawn) == 3
    assert "3 other runs" in texts(figure)
    looks = [_look(place) for place in range(NAMED)]
    assert len({repr(look) for look in looks}) == NAMED


def test_the_page_has_the_picture_and_its_text(make: Make, tmp_path: Path) -> None:
    runs = [make("slow", learning_rate=0.01), make("fast", learning_rate=0.2)]
    picture, index = compare(runs, tmp_path / "both")
    assert alt_in(picture.path) == picture.alt == runs_alt(runs)
    assert index.path.read_text(encoding="utf-8").count('src="runs.png"') == 1
    for run in runs:
        loss = run.history()["test"]
        assert f"test loss {loss[-1]:.3g} at the end, lowest {loss.min():.3g}" in picture.alt
    last = [run.history()["test"][-1] for run in runs]
    best = ["slow", "fast"][int(np.argmin(last))]
    assert f"{best} ends lowest of 2 runs: test loss {min(last):.3g}" in picture.alt


def test_runs_without_a_finite_loss_and_no_runs(make: Make) -> None:
    run = make("a")
    curve = curves_of([run])[0]
    lost = [p._replace(train=None, test=None) for p in curve.history]
    assert curve._replace(history=cr.History(lost)).last("test") == np.inf
    with refused("runs_figure", "none"):
        runs_figure([])
