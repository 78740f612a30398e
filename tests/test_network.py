"""Network: a specification and its numbers."""

import copy
import math
import pickle

import numpy as np
import pytest

from chainrule import gradcheck
from chainrule.core import initializers, random
from chainrule.core.initializers import Given, HeNormal, Normal, Uniform
from chainrule.network import Network
from chainrule.spec import Conventions, Dense, Spec
from tests.helpers import EPS, digest, refused, same_bits

NAMES = {**vars(initializers)} | {c.__name__: c for c in (Conventions, Dense, Spec, Network)}
SPEC = Spec.chain([2, 3, 2], "tanh", loss="softmax_cross_entropy", bias_init=Uniform())
X = np.array([[0.0, 1.0], [2.0, -1.0], [0.5, 0.5]])
Y = np.array([0, 1, 1])


def test_starting_values_have_their_golden_bits():
    params = Network.start(SPEC, seed=0).params
    assert list(params) == ["0.W", "0.b", "1.W", "1.b"]
    assert digest(np.concatenate([p.ravel() for p in params.values()])) == "eddcac22d692d84f"


def test_starting_values_are_w_then_b_of_the_layers_own_stream():
    spec = Spec(3, [Dense(4, init="normal", bias_init=Normal(1.0)), Dense(2, init=HeNormal())])
    params = Network.start(spec, seed=5).params
    drawn = random.normal(random.stream(5, random.start_of_layer(0)), 16)
    assert same_bits(params["0.W"], drawn[:12].reshape(3, 4))
    assert same_bits(params["0.b"], 1.0 + drawn[12:])
    second = random.normal(random.stream(5, random.start_of_layer(1)), 8)
    assert same_bits(params["1.W"], math.sqrt(2 / 4) * second.reshape(4, 2))
    assert not params["1.b"].any()


def test_a_layers_start_depends_on_no_other_layer():
    short, long = Spec.chain([2, 3, 1]), Spec.chain([2, 3, 7, 1])
    assert same_bits(
        Network.start(short, seed=1).params["0.W"], Network.start(long, seed=1).params["0.W"]
    )
    starts = [Network.start(short, seed=seed).params["0.W"] for seed in (0, 1)]
    assert not same_bits(*starts)


def test_starts_without_bias_and_with_given_numbers():
    spec = Spec(2, [Dense(2, init=Given([[1, 2], [3, 4]]), bias="none")], dtype="float32")
    params = Network.start(spec, seed=0).params
    assert list(params) == ["0.W"]
    assert same_bits(params["0.W"], np.array([[1, 2], [3, 4]], "float32"))
    with refused("given starting values", "(2, 3)"):
        Network.start(Spec(2, [Dense(3, init=Given([[1, 2], [3, 4]]))]), seed=0)


@pytest.mark.parametrize("seed", [-1, 0.5, "0"])
def test_bad_seeds_are_refused(seed):
    with refused("seed", repr(seed)):
        Network.start(SPEC, seed=seed)


def test_forward_by_hand():
    spec = Spec(2, [Dense(2, "relu"), Dense(1, "identity")])
    params = {
        "0.W": [[1, -1], [2, 0]],
        "0.b": [0, 1],
        "1.W": [[3], [-2]],
        "1.b": [0.5],
    }
    # z = (1 + 4, −1 + 1), a = (5, 0), out = 15.5;  z = (−1, 1 + 1), a = (0, 2), out = −3.5
    out = Network(spec, params).forward([[1, 2], [-1, 0]])
    assert same_bits(out, np.array([[15.5], [-3.5]]))


@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_dtype(dtype):
    network = Network.start(Spec.chain([2, 3, 1], dtype=dtype), seed=0)
    loss, gradients = network.gradients(X, np.ones((3, 1)), np.ones(3))
    assert network.forward(X).dtype == loss.dtype == dtype
    assert {p.dtype for p in (*network.params.values(), *gradients.values())} == {np.dtype(dtype)}


@pytest.mark.parametrize("weight", [None, [1.0, 0.0, 2.5]])
def test_gradients_by_complex_step(weight):
    network = Network.start(SPEC, seed=0)
    loss, claimed = network.gradients(X.tolist(), Y.tolist(), weight)

    def f(params):
        moved = Network(SPEC, network.params)
        moved.params = dict(params)
        return moved.gradients(X, Y, weight)[0]

    assert loss == f(network.params)
    for compared in gradcheck.compare(f, network.params, claimed, rng=np.random.default_rng(0)):
        assert compared.error <= 1e-13  # sums of 3 · 3 products: γ is 1e-15, with room to cancel


def test_weights_of_rows():
    network = Network.start(SPEC, seed=0)
    one, gradients = network.gradients(X, Y, [0.0, 3.0, 0.0])
    alone, expected = network.gradients(X[1:2], Y[1:2])
    assert one == pytest.approx(alone, rel=8 * EPS["float64"])
    for name, g in expected.items():
        assert gradients[name] == pytest.approx(g, rel=64 * EPS["float64"], abs=1e-16)


def test_the_network_has_numbers_of_its_own():
    params = Network.start(SPEC, seed=0).params
    network = Network(SPEC, params)
    params["0.W"][:] = 7
    assert not (network.params["0.W"] == 7).any()
    assert network.params["0.W"].flags.c_contiguous
    transposed = Network(SPEC, {**network.params, "0.W": np.asfortranarray(network.params["0.W"])})
    assert transposed.params["0.W"].flags.c_contiguous


def test_parameters_come_in_the_order_of_the_spec():
    params = Network.start(SPEC, seed=0).params
    assert list(Network(SPEC, dict(reversed(params.items()))).params) == list(SPEC.shapes)


def test_repr_is_the_constructor():
    network = Network.start(SPEC, seed=3)
    back = eval(repr(network), dict(NAMES))
    assert back.spec == network.spec
    assert same_bits(back.params, network.params)
    assert str(network) == "2-3-2 tanh softmax (17 parameters)"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda p: p.pop("1.b"), ("parameters named 0.W, 0.b, 1.W, 1.b", "got 0.W, 0.b, 1.W.")),
        (lambda p: p.update({"2.W": [1]}), ("2.W", "Network.start")),
        (lambda p: p.clear(), ("got none",)),
        (lambda p: p.update({"0.W": np.zeros((3, 2))}), ("0.W of shape (2, 3)", "shape (3, 2)")),
        (lambda p: p.update({"1.b": 0.5}), ("1.b of shape (2,)", "shape ()")),
    ],
)
def test_parameters_that_do_not_fit_are_refused(change, words):
    params = Network.start(SPEC, seed=0).params
    change(params)
    with refused("Network 2-3-2 tanh softmax", *words):
        Network(SPEC, params)


@pytest.mark.parametrize(
    ("x", "words"),
    [
        (np.zeros((4, 3)), ("(n, 2)", "(4, 3)", "other data")),
        (np.zeros(2), ("(n, 2)", "(2,)", "x[None, :]")),
        (np.zeros((1, 2, 2)), ("(1, 2, 2)",)),
    ],
)
def test_rows_that_do_not_fit_are_refused(x, words):
    network = Network.start(SPEC, seed=0)
    with refused("Network 2-3-2", *words):
        network.forward(x)
    with refused("Network 2-3-2", *words):
        network.gradients(x, Y)


def test_answers_that_do_not_fit_are_refused():
    network = Network.start(SPEC, seed=0)
    with refused("softmax_cross_entropy", "argmax"):
        network.gradients(X, np.eye(2)[Y])
    with refused("softmax_cross_entropy", "(3,)", "(2,)"):
        network.gradients(X, Y[:2])


@pytest.mark.parametrize("y", [[0, 1, 2], [-1, 0, 1]])
def test_labels_of_no_class_are_refused(y):
    network = Network.start(SPEC, seed=0)
    with refused("Network 2-3-2", "labels from 0 to 1", f"{min(y)} to {max(y)}"):
        network.gradients(X, y)


# -------------------------------------------------------------------------- the direct way of rows


def twice(network, x):
    """What the network answers, and what it answers from then on."""
    first, second = network.forward(x), network.forward(x)
    assert same_bits(first, second)
    return first


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("rows", [1, 2, 3, 7, 100])
def test_single_rows_and_many_are_answered_alike(dtype, rows, rng):
    network = Network.start(Spec.chain([5, 9, 3], "tanh", dtype=dtype), seed=0)
    x = rng.normal(size=(rows, 5)).astype(dtype)
    wanted = network.forward(x, engine="reference")
    # Sums of at most 10 products of numbers below 4, and two activations of slope 1 at most.
    close = {"rtol": 0, "atol": 200 * EPS[dtype]}
    np.testing.assert_allclose(twice(network, x), wanted, **close)
    for other in (x[:, ::-1][:, ::-1], np.asfortranarray(x), x.tolist(), x.astype("float64")):
        np.testing.assert_allclose(twice(network, other), wanted, **close)
    one_by_one = np.concatenate([network.forward(x[k : k + 1]) for k in range(rows)])
    np.testing.assert_allclose(one_by_one, wanted, **close)


def test_changed_parameters_are_seen():
    network = Network(Spec.chain([1, 1], "identity", last="identity"), {"0.W": [[2]], "0.b": [0]})
    x = np.array([[3.0]])
    assert twice(network, x) == 6
    network.params["0.W"][0, 0] = 5
    assert twice(network, x) == 15
    network.params["0.b"] = np.array([1.0])
    assert twice(network, x) == 16
    network.params = {"0.W": np.array([[1.0]]), "0.b": np.array([0.0])}
    assert twice(network, x) == 3
    network.params["0.W"] = np.array([[1.0 + 2.0j]])
    assert twice(network, x) == 3 + 6j


def test_what_is_refused_is_refused_every_time():
    network = Network.start(SPEC, seed=0)
    twice(network, X)
    for wrong in (X[0], X[:, :1], X[:0], np.ones((1, 3)), np.float64(3)):
        with refused("rows of shape (n, 2)", str(np.shape(wrong))):
            network.forward(wrong)


def test_copies_answer_for_themselves():
    network = Network.start(SPEC, seed=0)
    before = twice(network, X)
    for other in (copy.deepcopy(network), pickle.loads(pickle.dumps(network))):
        assert same_bits(twice(other, X), before)
        other.params["0.W"][:] = 0
        assert not same_bits(other.forward(X), before)
    assert same_bits(network.forward(X), before)
