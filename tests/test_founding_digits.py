"""The digits of the worked examples that this project grew from: tests/seeds.json.

There rows of a weight matrix are units, as the sources print them; here they are inputs.
"""

import json
from pathlib import Path

import numpy as np
import pytest

from chainrule.core.initializers import Given, NumpyLegacy
from chainrule.engine.reference import record
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Dense, Spec, Training

SEEDS = json.loads((Path(__file__).parent / "seeds.json").read_text(encoding="utf-8"))
MAZUR = SEEDS["mazur"]
STEP = MAZUR["first_step"]

# Each number comes out of two layers of a handful of operations, off by a unit or two of 1.1e-16
# each; o − t and sums of two terms may cancel to a fifth.
DIGITS = 2e-15


def columns(rows):
    return np.array(rows).T.tolist()


def mazur(bias, frozen):
    biases = {"shared": 1, "unit": 2}[bias]
    layers = [
        Dense(2, "sigmoid", bias, frozen, Given(columns(MAZUR[W])), Given([MAZUR[b]] * biases))
        for W, b in (("W1", "b1"), ("W2", "b2"))
    ]
    spec = Spec(2, layers, "half_squared")
    network = Network.start(spec, seed=0)
    training = Training("sgd", learning_rate=MAZUR["learning_rate"], steps=1)
    x, t = np.array([MAZUR["inputs"]]), np.array([MAZUR["targets"]])
    batch = Batch(np.arange(1), x, t, None)
    return record(spec, training, State(0, network.params, {}, {}), batch)


@pytest.fixture(scope="module")
def made():
    """Mazur's first step: biases shared by the layer and not trained."""
    return mazur("shared", ("b",))


NUMBERS = {
    "net_h": lambda made: made.layers[0].z[0],
    "out_h": lambda made: made.layers[0].a[0],
    "net_o": lambda made: made.layers[1].z[0],
    "out_o": lambda made: made.layers[1].a[0],
    "E_parts": lambda made: 0.5 * made.layers[1].da[0] ** 2,  # da = o − t
    "E": lambda made: made.loss.value,
    "delta_o": lambda made: made.layers[1].dz[0],
    "delta_h": lambda made: made.layers[0].dz[0],
    "dE_dW2": lambda made: made.layers[1].dW.T,
    "dE_dW1": lambda made: made.layers[0].dW.T,
}


@pytest.mark.parametrize("name", STEP)
def test_every_number_of_mazurs_first_step(name, made):
    assert NUMBERS[name](made) == pytest.approx(np.array(STEP[name]), rel=DIGITS, abs=0)


@pytest.mark.parametrize(
    ("bias", "frozen", "after"),
    [
        ("shared", ("b",), MAZUR["after_1"]),
        ("unit", (), MAZUR["variants"]["per_unit_trained_biases"]["after_1"]),
        ("shared", (), MAZUR["variants"]["shared_trained_biases"]["after_1"]),
    ],
    ids=["frozen", "one each", "shared"],
)
def test_mazurs_weights_after_one_step(bias, frozen, after):
    found = mazur(bias, frozen).after.params
    for ours, theirs in (("0.W", "W1"), ("1.W", "W2")):
        units = found[ours].transpose()
        assert units == pytest.approx(np.array(after[theirs]), rel=DIGITS, abs=0)
    for ours, theirs in (("0.b", "b1"), ("1.b", "b2")):
        expected = np.array(after[theirs])[: len(found[ours])]  # a shared one is printed twice
        assert found[ours] == pytest.approx(expected, rel=DIGITS, abs=0)


def test_the_published_digits_are_of_another_algorithm(made):
    """Hidden deltas from already updated output weights: our step must not give those."""
    wrong = SEEDS["mazur"]["published_but_wrong"]["early_update_after_1"]["W1"]
    off = np.abs(made.after.params["0.W"].T - np.array(wrong))
    assert off.min() > 1e-5


def test_legacy_starting_values():
    two, three = SEEDS["two_layer"], SEEDS["three_layer"]
    spec = Spec(3, [Dense(1, "sigmoid", "none", init=NumpyLegacy())])
    params = Network.start(spec, seed=0).params
    assert params["0.W"][:, 0].tolist() == two["W_start"]
    hidden = Dense(4, "sigmoid", "none", init=NumpyLegacy())
    output = Dense(1, "sigmoid", "none", init=NumpyLegacy(skip=12))
    params = Network.start(Spec(3, [hidden, output]), seed=0).params
    assert params["0.W"].tolist() == three["W1_start"]
    assert params["1.W"][:, 0].tolist() == three["W2_start"]
