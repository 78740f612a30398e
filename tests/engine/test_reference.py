"""The reference engine: training is one pure step again and again, and a record is that step."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule import gradcheck
from chainrule.core.optimizers import OPTIMIZERS, Adam
from chainrule.core.penalties import PENALTIES
from chainrule.engine import reference as module
from chainrule.engine.batches import Batches
from chainrule.engine.reference import forward, penalty_of, record, reference, start_memory
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Conventions, Dense, Spec, Training
from tests.helpers import EPS, Rows, same_bits

STEPS = 23
SPECS = {
    "columns": Spec.chain([3, 5, 2], "tanh"),
    "labels": Spec.chain([3, 4, 4, 3], loss="softmax_cross_entropy"),
    "single": Spec.chain([3, 4, 2], "sigmoid", loss="binary_cross_entropy", dtype="float32"),
    "odd": Spec(
        3,
        [
            Dense(4, "sigmoid", "shared", ("W",)),
            Dense(3, "relu", "none"),
            Dense(2, "softmax", frozen=("b",)),
        ],
        "squared",
        conventions=Conventions("sum", "mean", penalty_over_batch=True),
    ),
}
EACH = pytest.mark.parametrize("name", SPECS)


def data(spec, n=11, *, weighted=False):
    rng = np.random.default_rng(42)
    x, labels = rng.normal(size=(n, 3)).astype(spec.dtype), rng.integers(0, spec.outputs, n)
    y = labels if spec.loss.targets == "labels" else np.eye(spec.outputs, dtype=spec.dtype)[labels]
    return Rows(x, y, rng.random(n).astype(spec.dtype) if weighted else None)


def start(spec, training):
    params = Network.start(spec, seed=0).params
    return State(0, params, start_memory(spec, training, params), {"epoch": 0})


def rates(n=STEPS):
    return np.linspace(0.1, 0.01, n)


def train(spec, training, state, rows, learning_rates, every=1, stop=lambda: False):
    return reference.train(spec, training, state, rows, learning_rates, every, stop)


def same_state(a, b):
    return a.step == b.step and all(same_bits(a[k], b[k]) for k in (1, 2)) and a[3] == b[3]


def batch_of(rows):
    return Batch(np.arange(rows.n), *rows.block(0, rows.n))


# ------------------------------------------------------------------- training is records in a row


@EACH
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("batch_size", [None, 1, 4])
@pytest.mark.parametrize("weighted", [False, True], ids=["alike", "weighted"])
def test_training_is_records_in_a_row(name, optimizer, batch_size, weighted):
    spec, rows = SPECS[name], data(SPECS[name], weighted=weighted)
    training = Training(optimizer, steps=STEPS, batch_size=batch_size, l2=0.01, seed=3)
    first = state = start(spec, training)
    batches, losses = Batches(rows, training), []
    for rate in rates():  # NumPy's own numbers: a record takes them, too
        t = state.step + 1
        made = record(spec, training, state, batches(t), learning_rate=rate, epoch=batches.epoch(t))
        state = made.after
        losses.append(made.loss.value)
    chunk = train(spec, training, first, rows, rates())
    assert chunk.ended == "done"
    assert same_state(chunk.state, state)
    assert same_bits(chunk.losses, np.array(losses, dtype=float))


@EACH
@settings(derandomize=True, max_examples=25)
@given(
    st.sampled_from(sorted(OPTIMIZERS)),
    st.sampled_from([None, 1, 2, 4, 11, 99]),
    st.booleans(),
    st.lists(st.integers(0, STEPS), max_size=4),
    st.integers(1, 7),
)
def test_cutting_a_run_differently_changes_no_bit(
    name, optimizer, batch_size, shuffle, cuts, every
):
    spec, rows = SPECS[name], data(SPECS[name], weighted=True)
    training = Training(optimizer, steps=STEPS, batch_size=batch_size, shuffle=shuffle, l2=0.01)
    whole = train(spec, training, start(spec, training), rows, rates(), every)
    state, losses, at = start(spec, training), [], 0
    for cut in [*sorted(cuts), STEPS]:
        chunk = train(spec, training, state, rows, rates()[at:cut], every)
        assert len(chunk.losses) == cut - at
        state, at = chunk.state, cut
        losses.append(chunk.losses)
    assert same_state(state, whole.state)
    assert same_bits(np.concatenate(losses), whole.losses)


@pytest.mark.parametrize("every", [1, 3, 10, 99])
def test_losses_stand_where_they_were_asked_for(every):
    spec, training = SPECS["columns"], Training(steps=STEPS, batch_size=4)
    full = train(spec, training, start(spec, training), data(spec), rates())
    some = train(spec, training, start(spec, training), data(spec), rates(), every)
    steps = np.arange(1, STEPS + 1)
    assert same_bits(np.isfinite(some.losses), steps % every == 0)
    asked = steps % every == 0
    assert same_bits(some.losses[asked], full.losses[asked])
    assert same_state(some.state, full.state)


def test_no_steps_are_no_change():
    spec, training = SPECS["columns"], Training("adam", steps=1)
    state = start(spec, training)
    chunk = train(spec, training, state, data(spec), rates(0))
    assert same_state(chunk.state, state)
    assert (len(chunk.losses), chunk.ended) == (0, "done")
    assert chunk.state.params["0.W"] is not state.params["0.W"]


@EACH
def test_the_state_handed_in_stays_as_it_was(name):
    spec, training = SPECS[name], Training("adam", steps=STEPS)
    state, untouched = start(spec, training), start(spec, training)
    train(spec, training, state, data(spec), rates())
    assert same_state(state, untouched)
    for array in (*state.params.values(), *state.memory.values()):
        assert array.flags.writeable


def test_losses_go_down():
    spec, training = SPECS["labels"], Training("adam", steps=200)
    chunk = train(spec, training, start(spec, training), data(spec), np.full(200, 0.05))
    assert chunk.losses[-1] < 0.5 * chunk.losses[0]


# ------------------------------------------------------------------------------------ stop()


@pytest.mark.parametrize("after", [1, 2, 7])
def test_stop_ends_early_with_the_state_of_that_step(after, monkeypatch):
    monkeypatch.setattr(module, "POLL", -1.0)  # asked after every step
    spec, training = SPECS["labels"], Training("momentum", steps=STEPS, batch_size=4)
    calls = []

    def stop():
        calls.append(None)
        return len(calls) == after

    chunk = train(spec, training, start(spec, training), data(spec), rates(), stop=stop)
    expected = train(spec, training, start(spec, training), data(spec), rates()[:after])
    assert chunk.ended == "stopped"
    assert same_state(chunk.state, expected.state)
    assert same_bits(chunk.losses, expected.losses)
    rest = train(spec, training, chunk.state, data(spec), rates()[after:])
    whole = train(spec, training, start(spec, training), data(spec), rates())
    assert same_state(rest.state, whole.state)


def test_stop_is_asked_every_20_milliseconds_or_so(monkeypatch):
    clock = iter(0.001 * k for k in range(10_000))
    monkeypatch.setattr(module, "monotonic", lambda: next(clock))
    spec, training, calls = SPECS["columns"], Training(steps=200), []

    def stop():
        calls.append(None)
        return False

    train(spec, training, start(spec, training), data(spec), rates(200), stop=stop)
    assert 8 <= len(calls) <= 10  # the clock is looked at once a step, and once more after asking


# ------------------------------------------------------------------------------- not finite


@pytest.mark.parametrize("rate", [1e200, 1e300])
def test_numbers_that_are_not_finite_end_it_without_a_warning(rate):
    spec, training = Spec.chain([3, 5, 2], "identity"), Training(steps=STEPS)
    chunk = train(spec, training, start(spec, training), data(spec), np.full(STEPS, rate))
    assert chunk.ended == "not finite"


def test_an_infinite_loss_is_not_finite():
    spec, training = Spec.chain([3, 2], "identity"), Training(steps=1)
    state = start(spec, training)
    state.params["0.W"][:] = 1e155
    chunk = train(spec, training, state, data(spec), np.array([1e-300]))
    assert np.isfinite(chunk.state.params["0.W"]).all()
    assert (chunk.losses, chunk.ended) == ([math.inf], "not finite")


# --------------------------------------------------------------------- frozen, biases, weights


@EACH
@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_frozen_parameters_have_a_gradient_but_no_memory_and_stay(name, optimizer):
    spec, training = SPECS[name], Training(optimizer, steps=STEPS, l2=0.1)
    state = start(spec, training)
    made = record(spec, training, state, batch_of(data(spec)))
    chunk = train(spec, training, state, data(spec), rates())
    kept = [
        f"{p}.{m}" for p in spec.shapes if p not in spec.frozen for m in training.optimizer.keeps
    ]
    assert list(state.memory) == list(chunk.state.memory) == list(made.after.memory) == kept
    assert list(made.grads) == list(spec.shapes)
    for parameter in spec.shapes:
        assert made.grads[parameter].any()
        for after in (made.after, chunk.state):
            moved = not same_bits(after.params[parameter], state.params[parameter])
            assert moved == (parameter not in spec.frozen), parameter


def test_memory_starts_at_0():
    spec, training = SPECS["single"], Training("adam", steps=1)
    memory = start_memory(spec, training, Network.start(spec, seed=0).params)
    assert list(memory)[:3] == ["0.W.m", "0.W.v", "0.b.m"]
    for key, array in memory.items():
        assert array.shape == spec.shapes[key[:3]]
        assert array.dtype == "float32"
        assert not array.any()


@pytest.mark.parametrize("loss", ["half_squared", "binary_cross_entropy", "softmax_cross_entropy"])
def test_the_three_kinds_of_bias(loss):
    """Where all biases are equal, the networks are one; a shared bias has the sum for gradient."""
    weights = Network.start(Spec.chain([3, 4, 2], loss=loss), seed=0).params

    def made(bias, value):
        spec = Spec.chain([3, 4, 2], "tanh", loss=loss, bias=bias)
        biases = {name: np.full(shape, value) for name, shape in spec.shapes.items()}
        params = {name: weights[name] if name[-1] == "W" else biases[name] for name in spec.shapes}
        return record(spec, Training(steps=1), State(0, params, {}, {}), batch_of(data(spec)))

    unit, shared, none, at_0 = (
        made("unit", 0.25), made("shared", 0.25), made("none", None), made("unit", 0.0),
    )  # fmt: skip
    assert list(none.grads) == ["0.W", "1.W"]
    assert same_bits(unit.loss.value, shared.loss.value)
    assert same_bits(none.loss.value, at_0.loss.value)
    for l in (0, 1):
        assert same_bits(unit.grads[f"{l}.W"], shared.grads[f"{l}.W"])
        assert same_bits(none.grads[f"{l}.W"], at_0.grads[f"{l}.W"])
        assert same_bits(shared.grads[f"{l}.b"], unit.grads[f"{l}.b"].sum(keepdims=True))


def test_weights_reach_the_loss():
    spec, training = SPECS["columns"], Training(steps=1, batch_size=4, shuffle=False)
    rows = data(spec, weighted=True)
    chunk = train(spec, training, start(spec, training), rows, np.array([1e-9]))
    a = reference.predict(spec, start(spec, training).params, rows.x[:4])
    per_row = 0.5 * ((a - rows.y[:4]) ** 2).sum(axis=1)
    expected = (rows.weight[:4] * per_row).sum() / rows.weight[:4].sum()
    assert chunk.losses == pytest.approx([expected], rel=16 * EPS["float64"])  # sums of 4


# -------------------------------------------------------------------------------- penalties


@pytest.mark.parametrize("over_batch", [False, True])
@pytest.mark.parametrize("weighted", [False, True])
def test_l2(over_batch, weighted):
    how = Conventions(penalty_over_batch=over_batch)
    spec, training = Spec.chain([3, 4, 2], "tanh", conventions=how), Training(steps=1, l2=0.3)
    rows = data(spec, weighted=weighted)
    state = start(spec, training)
    state.params["0.b"][:] = 5.0
    made = record(spec, training, state, batch_of(rows))
    plain = record(spec, Training(steps=1), state, batch_of(rows))
    strength = 0.3 / ((rows.weight.sum() if weighted else rows.n) if over_batch else 1)
    W = {n: p for n, p in state.params.items() if n[-1] == "W"}
    cost = sum(PENALTIES["l2"].of(w)[0] for w in W.values())
    assert made.penalty == pytest.approx(strength * cost, rel=8 * EPS["float64"])
    assert list(made.penalty_grads) == list(W)
    for name, g in made.grads.items():
        if name in W:
            assert same_bits(made.penalty_grads[name], strength * W[name])
            assert same_bits(g, plain.grads[name] + strength * W[name])
        else:
            assert same_bits(g, plain.grads[name])
    assert same_bits(made.loss.value, plain.loss.value)
    assert (plain.penalty, plain.penalty_grads) == (0.0, {})


def test_a_batch_of_no_weight_takes_no_penalty_over_it():
    spec = Spec.chain([3, 2], "tanh", conventions=Conventions(penalty_over_batch=True))
    batch = batch_of(data(spec))._replace(weight=np.zeros(11))
    params = start(spec, Training(steps=1)).params
    cost, g = penalty_of(spec, Training(steps=1, l2=0.3), params, batch)
    assert (cost, g) == (0.0, {})


@EACH
def test_loss_and_penalty_together_by_complex_step(name):
    spec, training = SPECS[name], Training(steps=1, l2=0.3)
    batch, state = batch_of(data(spec)), start(spec, training)
    if spec.dtype == "float32":
        return
    made = record(spec, training, state, batch)

    def f(params):
        loss = module.loss_of(spec, forward(spec, params, batch.x), batch).value
        return loss + penalty_of(spec, training, params, batch)[0]

    for compared in gradcheck.compare(f, state.params, made.grads, rng=np.random.default_rng(0)):
        assert compared.error <= 1e-13  # γ of 11 rows and 3 layers is 5e-15, with room to cancel


@EACH
def test_the_penalty_is_no_part_of_loss_and_gradients(name):
    spec = SPECS[name]
    batch, state = batch_of(data(spec)), start(spec, Training(steps=1))
    loss, gradients = reference.gradients(spec, state.params, batch)
    plain = record(spec, Training(steps=1), state, batch)
    assert same_bits(loss, plain.loss.value)
    assert same_bits(gradients, plain.grads)


# ---------------------------------------------------------------------------------- records


@EACH
def test_predictions_are_the_records(name):
    spec, state = SPECS[name], start(SPECS[name], Training(steps=1))
    made = record(spec, Training(steps=1), state, batch_of(data(spec)))
    assert same_bits(reference.predict(spec, state.params, data(spec).x), made.layers[-1].a)


def test_the_learning_rate_of_a_record():
    spec, training = SPECS["columns"], Training(steps=1, learning_rate=0.25)
    state, batch = start(spec, training), batch_of(data(spec))
    assert record(spec, training, state, batch).learning_rate == 0.25
    still = record(spec, training, state, batch, learning_rate=0.0)
    assert still.learning_rate == 0.0
    assert same_bits(still.after.params, state.params)
    fast = record(spec, training, state, batch, learning_rate=0.5)
    for name, theta in state.params.items():
        assert same_bits(fast.after.params[name], theta - 0.5 * fast.grads[name])


def test_all_parameters_count_the_same_steps():
    """Adam's t is the run's, not one per parameter (a bug in an admired code base)."""
    spec, training = SPECS["columns"], Training(Adam(), steps=9)
    state = start(spec, training)._replace(step=5)
    made = record(spec, training, state, batch_of(data(spec)), learning_rate=0.5)
    assert made.t == 6
    for name, theta in state.params.items():
        memory = {m: state.memory[f"{name}.{m}"] for m in ("m", "v")}
        expected, kept = Adam().update(theta, made.grads[name], memory, 6, 0.5)
        assert same_bits(made.after.params[name], expected)
        assert same_bits(made.after.memory[f"{name}.v"], kept["v"])


@EACH
def test_the_gradient_of_the_data_is_found_only_where_it_is_wanted(name):
    spec, training = SPECS[name], Training(steps=1)
    params, batch = start(spec, training).params, batch_of(data(spec))
    trained = module.slopes(spec, training, params, batch)
    recorded = module.slopes(spec, training, params, batch, to_the_data=True)
    assert trained.layers[0].dx is None
    assert recorded.layers[0].dx.shape == batch.x.shape
    assert same_bits(trained.grads, recorded.grads)


@EACH
def test_it_supports_everything(name):
    assert reference.supports(SPECS[name], Training(steps=1)) is None
    assert reference.name == "reference"
