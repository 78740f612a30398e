"""Which rows make up a step: computed from its number alone."""

import itertools

import numpy as np
import pytest

from chainrule.core import random
from chainrule.engine.batches import Batches, order_of
from chainrule.spec import Training
from tests.helpers import Rows, same_bits

N = 10
X = np.arange(N)[:, None] + 0.5  # row i holds i + 0.5
LARGE = random.WHOLE + 70_000


def batches(n=N, weight=True, **settings):
    x = np.arange(n)[:, None] + 0.5
    rows = Rows(x, -x, np.arange(n) + 1.0 if weight else None)
    return Batches(rows, Training(epochs=1, **settings))


def is_of_its_rows(batch):
    """x, y and weight are those of the rows named."""
    return (
        same_bits(batch.x, batch.rows[:, None] + 0.5)
        and same_bits(batch.y, -batch.x)
        and same_bits(batch.weight, batch.rows + 1.0)
    )


@pytest.mark.parametrize("shuffle", [True, False])
def test_all_rows_at_once_are_never_shuffled(shuffle):
    made = batches(shuffle=shuffle)
    for t in (1, 2, 77):
        assert same_bits(made(t).rows, np.arange(N))
        assert is_of_its_rows(made(t))
        assert made.epoch(t) == t - 1
    assert made.arrays.asked == [(0, N)]


def test_without_shuffling_rows_come_in_order():
    made = batches(shuffle=False, batch_size=4)
    assert [made(t).rows.tolist() for t in (1, 2, 3, 4)] == [
        [0, 1, 2, 3], [4, 5, 6, 7], [8, 9], [0, 1, 2, 3],
    ]  # fmt: skip
    assert all(is_of_its_rows(made(t)) for t in (1, 2, 3, 4))
    assert [made.epoch(t) for t in (1, 3, 4, 6, 7)] == [0, 0, 1, 1, 2]


def test_two_halves_in_order():
    made = batches(shuffle=False, batch_size=5)
    assert [made(t).rows.tolist() for t in (1, 2, 3)] == [
        [0, 1, 2, 3, 4], [5, 6, 7, 8, 9], [0, 1, 2, 3, 4],
    ]  # fmt: skip


@pytest.mark.parametrize("batch_size", [1, 3, 4, 5, 9, 10, 11, 99])
def test_every_epoch_follows_its_order(batch_size):
    made = batches(batch_size=batch_size, seed=3)
    per_epoch = -(-N // batch_size)
    for epoch in range(3):
        steps = range(epoch * per_epoch + 1, (epoch + 1) * per_epoch + 1)
        epochs_batches = [made(t) for t in steps]
        assert [made.epoch(t) for t in steps] == [epoch] * per_epoch
        rows = np.concatenate([batch.rows for batch in epochs_batches])
        assert same_bits(rows, random.order(3, epoch, N))
        sizes = [len(batch.rows) for batch in epochs_batches]
        assert sizes == [min(batch_size, N)] * (N // batch_size) + [N % batch_size] * (
            N % batch_size > 0 and batch_size < N
        ) or sizes == [N]
        assert all(is_of_its_rows(batch) for batch in epochs_batches)


def test_the_order_that_is_kept_can_not_be_written_into():
    with pytest.raises(ValueError, match="read-only"):
        batches(batch_size=4)(1).rows[0] = 9


def test_a_full_batch_that_was_asked_for_by_size_is_shuffled():
    """Only None means all rows in order: the size of a batch does not change what shuffle means."""
    assert same_bits(batches(batch_size=N, seed=1)(2).rows, random.order(1, 1, N))
    assert same_bits(batches(batch_size=N, shuffle=False)(2).rows, np.arange(N))


def test_any_step_is_reached_directly():
    going = batches(batch_size=3, seed=5)
    for t, batch in [(t, going(t)) for t in range(1, 13)]:
        fresh = batches(batch_size=3, seed=5)(t)
        assert all(same_bits(a, b) for a, b in zip(batch, fresh, strict=True)), t
    assert same_bits(going(2).x, batches(batch_size=3, seed=5)(2).x)  # and back again


def test_the_seed_counts():
    assert not same_bits(batches(batch_size=10, seed=1)(1).rows, batches(batch_size=10)(1).rows)


@pytest.mark.parametrize("settings", [{}, {"batch_size": 3}, {"batch_size": 3, "shuffle": False}])
def test_without_weights_there_are_none(settings):
    assert batches(weight=False, **settings)(1).weight is None


class Large:
    """More rows than are shuffled at once, made when asked for: row i holds i + 0.5."""

    n = LARGE

    def __init__(self, weighted):
        self.weighted, self.asked = weighted, []

    def block(self, start, stop):
        self.asked.append((start, stop))
        x = np.arange(start, stop)[:, None] + 0.5
        return x, -x, x[:, 0] + 0.5 if self.weighted else None


@pytest.mark.parametrize("weighted", [True, False])
@pytest.mark.parametrize("size", [50_000, random.BLOCK, 200_000])
def test_many_rows_are_read_block_after_block(size, weighted):
    data = Large(weighted)
    made = Batches(data, Training(epochs=1, batch_size=size, seed=2))
    steps = [made(t) for t in range(1, made.per_epoch + 1)]
    assert same_bits(np.concatenate([s.rows for s in steps]), random.order(2, 0, LARGE))
    assert [len(s.rows) for s in steps[:-1]] == [size] * (len(steps) - 1)
    for s in steps:
        assert same_bits(s.x, s.rows[:, None] + 0.5)
        assert same_bits(s.y, -s.x)
        assert same_bits(s.weight, s.rows + 1.0 if weighted else None)
    assert all(start % random.BLOCK == 0 for start, _ in data.asked)
    assert all(stop == min(start + random.BLOCK, LARGE) for start, stop in data.asked)
    assert len(data.asked) == len(set(data.asked)) == -(-LARGE // random.BLOCK)


def test_many_rows_in_order_are_read_as_they_come():
    data = Large(weighted=False)
    made = Batches(data, Training(epochs=1, batch_size=400_000, shuffle=False))
    assert same_bits(np.concatenate([made(t).rows for t in (1, 2, 3)]), np.arange(LARGE))
    edges = [0, 400_000, 800_000, LARGE]
    assert data.asked == list(itertools.pairwise(edges))


@pytest.mark.parametrize("n", [LARGE, random.WHOLE + 1, 17 * random.BLOCK])
def test_any_part_of_a_long_order_is_made_by_itself(n):
    whole = random.order(5, 3, n)
    starts = [0, 1, n - 1, *range(random.BLOCK - 3, n, random.BLOCK), *range(7, n, 300_000)]
    for start in starts:
        for stop in (start + 1, start + 10, start + random.BLOCK + 20):
            assert same_bits(order_of(5, 3, n, start, min(stop, n)), whole[start:stop])
