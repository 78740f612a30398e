"""The circles: where the points lie, and their very bytes."""

from __future__ import annotations

import numpy as np
import pytest

from chainrule.data import toy
from tests.helpers import digest, refused, same_bits


@pytest.mark.parametrize(
    ("how", "of_x", "of_y"),
    [
        ({"n": 500, "seed": 0}, "b4512af2fd3c4f73", "b6fb2a04357f227b"),
        (
            {"n": 7, "seed": 3, "at": 28, "factor": 0.3, "noise": 0.2},
            "9d278cd3dccb11f6", "1bc859aaaa199e6b",
        ),
    ],
)  # fmt: skip
def test_golden_bytes(how, of_x, of_y):
    """Made with + − · / and √ alone: the same on every machine and under every NumPy."""
    n = how.pop("n")
    x, y = toy.circles(n, **how)
    assert (x.dtype, y.dtype, x.shape, y.shape) == (np.float64, np.int64, (n, 2), (n,))
    assert (digest(x), digest(y)) == (of_x, of_y)


@pytest.mark.parametrize("n", [1, 2, 3, 10, 501])
@pytest.mark.parametrize("factor", [0.5, 0.2])
def test_without_noise_they_are_circles(n, factor):
    x, y = toy.circles(n, seed=1, factor=factor, noise=0)
    radii = np.hypot(*x.T)
    assert (y == 0).sum() == n - n // 2
    assert (y == 1).sum() == n // 2
    # cos² + sin² by a series: a few roundings
    assert radii == pytest.approx(np.where(y == 0, 1.0, factor), rel=1e-14)
    for side in (0, 1):
        turns = np.sort(np.arctan2(*x[y == side].T[::-1]) / (2 * np.pi) % 1)
        if len(turns) > 1:
            assert np.diff(turns) == pytest.approx(1 / len(turns), rel=1e-9)


def test_the_noise_is_normal():
    n, noise = 20_000, 0.05
    with_noise, y = toy.circles(n, seed=2, noise=noise)
    without, same_y = toy.circles(n, seed=2, noise=0)
    assert same_bits(y, same_y)
    off = (with_noise - without) / noise
    # means and squares of 40,000 normal numbers: 5 deviations
    assert abs(off.mean()) < 5 / np.sqrt(2 * n)
    assert abs((off**2).mean() - 1) < 5 * np.sqrt(2 / (2 * n))
    assert abs((off[:, 0] * off[:, 1]).mean()) < 5 / np.sqrt(n)


def test_rows_are_in_random_order():
    _, y = toy.circles(500, seed=0)
    changes = int((np.diff(y) != 0).sum())
    assert abs(changes - 249.5) < 5 * np.sqrt(500) / 2  # of a fair coin: 5 deviations


def test_other_seeds_and_places_are_other_points():
    drawn = [toy.circles(50, seed=s, at=at)[0] for s, at in [(0, 0), (1, 0), (0, 200)]]
    for a, b in [(0, 1), (0, 2), (1, 2)]:
        assert not np.isin(np.round(drawn[a], 12), np.round(drawn[b], 12)).any()
    assert same_bits(drawn[0], toy.circles(50, seed=0)[0])


def test_the_seed_is_checked():
    with refused("seed"):
        toy.circles(5, seed=-1)


def test_xor():
    x, y = toy.xor()
    assert y.tolist() == [int(a != b) for a, b in x.tolist()]
    assert len({tuple(row) for row in x.tolist()}) == 4
