"""Points that are made: where they lie, what their answers are, and the same bits everywhere."""

from __future__ import annotations

import hashlib
import sys
import types

import numpy as np
import pytest

from chainrule.data import points, sets
from chainrule.data.generated import GENERATED
from chainrule.data.problems import find
from tests.helpers import refused, same_bits

MAKES = [
    points.moons, points.quadrants, points.spirals, points.blobs, points.gaussians,
    points.checkerboard, points.plane, points.gauss, points.sine,
]  # fmt: skip
GOLDEN = {  # of x and y for 50 rows of seed 7: the same on every machine and NumPy
    "moons": "a34300217b5a",
    "quadrants": "85a7c1d0696c",
    "spirals": "237b87b267f5",
    "blobs": "9c35fbd4549f",
    "gaussians": "2736a6615028",
    "checkerboard": "9f467ebda804",
    "plane": "e82f8d70397d",
    "gauss": "431b9f73731d",
    "sine": "611a52b3f1e6",
}


def digest(x, y):
    return hashlib.sha256(x.astype("<f8").tobytes() + y.astype("<f8").tobytes()).hexdigest()[:12]


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.__name__)
def test_the_same_bits_everywhere(make):
    assert digest(*make(50, seed=7)) == GOLDEN[make.__name__]


@pytest.mark.parametrize("make", MAKES, ids=lambda make: make.__name__)
def test_other_seeds_and_places_give_other_points(make):
    x, y = make(101, seed=1)
    assert len(x) == len(y) == 101
    assert same_bits(make(101, seed=1)[0], x)
    for other in (make(101, seed=2), make(101, seed=1, at=2**32)):
        assert not np.isin(other[0][:, 0], x[:, 0]).any()
    if y.ndim == 1:
        assert np.bincount(y).min() > 30 or len(np.unique(y)) == 3


def test_moons_are_half_circles():
    x, y = points.moons(300, seed=0, noise=0)
    above, below = x[y == 0], x[y == 1] - [1, 0.5]
    assert np.hypot(*above.T) == pytest.approx(1, rel=1e-12)
    assert np.hypot(*below.T) == pytest.approx(1, rel=1e-12)
    assert above[:, 1].min() >= -1e-15
    assert below[:, 1].max() <= 1e-15


def test_quadrants_leave_the_axes_free():
    x, y = points.quadrants(500, seed=0, gap=0.05)
    assert same_bits(y == 1, (x[:, 0] > 0) != (x[:, 1] > 0))
    assert 0.05 <= np.abs(x).min() < 0.07
    assert np.abs(x).max() <= 1


def test_spirals_turn():
    x, y = points.spirals(300, seed=0, noise=0)
    r = np.hypot(*x.T)
    assert 0.1 <= r.min() < r.max() <= 1
    off = np.arctan2(x[:, 1], x[:, 0]) / (2 * np.pi) - points.TURNS * r - 0.5 * y
    assert np.abs(off - np.round(off)).max() < 1e-12


def test_blobs_and_gaussians_lie_around_their_centres():
    x, y = points.blobs(3000, seed=0)
    for k, centre in enumerate(points.CENTRES):  # 5 deviations of a mean of 1,000
        assert np.abs(x[y == k].mean(axis=0) - centre).max() < 5 * 0.3 / 1000**0.5
    x, y = points.gaussians(4000, seed=0)
    right = ((x.sum(axis=1) > 0) == y).mean()
    assert abs(right - 0.9214) < 5 * (0.92 * 0.08 / 4000) ** 0.5


def test_the_checkerboard_alternates():
    x, y = points.checkerboard(500, seed=0)
    assert same_bits(points.checkerboard(500, seed=0)[1], y)
    column, row = np.floor(2 * x).astype(int).T
    assert same_bits(y, (column + row) % 2)


def test_surfaces_are_their_formulas():
    x, y = points.plane(300, seed=0, noise=0)
    assert y[:, 0] == pytest.approx((x[:, 0] + x[:, 1]) / 2, rel=1e-14)
    x, y = points.gauss(300, seed=0, noise=0)
    hills = [s * max(0, 1 - np.hypot(*(x[0] - [a, b])) / 0.5) ** 2 for a, b, s in points.BUMPS]
    assert y[0, 0] == pytest.approx(sum(hills), rel=1e-12)
    x, y = points.sine(300, seed=0, noise=0)
    assert y == pytest.approx(np.sin(np.pi * x), abs=1e-14)


def test_every_one_is_a_problem():
    assert {problem.make.__closure__ is not None for problem in GENERATED} == {True}
    for make in MAKES:
        data = find(make.__name__).data()
        assert same_bits(data.train.x, make(data.train.n, seed=0)[0])
        assert same_bits(data.test.x, make(data.train.n, seed=0, at=2**32)[0])


# ------------------------------------------------------------------------------------- known sets


def test_sets_of_scikit_learn(monkeypatch):
    """As scikit-learn hands them over: the library itself is not needed for the test."""
    iris = types.SimpleNamespace(
        data=np.arange(120.0).reshape(30, 4), target=np.arange(30) % 3,
        target_names=np.array(["setosa", "versicolor", "virginica"]),
        feature_names=["a", "b", "c", "d"],
    )  # fmt: skip
    fake = types.ModuleType("sklearn.datasets")
    fake.load_iris = lambda: iris
    monkeypatch.setitem(sys.modules, "sklearn", types.ModuleType("sklearn"))
    monkeypatch.setitem(sys.modules, "sklearn.datasets", fake)
    data = sets.load("iris", seed=1)
    assert (data.source, data.inputs, data.train.n, data.test.n) == ("iris", 4, 24, 6)
    assert data.preparation.target.classes == ("setosa", "versicolor", "virginica")
    assert sets.read_again(data.read_from).fingerprint == data.fingerprint


def test_sets_that_are_not_there(monkeypatch, tmp_path):
    monkeypatch.setitem(sys.modules, "sklearn.datasets", None)
    with refused("scikit-learn", "chainrule[sklearn]"):
        sets.load("wine")
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path))
    with refused("no package of chainrule brings", "fetch_mnist.py"):
        sets.load("mnist")
    with refused("set 'iriss'", "Did you mean iris?"):
        sets.load("iriss")


def test_mnist_once_fetched(monkeypatch, tmp_path, rng):
    monkeypatch.setenv("CHAINRULE_CACHE", str(tmp_path))
    path = sets.cache() / sets.MNIST
    path.parent.mkdir(parents=True)
    np.savez(path, x=rng.random((50, 784), dtype=np.float32), y=np.arange(50) % 10)
    data = sets.load("mnist", test_size=10)
    assert (data.inputs, data.outputs, data.test.n) == (784, 10, 10)
    assert data.preparation.target.classes == tuple(range(10))
