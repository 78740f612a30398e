"""The loss curves."""

from __future__ import annotations

import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from matplotlib.axes import Axes

import chainrule as cr
from chainrule.plots import error_figure, words
from chainrule.training.history import History, Point
from tests.plots.look import filled, pixels, texts


def history(*train: float | None, test: float | None = None, each: int = 1) -> History:
    return History(
        Point(each * k, k, 0.1, None, loss, None, test, {}, 0.0)  # type: ignore[arg-type]
        for k, loss in enumerate(train)
    )


def curve(axes: Axes, k: int = 0) -> np.ndarray:
    return np.asarray(axes.lines[k].get_ydata(), dtype=float)


def test_both_scales_show_the_history(run_of: Callable[[str], Path]) -> None:
    with cr.RunFile(run_of("circles")) as run:
        known = run.history()
    figure = error_figure(known, "squared", 0.005)
    linear, log = figure.axes
    assert (linear.get_yscale(), log.get_yscale()) == ("linear", "log")
    for axes in (linear, log):
        np.testing.assert_array_equal(np.asarray(axes.lines[0].get_xdata()), known["step"])
        np.testing.assert_array_equal(curve(axes), known["train"])
        np.testing.assert_array_equal(curve(axes, 1), known["test"])
        assert curve(axes, 2).tolist() == [0.005, 0.005]
        assert axes.get_xlabel() == "steps (updates) = epochs"
    assert {"stop below 0.005", "training loss", "test loss"} <= set(texts(figure))
    assert "The loss fell from 0.286 to 0.00495 in 620 steps" in texts(figure)
    assert filled(figure) > 0.01


def test_the_step_axis_says_how_many_steps_an_epoch_has() -> None:
    axes = error_figure(history(3, 2, 1, each=16), "squared").axes[0]
    assert axes.get_xlabel() == "steps (updates), 16 an epoch"


def test_one_curve_needs_no_legend_and_a_kept_step_is_marked() -> None:
    figure = error_figure(history(3, 1, 2), "squared", chosen=1)
    assert not figure.legends
    assert "kept: step 1" in texts(figure)


EDGES: dict[str, tuple[History, str]] = {
    "empty": (history(), "No loss was measured"),
    "one point": (history(0.5), "The loss is 0.5 at step 0"),
    "down to 0": (history(1, 0.5, 0), "The loss fell from 1 to 0 in 2 steps"),
    "always 0": (history(0, 0), "The loss is 0, as at the start, after 1 step"),
    "nan at the end": (history(1, 2, math.nan), "The loss is no number any more after step 1"),
    "none at the end": (history(1, 2, None), "The loss is no number any more after step 1"),
    "never a number": (history(math.nan, math.nan), "The loss was never a number"),
    "infinite": (history(1, 2, math.inf), "The loss is no number any more after step 1"),
    "constant": (history(0.3, 0.3), "The loss is 0.3, as at the start, after 1 step"),
    "nearly constant": (history(0.30001, 0.3), "The loss is about 0.3, as at the start"),
    "rising": (history(1, 20_000), "The loss rose from 1 to 20,000 in 1 step"),
    "negative": (history(-1, -2), "The loss fell from −1 to −2 in 1 step"),
    "tiny": (history(1e-300, 5e-324), "The loss fell from 1e-300 to"),
    "huge": (history(1e300, 1e308), "The loss rose from 1e+300 to 1e+308 in 1 step"),
    "both": (history(1e250, 1e-250), "The loss fell from 1e+250 to 1e-250 in 1 step"),
}


@pytest.mark.parametrize("stop_below", [None, 0.1])
@pytest.mark.parametrize("name", EDGES)
def test_no_history_is_too_odd(name: str, stop_below: float | None) -> None:
    known, title = EDGES[name]
    figure = error_figure(known, "squared", stop_below)
    assert pixels(figure).min() < 100
    assert any(text.startswith(title) for text in texts(figure))
    assert title in words.error_alt(known, "squared", stop_below)


def test_a_target_of_0_is_drawn_where_there_is_a_0() -> None:
    linear, log = error_figure(history(1, 0.5), "squared", 0.0).axes
    assert curve(linear, 1).tolist() == [0, 0]
    assert len(log.lines) == 1


def test_what_has_no_place_on_a_log_scale_is_said() -> None:
    assert "a loss of 0 is not on this scale" in texts(error_figure(history(1, 0), "squared"))
    assert "no loss above 0" in texts(error_figure(history(0, 0), "squared"))
    assert "nothing measured yet" in texts(error_figure(history(), "squared"))


def test_a_narrow_log_scale_has_numbers() -> None:
    for losses in ((0.31, 0.3), (0.07, 0.06), (123.0, 120.0)):
        log = error_figure(history(*losses), "squared").axes[1]
        low, high = log.get_ylim()
        assert sum(low <= tick <= high for tick in log.get_yticks()) >= 1


def test_the_text_has_the_true_numbers() -> None:
    alt = words.error_alt(history(3, 0.5, 1, test=2), "half_squared", 0.25)
    assert "Training: 3 at step 0, 1 at step 2, lowest 0.5 at step 1." in alt
    assert "Test: 2 at step 0, 2 at step 2" in alt
    assert "half squared" in alt
    assert "stops below 0.25" in alt
    assert "Validation" not in alt
