"""Every optimiser of the table: by its formula, by hand, in closed form, in place or not."""

import math

import numpy as np
import pytest

from chainrule.core.optimizers import (
    OPTIMIZERS,
    Adagrad,
    Adam,
    Adamw,
    Momentum,
    Nesterov,
    Rmsprop,
    Sgd,
)
from tests.formulas import settle
from tests.helpers import EPS, locked, refused, same_bits

# Each row with its default settings and with others.
SETTINGS = {
    "sgd": [Sgd()],
    "momentum": [Momentum(), Momentum(0.5), Momentum(momentum=0.0)],
    "nesterov": [Nesterov(), Nesterov(0.5)],
    "adagrad": [Adagrad(), Adagrad(0.1)],
    "rmsprop": [Rmsprop(), Rmsprop(beta=0.5, eps=0.1)],
    "adamw": [Adamw(), Adamw(0.5, 0.75, 0.1, decay=0.5)],
    "adam": [Adam(), Adam(beta1=0.5, beta2=0.75, eps=0.1)],
}
ROWS = pytest.mark.parametrize("row", [r for rows in SETTINGS.values() for r in rows], ids=repr)
SHAPE = (3, 2)

# θ after steps 1, 2, ... with learning rate 0.5, from θ = 1 and g = 2, then g = 1: by hand.
BY_HAND = {
    Sgd(): [0.0, -0.5],
    Momentum(0.5): [0.0, -1.0],  # m = 2, then 0.5 · 2 + 1 = 2
    Nesterov(0.5): [-0.5, -1.5],  # m = 2, g + m / 2 = 3; m = 2, 1 + 1 = 2
    Adagrad(0.0): [0.5, 0.5 - 0.5 / math.sqrt(5)],  # v = 4, then 5
    # v = 4 · 0.75 = 3, then 3 / 4 + 3 / 4
    Rmsprop(0.25, 0.0): [1 - 1 / math.sqrt(3), 1 - 1 / math.sqrt(3) - 0.5 / math.sqrt(1.5)],
    # as Adam, from 0.9 and from 0.9 of what it left
    Adamw(0.5, 0.75, 0.0, 0.2): [0.4, 0.36 - 0.5 * (1 / 0.75) * math.sqrt(0.4375)],
    # m̂ = 2, v̂ = 4; then m = 0.5 · 1 + 0.5 = 1, m̂ = 1 / 0.75, v = 0.75 + 0.25 = 1, v̂ = 1 / 0.4375
    Adam(0.5, 0.75, 0.0): [0.5, 0.5 - 0.5 * (1 / 0.75) * math.sqrt(0.4375)],
}


def drawn(row, rng, dtype="float64"):
    """θ, g and a memory as it may stand after some steps."""
    memory = {name: rng.random(SHAPE).astype(dtype) for name in row.keeps}
    return *rng.normal(size=(2, *SHAPE)).astype(dtype), memory


def test_every_row_stands_under_its_name_and_is_tested():
    assert set(OPTIMIZERS) == set(SETTINGS)
    for name, row in OPTIMIZERS.items():
        assert row.name == name
        assert row() in SETTINGS[name]
        assert any(isinstance(settings, row) for settings in BY_HAND)


@pytest.mark.parametrize("row", BY_HAND, ids=repr)
def test_by_hand(row):
    theta, memory = np.array([1.0]), {name: np.zeros(1) for name in row.keeps}
    for t, (g, expected) in enumerate(zip([2.0, 1.0], BY_HAND[row], strict=True), start=1):
        theta, memory = row.update(theta, np.array([g]), memory, t, 0.5)
        assert theta == pytest.approx([expected], rel=8 * EPS["float64"])  # a few roundings


@ROWS
@pytest.mark.parametrize("t", [1, 2, 1000, 10**9])
def test_docstring(row, t, rng):
    theta, g, memory = drawn(row, rng)
    names = {"θ": theta, "g": g, "learning_rate": 0.25, "t": t, **memory, **row.settings()}
    expected = settle(row.__doc__, names)
    after, kept = row.update(theta, g, memory, t, 0.25)
    # A dozen operations; θ and its move are of size 1, so what they leave is off by units of 1.
    assert after == pytest.approx(expected["θ"], rel=16 * EPS["float64"], abs=16 * EPS["float64"])
    assert tuple(kept) == row.keeps
    for name in kept:
        assert kept[name] == pytest.approx(expected[name], rel=8 * EPS["float64"], abs=1e-15)


@ROWS
def test_out_gives_the_same_bits(row, rng):
    theta, g, memory = drawn(row, rng)
    after, kept = row.update(theta, g, memory, 3, 0.25)
    own = np.full(SHAPE, np.nan)
    returned, _ = row.update(theta, g, memory, 3, 0.25, out=own)
    assert returned is own
    assert same_bits(own, after)
    in_place, memory_in_place = row.update(theta, g, memory, 3, 0.25, out=theta)
    assert in_place is theta
    assert same_bits(theta, after)
    assert same_bits(memory_in_place, kept)


@ROWS
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_dtype_is_kept(row, dtype, rng):
    theta, g, memory = drawn(row, rng, dtype)
    after, kept = row.update(theta, g, memory, 7, 0.25)
    assert {array.dtype for array in (after, *kept.values())} == {np.dtype(dtype)}


@ROWS
def test_nothing_is_written_and_twice_is_once(row, rng):
    theta, g, memory = drawn(row, rng)
    theta, g = locked(theta, g)
    memory = {name: locked(array) for name, array in memory.items()}
    first, second = (row.update(theta, g, memory, 5, 0.25) for _ in range(2))
    assert same_bits(first[0], second[0])
    assert same_bits(first[1], second[1])
    assert not np.shares_memory(first[0], theta)


@ROWS
def test_every_number_goes_its_own_way(row, rng):
    theta, g, memory = drawn(row, rng)
    after, _ = row.update(theta, g, memory, 5, 0.25)
    one = (slice(1, 2), slice(0, 1))
    alone, _ = row.update(theta[one], g[one], {k: m[one] for k, m in memory.items()}, 5, 0.25)
    assert same_bits(alone, after[one])


@ROWS
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_far_out(row, dtype):
    theta, memory = np.zeros(3, dtype), {name: np.zeros(3, dtype) for name in row.keeps}
    with np.errstate(over="raise", invalid="raise", divide="raise"):
        for t in (1, 2):
            g = np.array([1000, -1000, 0], dtype)
            theta, memory = row.update(theta, g, memory, t, 0.25)
    assert np.isfinite(theta).all()
    assert all(np.isfinite(kept).all() for kept in memory.values())


def test_settings_left_out():
    assert Momentum() == Momentum(momentum=0.9)
    assert Adam() == Adam(beta1=0.9, beta2=0.999, eps=1e-8)
    assert Nesterov() == Nesterov(momentum=0.9)
    assert Adagrad() == Adagrad(eps=1e-8)
    assert Rmsprop() == Rmsprop(beta=0.9, eps=1e-8)
    assert Adamw() == Adamw(beta1=0.9, beta2=0.999, eps=1e-8, decay=0.01)


@ROWS
def test_settings_are_frozen(row):
    with pytest.raises(AttributeError):
        row.momentum = 0.1


def test_adams_first_step_is_the_sign_of_the_gradient(rng):
    g = rng.normal(size=100) * 10.0 ** rng.integers(-3, 4, 100)
    zeros = {"m": np.zeros(100), "v": np.zeros(100)}
    after, _ = Adam().update(np.zeros(100), g, zeros, 1, 0.01)
    # m̂ = g, √v̂ = |g|: the step is learning_rate · g / (|g| + eps), and the sign times
    # 1 / (1 + eps / |g|) of it exactly.
    shrunk = 1 / (1 + Adam().eps / np.abs(g))
    assert after == pytest.approx(-0.01 * np.sign(g) * shrunk, rel=16 * EPS["float64"])


def test_adam_does_not_care_for_the_size_of_gradients(rng):
    gradients = rng.normal(size=(5, 10))
    paths = []
    for scale in (1.0, 1024.0):  # a power of 2 is exact
        theta, memory = np.zeros(10), {"m": np.zeros(10), "v": np.zeros(10)}
        for t, g in enumerate(gradients, start=1):
            theta, memory = Adam(eps=0.0).update(theta, scale * g, memory, t, 0.1)
        paths.append(theta)
    assert same_bits(*paths)


def test_sgd_on_a_parabola_in_closed_form():
    """f = c θ² / 2: every step multiplies θ by 1 − learning_rate · c."""
    c, start = np.array([0.5, 1.0, 3.0]), np.array([1.0, -2.0, 5.0])
    theta, memory = start, {}
    for t in range(1, 101):
        theta, memory = Sgd().update(theta, c * theta, memory, t, 0.25)
    # Three roundings a step.
    assert theta == pytest.approx((1 - 0.25 * c) ** 100 * start, rel=400 * EPS["float64"])


def test_momentum_under_a_constant_gradient_in_closed_form():
    """m after t steps is (1 − μᵗ) / (1 − μ); a learning rate acts at once."""
    theta, memory = np.zeros(1), {"m": np.zeros(1)}
    for t in range(1, 51):
        theta, memory = Momentum(0.9).update(theta, np.ones(1), memory, t, 0.0)
    assert theta == 0
    # Two roundings a step, each damped like m itself: ten steps' worth stay.
    assert memory["m"] == pytest.approx([(1 - 0.9**50) / 0.1], rel=32 * EPS["float64"])
    theta, _ = Momentum(0.9).update(theta, np.ones(1), memory, 51, 2.0)
    assert theta == pytest.approx([-2 * (1 - 0.9**51) / 0.1], rel=32 * EPS["float64"])


def test_nesterovs_step_is_the_one_momentum_would_make_next(rng):
    """With the same g again, momentum's next m is g + momentum · m."""
    theta, g, memory = drawn(Momentum(), rng)
    ahead, kept = Nesterov(0.9).update(theta, g, memory, 1, 0.25)
    _, kept_by_momentum = Momentum(0.9).update(theta, g, memory, 1, 0.25)
    assert same_bits(kept, kept_by_momentum)
    next_one, _ = Momentum(0.9).update(theta, g, kept, 2, 0.25)
    assert ahead == pytest.approx(next_one, rel=0, abs=16 * EPS["float64"])  # of size 1


def test_adagrad_and_rmsprop_under_a_constant_gradient_in_closed_form():
    """√v after t steps is √t |g|, and √(1 − betaᵗ) |g|."""
    g, zeros = np.array([3.0, -0.5]), {"v": np.zeros(2)}
    memory = zeros
    for t in range(1, 26):
        _, memory = Adagrad(0.0).update(np.zeros(2), g, memory, t, 1.0)
    assert memory["v"] == pytest.approx(25 * g * g, rel=32 * EPS["float64"])  # 25 roundings
    memory = zeros
    for t in range(1, 26):
        moved, memory = Rmsprop(0.5, 0.0).update(np.zeros(2), g, memory, t, 1.0)
    # Half of each error stays with every step.
    assert moved == pytest.approx(-np.sign(g) / math.sqrt(1 - 0.5**25), rel=16 * EPS["float64"])


def test_adamw_without_decay_is_adam(rng):
    theta, g, memory = drawn(Adam(), rng)
    moved, kept = Adamw(decay=0.0).update(theta, g, memory, 3, 0.25)
    expected, kept_by_adam = Adam().update(theta, g, memory, 3, 0.25)
    assert same_bits(moved, expected)
    assert same_bits(kept, kept_by_adam)


@pytest.mark.parametrize("make", [
    lambda: Nesterov(1), lambda: Rmsprop(1), lambda: Adagrad(-1), lambda: Adamw(decay=-1),
    lambda: Adamw(beta1=1),
])  # fmt: skip
def test_settings_out_of_bounds_are_refused(make):
    with refused("finite number"):
        make()


def test_momentum_of_nothing_is_sgd(rng):
    theta, g, _ = drawn(Sgd(), rng)
    moved, _ = Momentum(0.0).update(theta, g, {"m": np.zeros(SHAPE)}, 1, 0.25)
    assert same_bits(moved, Sgd().update(theta, g, {}, 1, 0.25)[0])
