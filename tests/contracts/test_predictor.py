"""A network as a function keeps the contract, too: few rows and many, odd rows, changed numbers."""

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest

from chainrule.network import Network
from chainrule.spec import Spec
from tests.contracts.bounds import Share, near_outputs
from tests.contracts.cases import random_run
from tests.helpers import locked, same_bits

GROUP, GROUPS = 8, 500
SPEC = Spec.chain([3, 40, 2], "tanh")


@pytest.fixture
def params():
    return Network.start(SPEC, seed=0).params


def test_rows_through_a_predictor(native, battery, seed, capsys):
    share = Share()
    for number in (first + k for first in battery(range(0, GROUP * GROUPS, GROUP))
                   for k in range(GROUP)):  # fmt: skip
        run = random_run(number, seed)
        spec, params, x = run.spec, run.state.params, run.rows.x
        predict, near = native.predictor(spec, params), near_outputs(spec, params, x)
        for n in {1, 2, 4, 5, len(x)}:
            share.add(f"{n} rows of {run}", predict(x[:n]), near[:n])
        assert same_bits(np.ravel(predict(x[0])), np.ravel(predict(x[:1])))
    with capsys.disabled():
        print(f"\npredictors: worst share of a bound {share.worst:.2f} ({share.where})")


def test_it_reads_the_numbers_anew(native, params, rng):
    predict, x = native.predictor(SPEC, params), rng.normal(size=(1, 3))
    before = predict(x).copy()
    params["0.W"] *= 2
    changed = predict(x)
    params["0.W"] = params["0.W"].copy() / 2
    assert not np.array_equal(changed, before)
    assert same_bits(predict(x), before)


@pytest.mark.parametrize(
    "change",
    [
        lambda p: p.pop("0.W"),
        lambda p: p.update({"0.W": p["0.W"][:, :3]}),
        lambda p: p.update({"0.W": p["0.W"].astype("float32")}),
        lambda p: p.update({"0.W": p["0.W"].T}),
        lambda p: p.update({"0.W": "text"}),
        lambda p: p.update({"1.b": p["1.b"][:0]}),
        lambda p: p["0.W"].resize((1, 1), refcheck=False),
    ],
)
def test_numbers_that_fit_no_more_are_refused(native, params, rng, change):
    """Nothing is read that is not there, and the predictor is well again when its numbers are."""
    x, whole = rng.normal(size=(1, 3)), {name: theta.copy() for name, theta in params.items()}
    predict = native.predictor(SPEC, params)
    expected = predict(x)
    change(params)
    with pytest.raises((ValueError, KeyError, TypeError)):
        predict(x)
    params.update(whole)
    assert same_bits(predict(x), expected)


@pytest.mark.parametrize(
    "x", [np.ones(2), np.ones((1, 4)), np.ones((1, 3, 1)), np.ones(()), None, "text", [[1, 2]], {}]
)
def test_rows_that_fit_not_are_refused(native, params, x):
    with pytest.raises((ValueError, TypeError)):
        native.predictor(SPEC, params)(x)


def test_odd_rows_are_the_same_numbers(native, params, rng):
    predict, x = native.predictor(SPEC, params), rng.normal(size=(6, 3))
    expected = predict(x)
    wide = np.repeat(x, 2, axis=1)[:, ::2]
    for odd in (np.asfortranarray(x), wide, locked(x), x.astype(">f8"), x.tolist()):
        assert same_bits(predict(odd), expected)
    assert same_bits(predict(wide[2]), predict(x[2]))
    assert predict(np.empty((0, 3))).shape == (0, 2)


def test_many_threads_share_one(native, params, rng):
    predict, x = native.predictor(SPEC, params), rng.normal(size=(64, 3))
    expected = [predict(row[None]).tobytes() for row in x]
    with ThreadPoolExecutor(8) as pool:
        for _ in range(20):
            found = pool.map(lambda row: predict(row[None]).tobytes(), x)
            assert list(found) == expected
