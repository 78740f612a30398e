"""What a hurried hand may pass: each is refused in four parts, or does the right thing."""

import copy
import pickle

import numpy as np
import pytest

import chainrule
from chainrule.core.activations import ACTIVATIONS, tanh
from chainrule.core.initializers import Given
from chainrule.core.losses import half_squared
from chainrule.core.optimizers import Adam, Momentum
from chainrule.core.tables import row_from_json
from chainrule.data.parts import Data
from chainrule.gradcheck import central_difference
from chainrule.network import Network
from chainrule.spec import Conventions, Dense, Spec, Training
from tests.helpers import refused


def test_doubt_of_a_steep_slope():
    """|θ| eps / h is a relative error of the step: it has to be multiplied by the slope."""
    measured, doubt = central_difference(
        lambda p: 1e6 * (p["w"][0] - 1), {"w": np.ones(1)}, ("w", (0,))
    )
    assert abs(measured - 1e6) <= doubt


@pytest.mark.parametrize(
    "make",
    [
        lambda: Momentum(1.5),
        lambda: Momentum(-1.0),
        lambda: Adam(beta1=1.0),
        lambda: Adam(beta2=2.0),
        lambda: Adam(eps=-1.0),
    ],
)
def test_settings_of_optimisers_are_checked(make):
    with refused():
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Dense(2, np.tanh),
        lambda: Training(Adam, steps=1),
        lambda: Spec(2, [3, 1]),
        lambda: Dense(2, 5),
        lambda: Spec(2, [Dense(1)], loss=3),
        lambda: Dense(2, init=np.zeros((2, 2))),
    ],
)
def test_rows_of_a_wrong_kind_are_refused(make):
    with refused():
        make()


@pytest.mark.parametrize(
    "make",
    [
        lambda: Conventions(penalty_over_batch="no"),
        lambda: Training(steps=1, shuffle="no"),
        lambda: Training(steps=1, engine=7),
        lambda: Dense(2, frozen=3),
    ],
)
def test_other_settings_are_checked(make):
    with refused():
        make()


def test_whole_numbers_of_numpy_are_whole_numbers():
    """Spec.chain([x.shape[1], y.max() + 1]) is what people write."""
    assert Dense(np.int64(3)) == Dense(3)
    assert Training(steps=np.int64(3), seed=np.int64(1)) == Training(steps=3, seed=1)


def test_repr_of_numpys_numbers():
    assert "np." not in repr(Training(steps=1, learning_rate=np.float64(0.1)))


def test_unknown_settings_of_a_row_without_settings_are_refused():
    """The docstring of row_from_json says so."""
    with refused():
        row_from_json(ACTIVATIONS, "activation", {"kind": "relu", "leak": 0.1})


@pytest.mark.parametrize("shape", [(5, 1), (1,), (4,)])
def test_weights_of_a_wrong_shape_are_refused(shape):
    network = Network.start(Spec.chain([3, 2], "tanh"), seed=0)
    with refused("weight"):
        network.gradients(np.zeros((5, 3)), np.zeros((5, 2)), np.ones(shape))


def test_labels_that_are_not_whole_are_refused():
    network = Network.start(Spec.chain([3, 2], loss="softmax_cross_entropy"), seed=0)
    with refused():
        network.gradients(np.zeros((2, 3)), [0.7, 0.2])


def test_the_advice_for_answers_of_one_column():
    with refused("y[:, None]"):
        half_squared(np.zeros((5, 1)), np.zeros(5))


def test_an_unknown_convention_is_no_sum():
    with refused():
        half_squared(np.zeros((5, 1)), np.zeros((5, 1)), batch="average")


@pytest.mark.parametrize("send", [copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))])
@pytest.mark.parametrize("what", [tanh, ACTIVATIONS["relu"], Spec.chain([2, 1])])
def test_settings_can_be_sent_to_another_process(send, what):
    """scikit-learn's clone and joblib, Dask: lambdas do not pickle."""
    assert send(what) == what


def test_given_values_that_are_no_array():
    with refused():
        Given([[1, 2], [3]])
    with refused():
        Given([["a"]])


@pytest.mark.parametrize("called", [chainrule.fit, chainrule.train, chainrule.train_many])
def test_arrays_and_specs_in_the_wrong_place_are_told_what_to_write(called):
    spec, training = Spec.chain([2, 1], "tanh"), Training(steps=1)
    network, x, y = Network.start(spec, seed=0), np.zeros((4, 2)), np.zeros((4, 1))
    data, name = Data.from_arrays(x, y), called.__name__

    def call(*arguments):
        made = called(*arguments)
        return next(made) if called is chainrule.train else made

    with refused(f"{name}: ", "an array of shape (4, 2)", "(network, Data.from_arrays(x, y), "):
        call(network, x, y)
    with refused(f"{name}: ", "a tuple", "Data.from_arrays(x, y)"):
        call(network, (x, y), training)
    for wrong in (y, None, Training, 7, {"epochs": 3}):
        with refused(f"{name}: ", f"Write {name}(network, data, Training("):
            call(network, data, wrong)
    if called is chainrule.train_many:
        with refused("a tuple", "Write train_many(spec, Data.from_arrays(x, y), training)"):
            call(spec, (x, y), training)
        with refused("a Network or a Spec", "None", "Write train_many(spec, data, training)"):
            call(None, data, training)
    else:
        with refused("a Spec", f"Write {name}(Network.start(spec, seed=0), data, training)"):
            call(spec, data, training)


@pytest.mark.parametrize("dtype", [np.float32, np.dtype("float32"), np.dtype(">f4"), "float32"])
def test_numpys_dtypes_are_their_names(dtype):
    spec = Spec.chain([2, 1], "tanh", dtype=dtype)
    assert type(spec.dtype) is str
    assert spec == Spec.chain([2, 1], "tanh", dtype="float32")
    assert Spec.from_json(spec.to_json()) == spec


@pytest.mark.parametrize("dtype", [np.float16, float, None, np.ones(3), ["float32"]])
def test_other_dtypes_are_refused(dtype):
    with refused("dtype to be one of float64, float32"):
        Spec.chain([2, 1], "tanh", dtype=dtype)


@pytest.mark.parametrize(
    "huge", [10**400, 10**6000, -(10**6000)], ids=["short", "long", "negative"]
)
def test_numbers_of_hundreds_of_digits_are_refused(huge):
    for field in ("learning_rate", "l2", "steps", "batch_size"):
        with refused(field, "digits or so"):
            Training(**{"steps": 1, field: huge})
    with refused("units", "digits or so"):
        Dense(huge)


@pytest.mark.skipif(np.finfo(np.longdouble).max <= np.finfo(float).max, reason="none is longer")
def test_a_long_double_that_no_double_holds():
    with refused("learning_rate"):
        Training(steps=1, learning_rate=np.longdouble("1e4000"))


@pytest.mark.parametrize("wrong", [[["a", "b"]], [[1], [2, 3]], [[10**400, 1]], {}, [[1j, 2]]])
def test_what_is_no_number_is_refused(wrong):
    network = Network.start(Spec.chain([2, 1], "tanh"), seed=0)
    with refused("rows of plain numbers", "Data.from_arrays"):
        network.forward(wrong)
    with refused("answers of plain numbers"):
        network.gradients(np.ones((1, 2)), wrong)
    with refused("weights of plain numbers"):
        network.gradients(np.ones((1, 2)), np.ones((1, 1)), wrong)


@pytest.mark.parametrize("labels", [["a"], [], [[1], [2, 3]], [None]])
def test_labels_that_are_no_numbers_are_refused(labels):
    network = Network.start(Spec.chain([2, 2], loss="softmax_cross_entropy"), seed=0)
    with refused("labels"):
        network.gradients(np.ones((1, 2)), labels)


def test_no_rows_are_no_other_data():
    network = Network.start(Spec.chain([2, 1], "tanh"), seed=0)
    for nothing in (np.empty((0, 2)), []):
        with refused("There is no row"):
            network.forward(nothing)


@pytest.mark.parametrize("k", ["a", 2, -3, 0.0, True, None, 10**400])
def test_a_network_of_many_that_is_not_there(k):
    data = Data.from_arrays(np.eye(2), np.ones((2, 1)) / 2)
    many = chainrule.train_many(Spec.chain([2, 1]), data, Training(steps=1), seeds=[3, 4])
    with refused("Many.network", "from 0 to 1"):
        many.network(k)
    last, again = many.network(-1).params, many.network(np.int64(1)).params
    assert all((last[name] == again[name]).all() for name in last)


def test_threads_that_are_given_win_over_the_environment(monkeypatch, tmp_path):
    """Also where a run file asks the engine for its fingerprint."""
    from chainrule.engine import native

    if native.why_not():
        pytest.skip(native.why_not())
    monkeypatch.setenv("CHAINRULE_THREADS", "many")
    native.fingerprint.cache_clear()
    data, spec = Data.from_arrays(np.eye(2), np.ones((2, 1)) / 2), Spec.chain([2, 1])
    network, training = Network.start(spec, seed=0), Training(steps=2, threads=1)
    with chainrule.RunWriter.create(tmp_path / "a.chainrule", network, data, training) as run:
        chainrule.fit(network, data, training, run=run)
    with refused("CHAINRULE_THREADS", "'many'"):
        chainrule.fit(network, data, Training(steps=2))
