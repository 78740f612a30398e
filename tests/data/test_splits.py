"""Which rows are held back: disjoint, complete, and a matter of the seed alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from chainrule.data.splits import split
from tests.helpers import refused


@given(
    n=st.integers(1, 300), test=st.integers(0, 300), validation=st.integers(0, 300),
    seed=st.integers(0, 2**70),
)  # fmt: skip
def test_disjoint_and_complete(n, test, validation, seed):
    test, validation = test % n, validation % n
    if test + validation >= n:
        return
    rows = split(n, test_size=test, validation_size=validation, seed=seed)
    assert [len(part) for part in rows] == [n - test - validation, validation, test]
    assert sorted(np.concatenate(rows).tolist()) == list(range(n))
    assert all((np.diff(part) > 0).all() for part in rows)  # in the order of the data


@pytest.mark.parametrize(
    ("n", "test_size", "validation_size", "sizes"),
    [
        (100, 0.2, 0, (80, 0, 20)),
        (100, 0.2, 0.25, (60, 20, 20)),  # a quarter of what the test leaves
        (100, 20, 0.25, (60, 20, 20)),
        (100, 0.2, 30, (50, 30, 20)),
        (10, 0.25, 0, (8, 0, 2)),  # 2.5 rows: to the even
        (10, 0.99, 0, (0, 0, 0)),
        (100, 1, 1, (98, 1, 1)),
        (100, 1.0, 0, (99, 0, 1)),
        (100, 0, 0, (100, 0, 0)),
        (1, 0, 0, (1, 0, 0)),
        (100, np.int64(20), np.float64(0.25), (60, 20, 20)),
    ],
)
def test_shares_and_counts(n, test_size, validation_size, sizes):
    if not sum(sizes):
        with refused("at least one row left"):
            split(n, test_size=test_size, validation_size=validation_size, seed=0)
        return
    rows = split(n, test_size=test_size, validation_size=validation_size, seed=0)
    assert tuple(map(len, rows)) == sizes


def test_the_seed_decides():
    def run(seed):
        return np.concatenate(split(1000, test_size=0.3, validation_size=0.2, seed=seed))

    assert run(1).tolist() == run(1).tolist()
    assert run(1).tolist() != run(2).tolist()
    rows = split(50, test_size=0.2, validation_size=5, seed=1)  # the same on every machine
    assert rows.test.tolist() == [1, 4, 6, 11, 13, 15, 21, 23, 31, 43]
    assert rows.validation.tolist() == [3, 10, 14, 19, 42]


def test_every_row_has_its_chance():
    """Over 2,000 seeds each of 10 rows is in the test part about 600 times: 5 deviations."""
    times = np.zeros(10)
    for seed in range(2000):
        times[split(10, test_size=3, validation_size=0, seed=seed).test] += 1
    assert np.abs(times - 600).max() < 5 * np.sqrt(2000 * 0.3 * 0.7)


def test_a_longer_validation_part_leaves_the_test_part_alone():
    a = split(100, test_size=0.2, validation_size=0, seed=3)
    b = split(100, test_size=0.2, validation_size=0.5, seed=3)
    assert a.test.tolist() == b.test.tolist()


@pytest.mark.parametrize("name", ["test_size", "validation_size"])
@pytest.mark.parametrize("size", [-1, -0.1, 11, np.nan, np.inf, -np.inf, "0.2", None, [3]])
def test_sizes_out_of_range(name, size):
    other = "test_size" if name == "validation_size" else "validation_size"
    with refused(name, "from 0 to 10"):
        split(10, **{name: size, other: 0}, seed=0)


@pytest.mark.parametrize(("test", "validation"), [(10, 0), (0, 10), (5, 5), (0.96, 0), (0.5, 0.96)])
def test_some_rows_must_be_left(test, validation):
    with refused("one row left"):
        split(10, test_size=test, validation_size=validation, seed=0)


@pytest.mark.parametrize("seed", [-1, 0.5, "1", None])
def test_the_seed_is_checked(seed):
    with refused("seed"):
        split(10, test_size=2, validation_size=0, seed=seed)
