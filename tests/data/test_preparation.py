"""What was done to the columns: learnt from the training part, undone by nobody, plain JSON."""

from __future__ import annotations

import json

import numpy as np
import pytest

from chainrule import Data
from chainrule.data.preparation import Column, Preparation, Target
from chainrule.data.splits import split
from tests.helpers import refused, same_bits


def test_standardised_by_the_training_part_alone(rng):
    x, y = rng.normal(3, 7, size=(60, 4)), rng.normal(size=60)
    sizes = {"test_size": 0.3, "validation_size": 0.3, "seed": 2}
    data = Data.from_arrays(x, y, standardise=True, **sizes)
    rows = split(60, **sizes)
    train = data.train.block(0, data.train.n)[0]
    # sums of about 30 numbers of size 1
    assert train.mean(axis=0) == pytest.approx(np.zeros(4), abs=1e-14)
    assert train.std(axis=0) == pytest.approx(np.ones(4), rel=1e-14)
    for column, raw in zip(data.preparation.columns, x[rows.train].T, strict=True):
        found = column.mean, column.scale
        assert found == pytest.approx((raw.mean(), raw.std()), rel=1e-14)  # of 30 terms
    x[rows.test] += 1000
    x[rows.validation] -= 1000
    other = Data.from_arrays(x, y, standardise=True, **sizes)
    assert other.preparation == data.preparation
    assert same_bits(other.train.block(0, other.train.n)[0], train)
    for name in ("validation", "test"):
        part = other.parts[name].block(0, other.parts[name].n)[0]
        assert same_bits(part, other.preparation.x(x[getattr(rows, name)]))
        assert np.abs(part).min() > 50


@pytest.mark.parametrize("value", [0.0, 0.1, -7.3, 1e9 / 3, 1e-300, 1e300])
@pytest.mark.parametrize("n", [1, 2, 10, 1000, 4097])
def test_constant_columns_keep_scale_1(value, n):
    """The mean of n equal numbers may be off by a rounding: it is no deviation to divide by."""
    x = np.stack([np.full(n, value), np.arange(n)], axis=1)
    data = Data.from_arrays(x, np.arange(n) * 0.5, standardise=True)
    assert data.preparation.columns[0].scale == 1.0
    prepared = data.train.block(0, n)[0]
    assert not prepared[:, 0].any()
    assert np.isfinite(prepared).all()


def test_without_standardising_nothing_is_done(rng):
    x = rng.normal(size=(9, 3))
    data = Data.from_arrays(x, rng.normal(size=9))
    assert same_bits(data.train.block(0, 9)[0], x)
    assert all((c.mean, c.scale) == (0.0, 1.0) for c in data.preparation.columns)


TARGETS = [
    Target("numbers", ("price", "rent")),
    Target("classes", (), ("no", "yes")),
    Target("classes", (), (3, 5, 7)),
    Target("classes", (), (False, True)),
    Target("classes", (), (0.5, 1.5)),
    Target("numbers"),
]


@pytest.mark.parametrize("target", TARGETS, ids=str)
def test_json_and_back(rng, target):
    made = Preparation.fit(rng.normal(size=(9, 2)), target, names=["ä", "b"], standardise=True)
    again = Preparation.from_json(json.loads(json.dumps(made.to_json(), allow_nan=False)))
    assert again == made
    assert [type(c) for c in again.target.classes] == [type(c) for c in target.classes]
    rows = rng.normal(size=(5, 2))
    assert same_bits(again.x(rows), made.x(rows))
    assert "Preparation" in repr(made)


def test_one_row_and_many():
    made = Preparation((Column("a", mean=1.0, scale=2.0), Column("b")), TARGETS[0])
    assert made.x([3, 4]).tolist() == [[1.0, 4.0]]
    assert made.x([[3, 4], [5, 6]]).tolist() == [[1, 4], [2, 6]]
    assert made.x(np.ones((0, 2))).shape == (0, 2)


@pytest.mark.parametrize(
    "raw",
    [[1.0], [[1.0, 2, 3]], np.ones((2, 2, 2)), 5.0, [["a", "b"]], [[1], [1, 2]], None, [[1j, 2]]],
)
def test_rows_that_do_not_fit(raw):
    made = Preparation((Column("width"), Column("height")), TARGETS[0])
    with refused("predict", "width, height"):
        made.x(raw)


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_rows_that_are_not_finite(value):
    made = Preparation((Column("width"), Column("height")), TARGETS[0])
    with refused("predict", f"{value} in row 1, column 0"):
        made.x([[1, 2], [value, 3]])


def test_answers_for_classes():
    one = Preparation((Column("a"),), TARGETS[1]).answers(np.array([[0.2], [0.9], [0.5]]))
    assert one["prediction"].tolist() == ["no", "yes", "no"]
    assert one["p(yes)"].tolist() == [0.2, 0.9, 0.5]
    assert one["p(no)"].tolist() == [0.8, 1 - 0.9, 0.5]
    three = Preparation((Column("a"),), TARGETS[2])
    found = three.answers(np.array([[0.2, 0.7, 0.1], [0.5, 0.1, 0.4]]))
    assert found["prediction"].tolist() == [5, 3]
    assert {name: p.tolist() for name, p in found.items() if name != "prediction"} == {
        "p(3)": [0.2, 0.5], "p(5)": [0.7, 0.1], "p(7)": [0.1, 0.4],
    }  # fmt: skip


def test_answers_for_numbers():
    a = np.array([[1.0, 2], [3, 4]])
    named = Preparation((Column("a"),), TARGETS[0]).answers(a)
    assert {name: column.tolist() for name, column in named.items()} == {
        "price": [1, 3], "rent": [2, 4],
    }  # fmt: skip
    assert list(Preparation((Column("a"),), TARGETS[5]).answers(a)) == ["y1", "y2"]


GOOD = {
    "columns": [{"name": "a", "kind": "number", "mean": 0.0, "scale": 1.0}],
    "target": {"task": "numbers", "names": ["y"], "classes": []},
}


def with_column(**changes):
    return {**GOOD, "columns": [{**GOOD["columns"][0], **changes}]}


def with_target(**changes):
    return {**GOOD, "target": {**GOOD["target"], **changes}}


def test_the_good_one_is_good():
    assert Preparation.from_json(GOOD).columns == (Column("a"),)


@pytest.mark.parametrize(
    "json",
    [
        {}, [], None, 5, "text", {"columns": []}, {"target": {}},
        {**GOOD, "columns": 5}, {**GOOD, "columns": [5]}, {**GOOD, "columns": [[]]},
        {**GOOD, "columns": {"a": 1}}, {**GOOD, "target": 5}, {**GOOD, "target": []},
        with_column(kind="category"), with_column(name=5), with_column(name=None),
        with_column(mean="0"), with_column(mean=None), with_column(mean=float("nan")),
        with_column(scale=0), with_column(scale=0.0), with_column(scale=-1), with_column(scale=[1]),
        with_column(scale=float("inf")), with_column(more=1), with_column(mean=True),
        with_target(task="other"), with_target(task=None), with_target(names=5),
        with_target(names=[5]), with_target(classes=5), with_target(classes=[[1, 2]]),
        with_target(classes=[None]), with_target(classes=[{}]), with_target(more=1),
        with_target(task="classes", classes=["a", "a"]),
    ],
    ids=lambda json: str(json)[-60:],
)  # fmt: skip
def test_json_that_is_none_of_ours(json):
    with refused():
        Preparation.from_json(json)
