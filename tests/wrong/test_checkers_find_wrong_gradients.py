"""Every checker of gradients, handed wrong ones, must say so: down to 0.01 % off."""

import numpy as np
import pytest

from chainrule import gradcheck
from chainrule.core.activations import ACTIVATIONS
from chainrule.core.losses import LOSSES
from chainrule.engine.reference import forward, loss_of, reference
from chainrule.network import Network
from chainrule.records import Batch
from chainrule.spec import Conventions, Spec
from tests.helpers import EPS, at_least_apart, refused
from tests.random_networks import WITHIN, Case, check_case, check_networks, random_case

N = 6


def changed(name, change):
    """Wrong in one parameter alone."""
    return lambda case, g: {**g, name: change(g[name])}


def through_a_softmax(case, _):
    """The loss's slope by z sent back through the softmax that it already contains."""
    last = forward(case.spec, case.params, case.batch.x)[-1]
    dz = loss_of(case.spec, [last], case.batch).d
    twice = ACTIVATIONS["softmax"].backward(dz, last.z, last.a)
    _, good = gradients(case)
    below = forward(case.spec, case.params, case.batch.x)[-1].x
    return {**good, "1.W": below.T @ twice, "1.b": twice.sum(axis=0)}


def one_row_left_out(case, _):
    batch = Batch(*(None if part is None else part[1:] for part in case.batch))
    _, g = reference.gradients(case.spec, case.params, batch)
    return {name: (N - 1) / N * each for name, each in g.items()}


def from_new_weights(case, good):
    """The layer below computed with weights of the layer above that were updated already."""
    moved = {**case.params, "1.W": case.params["1.W"] - 0.1 * good["1.W"]}
    _, late = reference.gradients(case.spec, moved, case.batch)
    return {**good, "0.W": late["0.W"], "0.b": late["0.b"]}


WRONG = {
    "0.01 % off": lambda case, g: {name: 1.0001 * each for name, each in g.items()},
    "0.01 % off in one tensor": changed("0.W", lambda g: 1.0001 * g),
    "0.01 % off in one bias": changed("1.b", lambda g: 0.9999 * g),
    "zeros": lambda case, g: {name: 0 * each for name, each in g.items()},
    "zeros in one tensor": changed("0.b", np.zeros_like),
    "ones": changed("0.W", np.ones_like),
    "a swapped sign": changed("1.W", np.negative),
    "swapped signs": lambda case, g: {name: -each for name, each in g.items()},
    "not divided by n": lambda case, g: {name: N * each for name, each in g.items()},
    "divided by n twice": lambda case, g: {name: each / N for name, each in g.items()},
    "divided by the outputs": lambda case, g: {name: each / 4 for name, each in g.items()},
    "two layers swapped": lambda case, g: {**g, "0.W": g["1.W"], "1.W": g["0.W"]},
    "turned round": changed("1.W", np.transpose),
    "two entries swapped": changed("0.W", lambda g: g[::-1]),
    "through a softmax again": through_a_softmax,
    "one row left out": one_row_left_out,
    "from new weights": from_new_weights,
    "a number that is none": changed("1.W", lambda g: np.where(g == g.max(), np.nan, g)),
    "nothing but no numbers": lambda case, g: {name: np.nan * each for name, each in g.items()},
}
EACH = pytest.mark.parametrize("wrong", WRONG.values(), ids=WRONG)


@pytest.fixture
def case(rng):
    """4-4-4: square, so that layers and indices can be mixed up without an error."""
    spec = Spec.chain([4, 4, 4], "tanh", loss="softmax_cross_entropy")
    params = {name: rng.normal(size=shape) for name, shape in spec.shapes.items()}
    batch = Batch(np.arange(N), rng.normal(size=(N, 4)), rng.integers(0, 4, N), None)
    return Case(0, spec, params, batch)


def gradients(case):
    return reference.gradients(case.spec, case.params, case.batch)


def agrees(compared):
    """The verdict by doubt that a reader of gradcheck.compare comes to."""
    return all(
        abs(s.claimed - s.measured) <= s.doubt + WITHIN * max(abs(t.measured) for t in c.slopes)
        for c in compared
        for s in c.slopes
    )


WITNESSES = pytest.mark.parametrize("witness", ["complex step", "central difference"])


@WITNESSES
def test_compare_finds_right_gradients_right(case, witness, rng):
    found = gradcheck.compare(case.loss, case.params, gradients(case)[1], rng=rng, witness=witness)
    assert agrees(found)
    assert all(c.error <= max(WITHIN, c.doubt) for c in found)


@WITNESSES
@EACH
def test_compare_finds_wrong_gradients_wrong(case, wrong, witness, rng):
    bad = wrong(case, gradients(case)[1])
    found = gradcheck.compare(case.loss, case.params, bad, rng=rng, witness=witness)
    assert not agrees(found)
    assert not all(c.error <= max(WITHIN, c.doubt) for c in found)


def test_the_battery_finds_right_gradients_right(case):
    assert max(check_case(case).values()) <= WITHIN


@EACH
def test_the_battery_finds_wrong_gradients_wrong(case, wrong):
    errors = check_case(case, lambda *_: (0.0, wrong(case, gradients(case)[1])))
    assert max(errors.values()) > WITHIN


@pytest.mark.parametrize("off", [1.0001, 0.9999, 0.0, -1.0, np.nan])
@pytest.mark.parametrize("tensor", [0, -1])
def test_the_battery_finds_the_one_network_that_is_wrong(off, tensor):
    """It tells the worst error of all, and whose it is."""
    shape = random_case(3, 1).batch.x.shape

    def claimed(spec, params, batch):
        value, g = reference.gradients(spec, params, batch)
        name = list(g)[tensor]
        return value, {**g, name: off * g[name]} if batch.x.shape == shape else g

    assert check_networks(6, 1)["worst_error"] <= WITHIN
    found = check_networks(6, 1, gradients=claimed)
    assert found["worst_error"] > WITHIN
    assert found["where"].startswith("network 3, ")


WRONG_BACKWARD = {
    "right": lambda row, da, z, a: row.backward(da, z, a),
    "0.01 % off": lambda row, da, z, a: 1.0001 * row.backward(da, z, a),
    "zeros": lambda row, da, z, a: 0 * da,
    "sign": lambda row, da, z, a: -row.backward(da, z, a),
    "no slope": lambda row, da, z, a: da,
    "z for da": lambda row, da, z, a: row.backward(z, z, a),
    "softmax": lambda row, da, z, a: ACTIVATIONS["softmax"].backward(
        row.backward(da, z, a), z, row.f(z)
    ),
    "nan": lambda row, da, z, a: np.nan * da,
}


@pytest.mark.parametrize("name", ACTIVATIONS)
@pytest.mark.parametrize("wrong", WRONG_BACKWARD)
def test_compare_backward_finds_wrong_ones(name, wrong, rng):
    row = ACTIVATIONS[name]
    z = at_least_apart(rng, row.kinks, (5, 4))
    error = gradcheck.compare_backward(
        row.f, z, lambda da: WRONG_BACKWARD[wrong](row, da, z, row.f(z)), rng=rng
    )
    right = wrong == "right" or (wrong, name) == ("no slope", "identity")
    assert (error <= (z.size + 8) * EPS["float64"]) == right


def test_a_softmax_that_returns_nothing_is_found_out(rng):
    """With ones for a cotangent it is right: a softmax always adds up to 1. So they are random."""
    row, z = ACTIVATIONS["softmax"], rng.normal(size=(5, 4))
    ones = np.ones((5, 4))
    assert np.abs(row.backward(ones, z, row.f(z))).max() < 4 * EPS["float64"]
    assert gradcheck.compare_backward(row.f, z, lambda da: 0 * da, rng=rng) > 1e-6


@pytest.mark.parametrize("name", LOSSES)
@pytest.mark.parametrize("times", [1.0001, N, 1 / N, 3, 1 / 3, -1, 0, 2])
def test_a_loss_whose_gradient_is_another_multiple_is_found_out(name, times, rng):
    """Also the one that is off by n, by the outputs, or by the half of a square."""
    row, q = LOSSES[name], rng.normal(size=(N, 3))
    y = rng.integers(0, 3, N) if row.targets == "labels" else rng.random((N, 3))
    for witness in ("complex step", "central difference"):
        (found,) = gradcheck.compare(
            lambda p: row(p["q"], y).value,
            {"q": q},
            {"q": times * row(q, y).d},
            rng=rng,
            witness=witness,
        )
        assert not found.error <= max(WITHIN, found.doubt)


@pytest.mark.parametrize("batch", ["mean", "sum"])
def test_the_other_convention_is_found_out(batch, rng):
    """A gradient of the mean is not one of the sum."""
    specs = {
        how: Spec.chain([3, 2], "tanh", conventions=Conventions(batch=how))
        for how in ("mean", "sum")
    }
    x, y = rng.normal(size=(N, 3)), rng.normal(size=(N, 2))
    params = Network.start(specs["mean"], seed=0).params
    case = Case(0, specs[batch], params, Batch(np.arange(N), x, y, None))
    other = specs["sum" if batch == "mean" else "mean"]
    errors = check_case(case, lambda spec, *rest: reference.gradients(other, *rest))
    assert min(errors.values()) > 0.5


def test_complex_step_refuses_a_float():
    theta = {"w": np.array([0.5])}
    with refused("complex_step", "complex"):
        gradcheck.complex_step(lambda p: float(p["w"].real[0]), theta, ("w", (0,)))
    with refused("complex_step", "float 0.25"):
        gradcheck.compare(lambda p: 0.25, theta, theta, rng=np.random.default_rng(0))
