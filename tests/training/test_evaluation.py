"""Metrics by hand: what they are means of, with weights and without."""

from __future__ import annotations

import math

import numpy as np
import pytest

from chainrule.data.parts import Data
from chainrule.training.evaluation import always_the_same, metrics
from tests.helpers import EPS

CLOSE = 16 * EPS["float64"]  # sums of at most five terms

A = np.array([[0.1], [0.5], [0.8], [0.9], [0.3]])


@pytest.mark.parametrize(
    ("a", "y", "weight", "accuracy"),
    [
        (A, np.array([[0.0], [0], [1], [1], [0]]), None, 1.0),
        (A, np.array([[0.0], [1], [1], [1], [0]]), None, 0.8),  # 0.5 is no "yes", as in predict
        (A, np.array([[1.0], [0], [1], [1], [0]]), np.array([4.0, 1, 1, 1, 1]), 0.5),
        (np.hstack([A, 1 - A]), np.array([1, 0, 0, 0, 1]), None, 1.0),  # labels; a tie: the first
        (np.hstack([A, 1 - A]), np.eye(2)[[1, 1, 0, 0, 0]], None, 0.6),
    ],
)
def test_accuracy(a, y, weight, accuracy):
    assert metrics("classes", a, y, weight) == {"accuracy": pytest.approx(accuracy, rel=CLOSE)}


def test_errors_of_numbers():
    a, y = np.array([[1.0], [2], [5]]), np.array([[1.0], [4], [4]])
    found = metrics("numbers", a, y)
    assert found["rmse"] == pytest.approx(math.sqrt(5 / 3), rel=CLOSE)
    assert found["mae"] == pytest.approx(1.0, rel=CLOSE)
    assert found["r2"] == pytest.approx(1 - 5 / 6, rel=CLOSE)  # 9 = 4 + 1 + 1 around the mean 3


@pytest.mark.parametrize("columns", [1, 3])
def test_weights_of_rows_are_repeated_rows(rng, columns):
    a, y = rng.normal(size=(2, 9, columns))
    times = rng.integers(0, 4, 9)
    weighted = metrics("numbers", a, y, times.astype(float))
    repeated = metrics("numbers", np.repeat(a, times, axis=0), np.repeat(y, times, axis=0))
    assert weighted == {name: pytest.approx(v, rel=1e-14) for name, v in repeated.items()}
    assert set(weighted) == {"rmse", "mae", "r2"}
    plain = metrics("numbers", a, y)
    assert all(abs(plain[name] - weighted[name]) > 1e-6 for name in plain)


def test_r2_is_1_for_what_is_right_and_0_for_the_mean(rng):
    y = rng.normal(size=(20, 2))
    assert metrics("numbers", y, y)["r2"] == 1
    mean = np.broadcast_to(y.mean(axis=0), y.shape)
    assert metrics("numbers", mean, y)["r2"] == pytest.approx(0, abs=1e-15)


def test_r2_needs_answers_that_differ():
    y = np.full((4, 1), 2.0)
    assert set(metrics("numbers", y + 1, y)) == {"rmse", "mae"}


def test_always_the_same_class_is_the_most_frequent_one_of_the_training_part():
    x, y = np.zeros((10, 1)), ["b"] * 6 + ["a"] * 4
    data = Data.from_arrays(x, y)
    assert always_the_same(data) == ("b", 0.6)
    weighed = Data.from_arrays(x, y, [1.0] * 6 + [9.0] * 4)
    assert always_the_same(weighed) == ("a", 36 / 42)
    assert always_the_same(Data.from_arrays(x, np.arange(10) / 3, task="numbers")) is None
