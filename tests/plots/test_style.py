"""Numbers and names as words, and sizes."""

from __future__ import annotations

import numpy as np
import pytest
from matplotlib.figure import Figure

from chainrule.plots import style
from tests.plots.look import pixels


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0.00494688, "0.00495"), (0.5, "0.5"), (-1.25, "−1.25"), (0, "0"), (100, "100"),
        (12_345.6, "12,346"), (-12_345.6, "−12,346"), (3.51e-5, "3.51e-05"), (-2e9, "−2e+09"),
        (float("nan"), "not a number"), (None, "not a number"), (float("inf"), "infinity"),
        (-float("inf"), "−infinity"), (np.float32(0.1), "0.1"),
    ],
)  # fmt: skip
def test_numbers(value: float | None, text: str) -> None:
    assert style.number(value) == text


@pytest.mark.parametrize(
    ("share", "text"),
    [
        (1, "100 %"), (0, "0 %"), (0.5, "50 %"), (0.998, "99.8 %"), (0.99999, "99.9 %"),
        (0.00001, "0.1 %"), (float("nan"), "unknown"),
    ],
)  # fmt: skip
def test_shares_are_not_rounded_up_to_all(share: float, text: str) -> None:
    assert style.percent(share) == text


def test_names_are_short_and_no_formulas() -> None:
    assert style.plain("a$b$") == r"a\$b\$"
    assert style.plain("中a") == "□a"
    assert style.plain("one\n two\tthree") == "one two three"
    assert style.plain("a" * 50, 10) == "a" * 9 + "…"


def test_thirty_classes_have_thirty_marks() -> None:
    assert len({style.mark(k) for k in range(30)}) == 30
    assert len({style.mark_in_words(k) for k in range(30)}) == 30


def test_neighbouring_classes_differ_in_lightness_or_shape_as_well() -> None:
    """Whoever sees no colours still tells the marks apart."""
    assert len({style.mark(k)[1] for k in range(7)}) == 7


def test_headings_end_before_the_picture_does() -> None:
    with style.context():
        figure = style.figure(8, 4, "very " * 60 + "long", "W" * 300)
    shown = pixels(figure)
    assert shown[:120, -25:].min() == 255
    assert shown[:60].min() < 100


@pytest.mark.parametrize(
    "values", [[0.0, 0.0], [5.0, 5.0], [-3.0, -3.0], [1e300, 1e300], [1e9, 1e9 + 1e-6]]
)
def test_constant_values_get_room_around_them(values: list[float]) -> None:
    low, high = style.span(np.array(values), 0.1)
    assert low < min(values) <= max(values) < high


def test_letters_are_large_enough_to_read() -> None:
    """At 800 pixels for 8 inches, 11 points are 15 pixels."""
    with style.context():
        axes = style.figure(8, 4, "title", "subtitle").add_subplot()
        axes.set_xlabel("label")
        labels = [axes.xaxis.label, *axes.get_xticklabels()]
        sizes = [label.get_fontsize() for label in labels]
    assert min(float(size) for size in sizes) >= 11
    assert isinstance(axes.figure, Figure)
