"""What crosses from Python to C++: exact draws, refusals instead of crashes, Ctrl-C, predictors."""

from __future__ import annotations

import os
import signal
import threading

import numpy as np
import pytest

from chainrule.core import random
from chainrule.core.errors import UsageError
from chainrule.engine.native import native, threads_wanted
from chainrule.engine.plans import ANY_TRAINING, flat, plan_of, unflat
from chainrule.engine.reference import masks_of, reference, start_memory
from chainrule.network import Network
from chainrule.records import State
from chainrule.spec import Dense, Spec, Training
from tests.helpers import Rows, same_bits

_native = pytest.importorskip("chainrule._native", reason="installed without its compiled part")

MANY = 2**23  # steps of a small network: some seconds
DROPS = Spec(
    3, [Dense(5, drop_probability=0.3), Dense(7, drop_probability=0.5), Dense(1)], dtype="float32"
)


def train(theta, *, spec=None, training=None, stop=lambda: False, **given):
    """Steps on 20 rows of noise; `given` replaces arguments by name."""
    spec, training = spec or Spec.chain([3, 4, 2], "tanh"), training or Training(steps=1)
    rng = np.random.default_rng(5)
    usual = {
        "plan": plan_of(spec, training, 20), "theta": theta, "m": None, "v": None,
        "x": rng.normal(size=(20, 3)), "answers": rng.normal(size=(20, 2)), "counts": None,
        "first": 0, "learning_rates": np.full(3, 0.1), "every": 1, "losses": np.empty(3),
        "stop": stop,
    }  # fmt: skip
    return _native.train(**{**usual, **given})


# ------------------------------------------------------------------------------------ exact draws


@pytest.mark.parametrize("n", [1, 2, 3, 33, 1000, random.WHOLE, random.WHOLE + 77_777])
def test_epochs_visit_rows_in_the_same_order(n):
    plan = plan_of(DROPS, Training(steps=1, batch_size=10, seed=12345678901234567890123), n)
    rows = np.empty(n, np.int64)
    for epoch in (0, 1, 7):
        _native.order(plan, epoch, rows)
        assert same_bits(rows, random.order(12345678901234567890123, epoch, n))


@pytest.mark.parametrize("t", [1, 4])
def test_dropout_drops_the_same_numbers(t):
    training = Training(steps=1, batch_size=10, seed=3)
    for layer, mask in masks_of(DROPS, training, t, 10).items():
        made = np.empty_like(mask)
        _native.drop_mask(plan_of(DROPS, training, 10), layer, (t - 1) * 10, made)
        assert same_bits(made, mask)


# --------------------------------------------------------------------------------------- refusals

WRONG = {
    "theta": [np.zeros(25), np.zeros(26, "f4"), np.zeros((2, 13)), np.zeros(52)[::2], [0.0] * 26],
    "x": [np.zeros((20, 2)), np.zeros((0, 3)), np.zeros((20, 3), ">f8"), np.zeros(60), None],
    "answers": [np.zeros((19, 2)), np.zeros(20), np.zeros((20, 2), int), None, "yes"],
    "counts": [np.zeros(19), np.zeros((20, 1)), np.zeros(20, "f4")],
    "learning_rates": [np.zeros(4), np.zeros(3, "f4"), [0.1] * 3],
    "losses": [np.zeros(2), np.zeros((3, 1)), None],
    "first": [-1],
    "every": [0],
}


@pytest.mark.parametrize(("name", "wrong"), [(n, w) for n, all_of in WRONG.items() for w in all_of])
def test_a_wrong_argument_is_refused_in_four_parts(name, wrong):
    given = {"theta": np.zeros(26), name: wrong}
    with pytest.raises(UsageError) as refused:
        train(**given)
    assert all(refused.value.to_json().values())


def test_what_may_not_be_written_to_is_refused():
    theta = np.zeros(26)
    theta.setflags(write=False)
    with pytest.raises(UsageError, match="writable, got float64 \\(26,\\), read-only"):
        train(theta)


def test_memory_at_an_odd_place_is_refused():
    theta = np.zeros(26 * 8 + 1, np.uint8)[1:].view(np.float64)
    with pytest.raises(UsageError, match="not aligned"):
        train(theta)


@pytest.mark.parametrize("label", [-1, 2, 2**40])
def test_a_label_that_is_no_class_is_refused(label):
    spec = Spec.chain([3, 4, 2], loss="softmax_cross_entropy")
    labels = np.zeros(20, np.int64)
    labels[7] = label
    with pytest.raises(UsageError, match="in row 7"):
        train(np.zeros(26), spec=spec, answers=labels)


def test_memory_of_the_optimizer_is_needed():
    with pytest.raises(UsageError, match="m to be float64 \\(26,\\)"):
        train(np.zeros(26), training=Training("adam", steps=1))


@pytest.mark.parametrize(
    ("of", "needs"),
    [
        ({"loss": "hope"}, "name of a known loss"), ({"l1": -1.0}, "l1"), ({"l2": "much"}, "l2"),
        ({"layers": []}, "at least one layer"), ({"batch_size": 0}, "batch_size"),
        ({"eps": float("nan")}, "eps"), ({"order": (1, 2)}, "order"),
    ],
)  # fmt: skip
def test_a_plan_is_checked_number_by_number(of, needs):
    words = (1, 2, 3, 4)
    usual = {
        "layers": [(4, "relu", "unit", True, True, 0.0, words)], "loss": "squared",
        "loss_setting": 0.0, "batch_mean": True, "outputs_mean": False,
        "penalty_over_batch": False, "optimizer": "sgd", "beta1": 0.0, "beta2": 0.0, "eps": 0.0,
        "optimizer_decay": 0.0, "l1": 0.0, "l2": 0.0, "decay": 0.0, "clip_norm": 1.0,
        "batch_size": 1, "rows": 1, "shuffle": True, "order": words,
    }  # fmt: skip
    assert _native.Plan(3, **usual).parameters == 16
    with pytest.raises(UsageError, match=needs):
        _native.Plan(3, **usual | of)


def test_threads_are_counted_or_asked_for(monkeypatch):
    monkeypatch.delenv("CHAINRULE_THREADS", raising=False)
    assert threads_wanted() >= 1
    monkeypatch.setenv("CHAINRULE_THREADS", "3")
    assert threads_wanted() == 3
    monkeypatch.setenv("CHAINRULE_THREADS", "many")
    with pytest.raises(UsageError, match="CHAINRULE_THREADS"):
        threads_wanted()


# --------------------------------------------------------------------------------------- stopping


def test_what_stop_raises_arrives_and_the_numbers_stay():
    theta = np.zeros(26)

    def stop():
        raise LookupError("enough")

    with pytest.raises(LookupError, match="enough"):
        train(theta, stop=stop, learning_rates=np.full(MANY, 0.1), losses=np.empty(MANY))
    assert theta.any()


def test_ctrl_c_ends_a_long_call():
    theta, rates, losses = np.zeros(26), np.full(MANY, 1e-9), np.empty(MANY)
    threading.Timer(0.1, os.kill, (os.getpid(), signal.SIGINT)).start()
    with pytest.raises(KeyboardInterrupt):
        train(theta, learning_rates=rates, losses=losses)
    assert theta.any()


def test_others_work_while_it_trains():
    """The GIL is let go: another thread counts, and stop hears of it."""
    counted = []
    other = threading.Thread(target=lambda: counted.extend(range(1000)))
    rates, losses = np.full(MANY, 1e-9), np.empty(MANY)
    starting = threading.Timer(0.05, other.start)
    starting.start()
    made = train(
        np.zeros(26), stop=lambda: len(counted) == 1000, learning_rates=rates, losses=losses
    )
    starting.join()
    other.join()
    assert 0 < made < MANY


def test_a_stopped_chunk_is_the_run_so_far():
    spec, training = Spec.chain([3, 4, 2]), Training("adam", steps=MANY)
    rng = np.random.default_rng(5)
    rows = Rows(rng.normal(size=(20, 3)), rng.normal(size=(20, 2)))
    params = Network.start(spec, seed=0).params
    start = State(0, params, start_memory(spec, training, params), {"epoch": 0})
    rates = np.full(MANY, 1e-3)
    chunk = native.train(spec, training, start, rows, rates, 1, lambda: True)
    made = chunk.state.step
    assert chunk.ended == "stopped"
    assert len(chunk.losses) == made < MANY
    whole = native.train(spec, training, start, rows, rates[:made], 1, lambda: False)
    assert same_bits(flat(spec, whole.state.params), flat(spec, chunk.state.params))
    assert same_bits(whole.losses, chunk.losses)


# -------------------------------------------------------------------------------------- predictors


def whole_numbers(sizes, dtype, bias="unit"):
    """A network whose sums are exact in either precision, in any order."""
    layers = [Dense(units, "relu", bias) for units in sizes[1:]]
    spec, rng = Spec(sizes[0], layers, dtype=dtype), np.random.default_rng(len(sizes))
    params = {name: rng.integers(-2, 3, shape).astype(dtype) for name, shape in spec.shapes.items()}
    return spec, params, rng.integers(-2, 3, (9, sizes[0])).astype(dtype)


@pytest.mark.parametrize("dtype", ["float32", "float64"])
@pytest.mark.parametrize("bias", ["unit", "shared", "none"])
def test_a_row_by_itself_has_the_outputs_of_the_core(dtype, bias):
    widths = [*range(1, 20), 31, 33, 63, 64, 65, 127, 130]
    for width in widths:
        spec, params, x = whole_numbers((width, widths[-width % 7], width), dtype, bias)
        predictor, expected = native.predictor(spec, params), reference.predict(spec, params, x)
        assert same_bits(predictor(x[0]), expected[0])
        assert same_bits(predictor(x[:1]), expected[:1])
        assert same_bits(predictor(x[:3]), expected[:3])
        assert same_bits(predictor(x), expected)
        assert same_bits(predictor(x[::-1].tolist()), expected[::-1])


def test_a_predictor_sees_what_the_parameters_are_now():
    spec, params, x = whole_numbers((3, 4, 2), "float64")
    predictor = native.predictor(spec, params)
    before = predictor(x)
    params["1.W"] += 1
    assert same_bits(predictor(x), reference.predict(spec, params, x))
    params["0.W"] = params["0.W"] * 2
    assert same_bits(predictor(x), reference.predict(spec, params, x))
    assert not same_bits(predictor(x), before)
    params["0.W"].resize((2, 6), refcheck=False)
    with pytest.raises(UsageError, match=r"0\.W to be float64 \(3, 4\)"):
        predictor(x)
    del params["0.W"]
    with pytest.raises(UsageError, match=r"0\.W"):
        predictor(x[0])


@pytest.mark.parametrize(
    "x", [np.zeros(4), np.zeros((2, 4)), np.zeros((2, 3, 1)), np.zeros((3, 1)), 1.0, [], None]
)
def test_a_predictor_refuses_rows_of_another_width(x):
    predictor = native.predictor(*whole_numbers((3, 4, 2), "float64")[:2])
    with pytest.raises(UsageError, match="x with 3 columns"):
        predictor(x)


def test_a_predictor_is_called_with_x_alone():
    predictor = native.predictor(*whole_numbers((3, 4, 2), "float64")[:2])
    for wrong in (lambda: predictor(), lambda: predictor(1, 2), lambda: predictor(x=1)):
        with pytest.raises(TypeError, match="x alone"):
            wrong()
    assert predictor(np.zeros((0, 3))).shape == (0, 2)


def test_parameters_go_there_and_back():
    spec = Network.start(DROPS, seed=1).spec
    params = Network.start(DROPS, seed=1).params
    back = unflat(spec, flat(spec, params))
    assert list(back) == list(params)
    assert all(same_bits(back[name], params[name]) for name in params)
    assert plan_of(spec, ANY_TRAINING, 1).parameters == spec.parameters
