"""Draws are functions of (seed, purpose, position), and have the same bits everywhere."""

import math
from statistics import NormalDist

import numpy as np
import pytest
from numpy.random import PCG64, SeedSequence

from chainrule.core import random
from tests.helpers import EPS, digest, refused, same_bits

LARGE = random.WHOLE + 3

# The first 16 hex digits of the sha256 of draws: whatever the machine or NumPy.
GOLDEN_ORDERS = {  # of seed 0, epoch 0, and of seed 7, epoch 3
    1: ("af5570f5a1810b7a", "af5570f5a1810b7a"),
    2: ("4cbbd8ca5215b8d1", "9d34149fbd1fe777"),
    5: ("52302141b70edf44", "57dbd6cc8de30f3b"),
    1000: ("0e62253327c5e1a7", "bacf28e051c3f4f1"),
    LARGE: ("2c0f8e404df3a225", "a3078fd045ef3553"),
}
GOLDEN = {
    "words": "ab4a2767863587e8",
    "uniform": "f0f9c9cf143434f0",
    "normal": "b8b6ee75793442f3",
    "cos_sin": "52b3c457cadc92f4",
}


def test_golden_words():
    assert digest(random.words(random.stream(0, random.DATA), 1000)) == GOLDEN["words"]


def test_golden_uniform():
    assert digest(random.uniform(random.stream(0, random.DATA), 100_000)) == GOLDEN["uniform"]


def test_golden_normal():
    assert digest(random.normal(random.stream(0, random.DATA), 100_000)) == GOLDEN["normal"]


def test_golden_cos_sin():
    both = random.cos_sin(random.uniform(random.stream(0, random.DATA), 100_000))
    assert digest(np.array(both)) == GOLDEN["cos_sin"]


@pytest.mark.parametrize("n", GOLDEN_ORDERS)
def test_golden_orders(n):
    assert digest(random.order(0, 0, n)) == GOLDEN_ORDERS[n][0]
    assert digest(random.order(7, 3, n)) == GOLDEN_ORDERS[n][1]


def test_a_stream_is_pcg64_by_seed_and_purpose():
    expected = PCG64(SeedSequence(5, spawn_key=(1003,))).random_raw(10)
    assert random.start_of_layer(3) == 1003
    assert same_bits(random.words(random.stream(5, random.start_of_layer(3)), 10), expected)


@pytest.mark.parametrize("at", [0, 1, 7, 1000])
def test_standing_at_a_word_is_skipping_those_before(at):
    drawn = random.words(random.stream(3, random.ORDER), at + 5)[at:]
    assert same_bits(random.words(random.stream(3, random.ORDER, at), 5), drawn)


def test_streams_differ_by_seed_and_by_purpose():
    purposes = [random.SPLIT, random.ORDER, random.DATA, random.start_of_layer(0)]
    drawn = {
        random.words(random.stream(seed, purpose), 1)[0]
        for seed in (0, 1, 2)
        for purpose in purposes
    }
    assert len(drawn) == 3 * len(purposes)


@pytest.mark.parametrize("seed", [0, np.int64(7), np.uint8(7), 2**100])
def test_whole_numbers_are_seeds(seed):
    assert same_bits(
        random.words(random.stream(seed, 0), 3), random.words(random.stream(int(seed), 0), 3)
    )


@pytest.mark.parametrize("seed", [-1, 1.0, 0.5, "1", None, [1], np.float64(2)])
def test_other_seeds_are_refused(seed):
    with refused("seed", repr(seed), "whole number", "seed=0"):
        random.stream(seed, 0)


@pytest.mark.parametrize("n", [0, 1, 3])
def test_counts(n):
    bits = random.stream(0, 0)
    assert random.words(bits, n).shape == random.uniform(bits, n).shape == (n,)
    assert random.normal(bits, n).shape == (n,)
    assert random.words(bits, n).dtype == np.uint64


class Fixed:
    """A stream of chosen words."""

    def __init__(self, *words):
        self.given = np.array(words, dtype=np.uint64)

    def random_raw(self, n):
        return self.given[:n]


def test_uniform_never_is_0_or_1():
    lowest, highest = random.uniform(Fixed(0, 2**64 - 1), 2)
    assert lowest == 2.0**-54
    assert highest == 1 - 2.0**-53
    z = random.normal(Fixed(0, 2**64 - 1), 2)
    assert np.isfinite(z).all()


def test_uniform_is_the_middle_of_a_step():
    low = random.uniform(Fixed(5 << 11, (5 << 11) + 2047), 2)
    assert same_bits(low, np.full(2, 5.5 * 2.0**-53))  # the eleven lowest bits do not count


def test_uniform_is_spread_evenly():
    n, u = 100_000, random.uniform(random.stream(0, random.DATA), 100_000)
    counts, _ = np.histogram(u, bins=10, range=(0, 1))
    # Five standard deviations of a binomial count; the draws are fixed, so this can't flicker.
    assert np.abs(counts - n / 10).max() < 5 * math.sqrt(n * 0.1 * 0.9)


def test_normal_has_its_moments():
    n, z = 100_000, random.normal(random.stream(0, random.DATA), 100_000)
    # Standard deviations of the mean, the variance, the third and fourth moment: five of each.
    for power, moment, deviation in [(1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96)]:
        assert abs((z**power).mean() - moment) < 5 * math.sqrt(deviation / n)


def test_inverse_normal_is_that_of_the_standard_library():
    tails = 10.0 ** np.arange(-300, 0)
    edges = [0.075, 0.0750001, 0.0749999, 0.5, 0.925, 0.9249999, math.exp(-25), 0.9999999]
    p = np.concatenate([tails, np.linspace(0.001, 0.999, 997), edges])
    expected = np.array([NormalDist().inv_cdf(q) for q in p])
    # The same algorithm with another logarithm, whose error the square root halves; a dozen
    # operations of half a unit.
    assert random.inverse_normal(p) == pytest.approx(expected, rel=16 * EPS["float64"], abs=1e-300)


def test_inverse_normal_is_odd(rng):
    p = np.ldexp(rng.integers(1, 2**20, 1000), -21)  # 1 − p is exact
    assert same_bits(random.inverse_normal(1 - p), -random.inverse_normal(p))


def test_log(rng):
    x = np.concatenate(
        [
            rng.random(10_000),
            10.0 ** rng.uniform(-300, 300, 10_000),
            1 + rng.uniform(-1e-3, 1e-3, 1000),
            [1.0, 2.0, 0.5, math.sqrt(0.5), math.sqrt(2), math.nextafter(1, 0), 5e-324],
        ]
    )
    expected = np.array([math.log(v) for v in x])
    # e log 2 and the series may cancel to half of their size: two units each.
    assert random.log(x) == pytest.approx(expected, rel=4 * EPS["float64"], abs=0)


def test_cos_sin(rng):
    turns = np.concatenate([rng.uniform(-1, 2, 10_000), np.arange(-16, 17) / 8])
    cos, sin = random.cos_sin(turns)
    # 2πt itself is off by half a unit of a number up to 4π.
    doubt = 8 * EPS["float64"]
    assert cos == pytest.approx(np.array([math.cos(math.tau * t) for t in turns]), rel=0, abs=doubt)
    assert sin == pytest.approx(np.array([math.sin(math.tau * t) for t in turns]), rel=0, abs=doubt)


def test_quarter_turns_are_exact():
    cos, sin = random.cos_sin(np.array([0, 0.25, 0.5, 0.75, 1, -0.25]))
    assert cos.tolist() == [1, 0, -1, 0, 1, 0]
    assert sin.tolist() == [0, 1, 0, -1, 0, -1]


@pytest.mark.parametrize("n", [1, 2, 3, 5, 64, 65, 1000])
def test_an_order_holds_every_row_once(n):
    order = random.order(0, 0, n)
    assert order.dtype == np.int64
    assert sorted(order.tolist()) == list(range(n))


def test_an_order_of_many_rows_goes_block_by_block():
    order = random.order(0, 1, LARGE)
    assert same_bits(np.sort(order), np.arange(LARGE))
    blocks = order // random.BLOCK
    runs = blocks[np.flatnonzero(np.diff(blocks, prepend=-1))]
    assert len(runs) == len(set(runs.tolist())) == LARGE // random.BLOCK + 1
    assert runs.tolist() != sorted(runs.tolist())
    first = order[: random.BLOCK]
    assert not same_bits(first, np.sort(first))


def test_as_many_rows_as_go_at_once_are_shuffled_at_once():
    order = random.order(0, 0, random.WHOLE)
    assert len(set((order[: random.BLOCK] // random.BLOCK).tolist())) == 16


def test_orders_depend_on_the_seed_and_on_the_epoch():
    orders = {(s, e): random.order(s, e, 100).tobytes() for s in range(3) for e in range(3)}
    assert len(set(orders.values())) == 9
    assert random.order(1, 2, 100).tobytes() == orders[1, 2]
    large = [random.order(0, epoch, LARGE).tobytes() for epoch in (0, 1)]
    assert large[0] != large[1]


def test_every_place_is_as_likely():
    """Row 0 of 4 rows, over 4,000 epochs, stands in each place about 1,000 times."""
    places = [int(np.flatnonzero(random.order(0, epoch, 4) == 0)[0]) for epoch in range(4000)]
    # Five standard deviations of a binomial count; the draws are fixed.
    assert np.abs(np.bincount(places) - 1000).max() < 5 * math.sqrt(4000 / 4 * 3 / 4)


def test_epochs_never_share_words():
    """An epoch's order stands where the one before ended."""
    n = 10
    drawn = random.words(random.stream(0, random.ORDER), 3 * n)
    for epoch in range(3):
        words = drawn[epoch * n : (epoch + 1) * n] & ~np.uint64(15)
        assert same_bits(random.order(0, epoch, n), np.argsort(words, kind="stable"))
