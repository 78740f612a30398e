"""Settings: what they allow, what they refuse, and that they travel as JSON and as repr."""

import dataclasses
import json
import math
import pickle

import pytest

from chainrule.core import initializers, losses, optimizers, schedules
from chainrule.core.activations import relu, sigmoid
from chainrule.core.initializers import Given, GlorotUniform, Uniform
from chainrule.core.losses import Huber, SoftmaxCrossEntropy, softmax_cross_entropy
from chainrule.core.optimizers import Adam, Momentum, Sgd
from chainrule.core.schedules import Constant, Cosine, OnPlateau, WarmUp
from chainrule.spec import Conventions, Dense, Spec, Training
from tests.helpers import refused

NAMES = {**vars(initializers), **vars(optimizers), **vars(losses), **vars(schedules)} | {
    cls.__name__: cls for cls in (Conventions, Dense, Spec, Training)
}
SPECS = [
    Spec(2, [Dense(1)]),
    Spec.chain([3, 4, 1], "sigmoid", bias="none", init=Uniform(-0.5, 0.5)),
    Spec.chain([784, 128, 10], loss="softmax_cross_entropy", dtype="float32"),
    Spec.chain([3, 4, 1], "gelu", last="identity", loss=Huber(0.5)),
    Spec(
        3, [Dense(4, "silu", drop_probability=0.5), Dense(2, "softmax")], SoftmaxCrossEntropy(0.1)
    ),
    Spec(
        2,
        (
            Dense(2, "sigmoid", "shared", ("b",), Given([[0.15, 0.25], [0.2, 0.3]]), Given([0.35])),
            Dense(2, "softmax", frozen=["W", "b"], bias_init="normal"),
        ),
        "squared",
        conventions=Conventions("sum", "mean", True),
    ),
]
TRAININGS = [
    Training(epochs=100),
    Training(
        Adam(beta1=0.5),
        0.01,
        32,
        False,
        10,
        1000,
        "constant",
        0,
        1e-4,
        patience=5,
        stop_below=0.1,
        seed=7,
        engine="reference",
    ),
    Training(
        "adamw(decay=0.1)",
        epochs=3,
        schedule=WarmUp(7, Cosine(end=0.1)),
        l1=1e-3,
        decay=0.01,
        clip_norm=1.0,
        class_weight=(1, 2.5),
    ),
    Training(steps=3, schedule="on_plateau(patience=3)", class_weight="balanced"),
    Training("momentum", steps=3, stop_below=-1.5),
]
EVERY = pytest.mark.parametrize(
    "settings", [Conventions(), Conventions("sum", "mean", True), *SPECS, *TRAININGS], ids=str
)


@EVERY
def test_json_round_trip(settings):
    back = type(settings).from_json(json.loads(json.dumps(settings.to_json())))
    assert back == settings
    assert hash(back) == hash(settings)
    assert repr(back) == repr(settings)


@EVERY
def test_repr_is_the_call_that_makes_it(settings):
    assert eval(repr(settings), dict(NAMES)) == settings


@EVERY
def test_settings_are_frozen(settings):
    field = dataclasses.fields(settings)[0].name
    with pytest.raises(dataclasses.FrozenInstanceError):
        setattr(settings, field, 1)


def test_layers_travel_by_themselves():
    for layer in SPECS[-1].layers:
        assert Dense.from_json(json.loads(json.dumps(layer.to_json()))) == layer


def test_left_out_settings_have_their_defaults():
    assert Conventions.from_json({}) == Conventions()
    assert Training.from_json({"steps": 3}) == Training(steps=3)
    spec = Spec.from_json({"inputs": 2, "layers": [{"kind": "dense", "units": 1}]})
    assert spec == Spec(2, [Dense(1)])
    assert spec.dtype == "float64"


def test_defaults():
    layer, training = Dense(3), Training(steps=1)
    assert (layer.activation, layer.bias, layer.frozen) == (relu, "unit", ())
    assert layer.init == GlorotUniform()
    assert layer.bias_init.name == "zeros"
    assert Spec(2, [layer]).loss.name == "half_squared"
    assert training.optimizer == Sgd()
    assert (training.batch_size, training.shuffle, training.l2, training.seed) == (None, True, 0, 0)
    assert (training.schedule, training.l1, training.decay) == (Constant(), 0, 0)
    assert (training.clip_norm, training.class_weight) == (None, None)
    assert layer.drop_probability == 0
    assert Conventions() == Conventions(batch="mean", outputs="sum", penalty_over_batch=False)


def test_names_are_looked_up():
    assert Dense(3, "sigmoid") == Dense(3, sigmoid)
    assert Dense(3, "sigmoid").activation is sigmoid
    assert Dense(3, init="uniform").init == Uniform()
    assert Spec.chain([2, 3], loss="softmax_cross_entropy").loss is softmax_cross_entropy
    assert Training("adam", steps=1).optimizer == Adam()
    assert Training("adam(beta1=0.5)", steps=1).optimizer == Adam(beta1=0.5)
    assert Training(steps=1, schedule="on_plateau").schedule == OnPlateau()
    warm = Training(steps=1, schedule="warm_up(steps=9, then=cosine(end=0.5))").schedule
    assert warm == WarmUp(9, Cosine(0.5))
    changed = dataclasses.replace(Dense(3, "sigmoid"), activation="tanh")
    assert changed == Dense(3, "tanh")
    assert changed != Dense(3, "sigmoid")


ILLEGAL = [
    (lambda: Conventions(batch="average"), ("Conventions", "batch", "'average'", "mean, sum")),
    (lambda: Conventions(outputs="none"), ("Conventions", "outputs", "'none'", "sum, mean")),
    (lambda: Dense(0), ("Dense", "units", "0", "from 1 up")),
    (lambda: Dense(2.0), ("Dense", "units", "2.0")),
    (lambda: Dense(True), ("Dense", "units", "True")),
    (lambda: Dense(2, bias="each"), ("Dense", "bias", "'each'", "unit, shared, none")),
    (lambda: Dense(2, frozen=("w",)), ("Dense", "frozen", "'w'", "W, b")),
    (lambda: Dense(2, "sigmoyd"), ("activation", "'sigmoyd'", "Did you mean sigmoid?")),
    (lambda: Dense(2, init="glorot"), ("initializer", "'glorot'", "Did you mean glorot_")),
    (lambda: Dense(2, bias_init="zero"), ("initializer", "'zero'", "Did you mean zeros?")),
    (lambda: Spec(0, [Dense(1)]), ("Spec", "inputs", "0")),
    (lambda: Spec(2, []), ("Spec", "at least one layer", "none")),
    (lambda: Spec(2, [Dense(1)], "half_sqared"), ("loss", "Did you mean half_squared?")),
    (lambda: Spec(2, [Dense(1)], dtype="float16"), ("Spec", "dtype", "'float16'", "float64")),
    (lambda: Spec(2, [Dense(1, "softmax"), Dense(1)]), ("Spec", "'softmax'", "last layer only")),
    (lambda: Spec(2, [Dense(1)], "binary_cross_entropy"), ("sigmoid in the last layer", "relu")),
    (
        lambda: Spec(2, [Dense(2, "sigmoid")], "softmax_cross_entropy"),
        ("softmax in the last layer, for softmax_cross_entropy", 'activation="softmax"'),
    ),
    (lambda: Spec.chain([2]), ("Spec.chain", "two sizes", "[2]")),
    (lambda: Spec.chain([2, 0, 1]), ("Dense", "units", "0")),
    (lambda: Spec.chain([2, 1], "reru"), ("Did you mean relu?",)),
    (lambda: Spec.chain([2, 1], last="sigmoid", loss="softmax_cross_entropy"), ("sigmoid",)),
    (lambda: Training(), ("Training", "epochs or steps", "neither")),
    (lambda: Training("adan", steps=1), ("optimizer", "'adan'", "Did you mean adam?")),
    (lambda: Training(steps=0), ("Training", "steps", "0")),
    (lambda: Training(epochs=1.5), ("Training", "epochs", "1.5")),
    (lambda: Training(epochs=-1), ("Training", "epochs", "-1")),
    (lambda: Training(steps=1, batch_size=0), ("Training", "batch_size", "0")),
    (lambda: Training(steps=1, patience=0), ("Training", "patience", "0")),
    (lambda: Training(steps=1, learning_rate=0), ("Training", "learning_rate", "above 0")),
    (lambda: Training(steps=1, learning_rate=-0.1), ("learning_rate", "above 0", "-0.1")),
    (lambda: Training(steps=1, learning_rate=math.nan), ("learning_rate", "finite", "nan")),
    (lambda: Training(steps=1, learning_rate="0.1"), ("learning_rate", "'0.1'")),
    (lambda: Training(steps=1, l2=-1), ("Training", "l2", "from 0 up", "-1")),
    (lambda: Training(steps=1, l2=math.inf), ("Training", "l2", "inf")),
    (lambda: Training(steps=1, stop_below=math.nan), ("Training", "stop_below", "nan")),
    (lambda: Training(steps=1, l1=-1), ("Training", "l1", "from 0 up", "-1")),
    (lambda: Training(steps=1, decay=-1), ("Training", "decay", "from 0 up", "-1")),
    (lambda: Training(steps=1, clip_norm=0), ("Training", "clip_norm", "above 0", "0")),
    (lambda: Training(steps=1, schedule="cosin"), ("schedule", "'cosin'", "Did you mean cosine?")),
    (lambda: Training(steps=1, schedule="step(each=3)"), ("schedule step", "every, factor")),
    (lambda: Training(steps=1, schedule="step(3)"), ("schedule 'step(3)'", "beta1=0.5")),
    (lambda: Training(steps=1, schedule="step(every=0)"), ("every", "0", "from 1 up")),
    (lambda: Training(steps=1, schedule="warm_up(then=cosin)"), ("Did you mean cosine?",)),
    (lambda: Training(steps=1, class_weight="equal"), ("class_weight", "'equal'", "balanced")),
    (lambda: Training(steps=1, class_weight=(1,)), ("class_weight", "(1,)", "(1, 3)")),
    (lambda: Training(steps=1, class_weight={0: 1, 2: 1}), ("class_weight", "{0: 1, 2: 1}")),
    (lambda: Training(steps=1, class_weight={0: 1, "a": 2}), ("class_weight", "'a'")),
    (lambda: Training(steps=1, class_weight=b"ab"), ("class_weight", "b'ab'")),
    (lambda: Training(steps=1, class_weight=(0, 0)), ("class_weight", "above 0", "(0, 0)")),
    (lambda: Training(steps=1, class_weight=(1, -1)), ("class_weight", "-1", "from 0 up")),
    (lambda: Dense(2, drop_probability=1), ("Dense", "drop_probability", "below 1")),
    (lambda: Spec(2, [Dense(2, drop_probability=0.5)]), ("hidden layers only", "0.5")),
    (lambda: Spec(2, [Dense(2, "exp"), Dense(1)]), ("Spec", "'exp'", "last layer only")),
    (lambda: Spec(2, [Dense(1)], "huber(delta=0)"), ("Huber", "delta", "above 0", "0")),
    (lambda: Spec(2, [Dense(1)], "poisson"), ("exp in the last layer", 'activation="exp"')),
    (lambda: Training(steps=1, engine="fast"), ("Training", "engine", "'fast'", "reference")),
    (lambda: Training(steps=1, seed=-1), ("Training", "seed", "-1", "from 0 up")),
    (lambda: Training(steps=1, seed=0.5), ("Training", "seed", "0.5")),
    (lambda: Conventions.from_json({"rows": "mean"}), ("Conventions", "rows", "newer version")),
    (lambda: Training.from_json({"steps": 1, "lr": 0.1}), ("Training from JSON", "lr")),
    (lambda: Training.from_json({"steps": 1, "optimizer": {"kind": "adm"}}), ("mean adam?",)),
    (lambda: Dense.from_json({"kind": "conv", "units": 1}), ("Dense", "'conv'", "newer version")),
    (lambda: Dense.from_json({"units": 1}), ("Dense", "None")),
    (lambda: Dense.from_json({"kind": "dense", "units": 1, "width": 2}), ("Dense", "width")),
    (lambda: Dense.from_json({"kind": "dense"}), ("Dense from JSON", "units")),
    (lambda: Spec.from_json({"inputs": 2, "layers": []}), ("at least one layer",)),
    (lambda: Spec.from_json({**SPECS[0].to_json(), "depth": 2}), ("Spec from JSON", "depth")),
    (lambda: Spec.from_json({**SPECS[0].to_json(), "loss": {"kind": "sqared"}}), ("squared?",)),
]


@pytest.mark.parametrize(("make", "words"), ILLEGAL)
def test_illegal_settings_are_refused_in_four_parts(make, words):
    with refused(*words):
        make()


def test_chain():
    spec = Spec.chain([2, 4, 8, 1], "sigmoid", loss="squared", bias="shared")
    assert [layer.units for layer in spec.layers] == [4, 8, 1]
    assert {layer.activation.name for layer in spec.layers} == {"sigmoid"}
    assert {layer.bias for layer in spec.layers} == {"shared"}
    assert (spec.inputs, spec.outputs, spec.sizes) == (2, 1, (2, 4, 8, 1))


def test_dropout_of_a_chain_is_that_of_its_hidden_layers():
    spec = Spec.chain([2, 4, 8, 1], drop_probability=0.25)
    assert spec.drops == ((0, 0.25), (1, 0.25))


def test_the_last_activation_of_a_chain():
    def names(*sizes, **settings):
        return [layer.activation.name for layer in Spec.chain(*sizes, **settings).layers]

    assert names([2, 3, 1], "tanh") == ["tanh", "tanh"]
    assert names([2, 3, 1], "tanh", last="identity") == ["tanh", "identity"]
    assert names([2, 3, 2], loss="softmax_cross_entropy") == ["relu", "softmax"]
    assert names([2, 1], "tanh", loss="binary_cross_entropy") == ["sigmoid"]


def test_what_a_spec_knows():
    spec = SPECS[-1]
    assert spec.names == (("0.W", "0.b"), ("1.W", "1.b"))
    assert spec.shapes == {"0.W": (2, 2), "0.b": (1,), "1.W": (2, 2), "1.b": (2,)}
    assert list(spec.shapes) == ["0.W", "0.b", "1.W", "1.b"]
    assert spec.frozen == {"0.b", "1.W", "1.b"}
    assert spec.parameters == 4 + 1 + 4 + 2
    without = Spec.chain([3, 4, 1], bias="none")
    assert without.shapes == {"0.W": (3, 4), "1.W": (4, 1)}
    assert without.names == (("0.W", "0.b"), ("1.W", "1.b"))
    assert without.parameters == 16


@pytest.mark.parametrize(
    ("spec", "text"),
    [
        (SPECS[0], "2-1 relu"),
        (SPECS[2], "784-128-10 relu softmax"),
        (SPECS[-1], "2-2-2 sigmoid softmax"),
        (Spec.chain([1, 2, 3, 4], "tanh"), "1-2-3-4 tanh"),
        (Spec(2, [Dense(3, "tanh"), Dense(4), Dense(1, "tanh")]), "2-3-4-1 tanh relu"),
    ],
)
def test_a_spec_in_one_line(spec, text):
    assert str(spec) == text


@pytest.mark.parametrize(
    ("settings", "rows", "per_epoch", "total"),
    [
        ({"epochs": 3}, 10, 1, 3),
        ({"epochs": 3, "batch_size": 4}, 10, 3, 9),
        ({"epochs": 3, "batch_size": 5}, 10, 2, 6),
        ({"epochs": 3, "batch_size": 1}, 10, 10, 30),
        ({"epochs": 3, "batch_size": 99}, 10, 1, 3),
        ({"steps": 7, "batch_size": 4}, 10, 3, 7),
        ({"steps": 7, "epochs": 2, "batch_size": 4}, 10, 3, 6),
        ({"steps": 5, "epochs": 2, "batch_size": 4}, 10, 3, 5),
    ],
)
def test_steps(settings, rows, per_epoch, total):
    training = Training(**settings)
    assert training.steps_per_epoch(rows) == per_epoch
    assert training.total_steps(rows) == total
    assert isinstance(training.total_steps(rows), int)


def test_training_knows_optimizers_with_settings():
    assert Training(Momentum(0.5), steps=1).to_json()["optimizer"] == {
        "kind": "momentum",
        "momentum": 0.5,
    }


def test_the_hash_is_kept_and_left_behind():
    """A copy in another process hashes texts anew: here it is told by the state that travels."""
    spec = Spec.chain([2, 3, 1], "tanh")
    assert hash(spec) == hash(Spec.chain([2, 3, 1], "tanh")) != hash(Spec.chain([2, 3, 1], "relu"))
    assert "_hash" in spec.__dict__
    again = pickle.loads(pickle.dumps(spec))
    assert again == spec
    assert "_hash" not in again.__dict__
    assert hash(again) == hash(spec)
