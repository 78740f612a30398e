"""The contract catches engines that break it; the reference itself keeps it."""

import numpy as np
import pytest

from chainrule.engine.reference import reference
from tests.contracts.bounds import Differs, Share
from tests.contracts.broken import PRODUCTS, STEPS
from tests.contracts.broken_calls import CALLS, ORDERS, Single
from tests.contracts.cases import covering_sizes, random_run
from tests.contracts.checks import (
    check_again,
    check_batches,
    check_cuts,
    check_losses_asked_for,
    check_network,
    check_order,
    check_products,
    check_step_by_step,
)
from tests.contracts.near import Near

TRIED = 400  # runs until a broken engine must have been caught
DROPPED = 200  # products whose last term is dropped, of which all must be caught


def caught(check, *given):
    try:
        check(*given)
    except Differs:
        return True
    return False


def test_a_dropped_last_term_is_caught_200_of_200(rng, seed):
    """In shapes of 1 to 70. A last term within rounding of 0 in every number would be right."""
    broken, found = PRODUCTS["the last term of a product"], 0
    for number in range(DROPPED):
        sizes, dtype = tuple(int(k) for k in rng.integers(1, 71, 3)), ("float32", "float64")
        found += caught(check_products, broken, [sizes], dtype[number % 2], seed)
    assert found == DROPPED


@pytest.mark.parametrize("name", PRODUCTS)
def test_a_broken_product_is_caught(name, rng, seed):
    """With sums of doubles in single precision as one of them: in float64 it is 10⁸ bounds off."""
    sizes = covering_sizes(rng)[:8]
    assert caught(check_products, PRODUCTS[name], sizes, "float64", seed)
    assert not caught(check_products, reference, sizes, "float64", seed)


def first_caught(engine, check, seed, tried=TRIED):
    for number in range(tried):
        if caught(check, engine, random_run(number, seed)):
            return number
    return None


def in_steps(engine, run):
    check_step_by_step(engine, run, Share())


def in_networks(engine, run):
    check_network(engine, run, Share())


@pytest.mark.parametrize("name", STEPS)
def test_a_broken_step_is_caught(name, seed):
    assert first_caught(STEPS[name], in_steps, seed) is not None


@pytest.mark.parametrize("name", ORDERS)
def test_a_broken_order_is_caught(name, seed):
    assert caught(check_order, ORDERS[name], seed, 1, 50)
    assert caught(check_batches, ORDERS[name], seed, 10, 3, True)


def test_another_dtype_is_caught(seed):
    assert first_caught(Single(), in_networks, seed) is not None


def in_calls(engine, run):
    check_cuts(engine, run, [1, 3])
    check_again(engine, run)
    check_losses_asked_for(engine, run, 3)
    check_step_by_step(engine, run, Share())


@pytest.mark.parametrize("name", CALLS)
def test_a_broken_call_is_caught(name, seed):
    assert first_caught(CALLS[name], in_calls, seed) is not None


def test_a_nan_is_out_and_so_is_a_lost_number():
    near = Near(np.ones(3), 0.1, 0.1)
    for theirs in ([1, np.nan, 1], [1, 1, np.inf], [1, 1.2, 1]):
        with pytest.raises(Differs):
            Share().add("here", np.array(theirs, float), near)
    share = Share()
    share.add("here", np.array([1, 1.05, 0.95]), near)
    assert 0.4 < share.worst < 0.6
