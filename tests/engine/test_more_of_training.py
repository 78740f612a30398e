"""Dropout, clipping, decay, weights of classes and schedules, as the engine puts them together."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from chainrule import gradcheck
from chainrule.core.schedules import SCHEDULES
from chainrule.engine.batches import Batches
from chainrule.engine.classes import class_weights, classes_of
from chainrule.engine.rates import learning_rates, rate_of
from chainrule.engine.reference import forward, loss_of, masks_of, record, reference, start_memory
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Dense, Spec, Training
from tests.helpers import EPS, Rows, refused, same_bits

STEPS = 17
SPEC = Spec(
    3,
    (Dense(5, "tanh", drop_probability=0.5), Dense(4, "relu", drop_probability=0.2),
     Dense(3, "softmax")),
    "softmax_cross_entropy(label_smoothing=0.1)",
)  # fmt: skip
FULL = {
    "optimizer": "adamw", "l1": 0.01, "l2": 0.02, "decay": 0.1, "clip_norm": 0.5,
    "class_weight": "balanced", "seed": 3,
}  # fmt: skip


def rows(n=11, *, weighted=False, spec=SPEC):
    rng = np.random.default_rng(42)
    x, y = rng.normal(size=(n, 3)).astype(spec.dtype), rng.integers(0, 3, n)
    return Rows(x, y, rng.random(n).astype(spec.dtype) if weighted else None)


def start(spec, training, control=None):
    params = Network.start(spec, seed=0).params
    return State(0, params, start_memory(spec, training, params), control or {})


def train(spec, training, state, data, goal):
    rates = learning_rates(training, state, training.steps_per_epoch(data.n), goal)
    return reference.train(spec, training, state, data, rates, 1, lambda: False)


def same_state(a, b):
    return a.step == b.step and same_bits(a.params, b.params) and same_bits(a.memory, b.memory)


# --------------------------------------------------------------------------- the engine's contract


@pytest.mark.parametrize("schedule", SCHEDULES)
@pytest.mark.parametrize("batch_size", [None, 4])
def test_training_is_records_in_a_row(schedule, batch_size):
    data = rows(weighted=True)
    training = Training(**FULL, schedule=schedule, epochs=9, steps=99, batch_size=batch_size)
    first = state = start(SPEC, training, {"falls": [3, 5]})
    batches, losses = Batches(data, training), []
    while state.step < STEPS:
        t = state.step + 1
        made = record(SPEC, training, state, batches(t), epoch=batches.epoch(t))
        state = made.after
        losses.append(made.loss.value)
    chunk = train(SPEC, training, first, data, STEPS)
    assert same_state(chunk.state, state)
    assert same_bits(chunk.losses, np.array(losses))


@settings(derandomize=True, max_examples=25)
@given(
    st.sampled_from(sorted(SCHEDULES)),
    st.sampled_from([None, 1, 4, 99]),
    st.sampled_from(["float64", "float32"]),
    st.lists(st.integers(0, STEPS), max_size=4),
)
def test_cutting_a_run_differently_changes_no_bit(schedule, batch_size, dtype, cuts):
    spec = replace(SPEC, dtype=dtype)
    data = rows(weighted=True, spec=spec)
    training = Training(**FULL, schedule=schedule, steps=STEPS, batch_size=batch_size)
    first = start(spec, training, {"falls": [3, 5]})
    whole, state = train(spec, training, first, data, STEPS), first
    for cut in [*sorted(cuts), STEPS]:
        state = train(spec, training, state, data, cut).state
    assert same_state(state, whole.state)


# ---------------------------------------------------------------------------------------- dropout


def test_the_gradient_through_dropout_by_complex_step():
    training, data = Training(steps=9), rows(weighted=True)
    batch = Batch(np.arange(data.n), *data.block(0, data.n))
    state = start(SPEC, training)._replace(step=4)
    state.params["1.b"][:] = 0.1  # where all inputs of a relu are dropped, z would be 0
    made = record(SPEC, training, state, batch)
    masks = masks_of(SPEC, training, 5, data.n)
    assert all(same_bits(made.layers[l].mask, masks[l]) for l in (0, 1))
    assert made.layers[2].mask is None

    def f(params):
        return loss_of(SPEC, forward(SPEC, params, batch.x, masks), batch).value

    for compared in gradcheck.compare(f, state.params, made.grads, rng=np.random.default_rng(0)):
        assert compared.error <= 1e-13  # γ of 11 rows and 3 layers is 5e-15, with room to cancel


def test_what_is_dropped_hands_on_nothing_and_gets_nothing_back():
    training, data = Training(steps=9), rows()
    batch = Batch(np.arange(data.n), *data.block(0, data.n))
    made = record(SPEC, training, start(SPEC, training), batch)
    for l in (0, 1):
        gone = made.layers[l].mask == 0
        assert gone.any()
        assert not made.layers[l].a[gone].any()
        assert not made.layers[l].dz[gone].any()
        assert same_bits(made.layers[l].a, made.layers[l + 1].x)


def test_every_step_layer_and_seed_has_masks_of_its_own():
    training, seen = Training(steps=9, batch_size=4), set()
    spec = replace(SPEC, layers=(*(replace(SPEC.layers[0], units=4),) * 2, SPEC.layers[2]))
    for seed in (0, 1):
        for t in (1, 2, 3):
            masks = masks_of(spec, replace(training, seed=seed), t, 4)
            again = masks_of(spec, replace(training, seed=seed), t, 4)
            assert all(same_bits(masks[l], again[l]) for l in masks)
            seen |= {mask.tobytes() for mask in masks.values()}
    assert len(seen) == 2 * 3 * 2


def test_predictions_losses_and_gradients_never_drop():
    data = rows()
    still = replace(
        SPEC, layers=tuple(replace(layer, drop_probability=0.0) for layer in SPEC.layers)
    )
    params = start(SPEC, Training(steps=1)).params
    batch = Batch(np.arange(data.n), *data.block(0, data.n))
    assert same_bits(
        reference.predict(SPEC, params, data.x), reference.predict(still, params, data.x)
    )
    dropping, plain = (reference.gradients(spec, params, batch) for spec in (SPEC, still))
    assert dropping[0] == plain[0]
    assert same_bits(dropping[1], plain[1])


# ------------------------------------------------------------------------------ clipping and decay


def test_what_is_clipped_is_as_long_as_allowed_and_points_the_same_way():
    spec = Spec(3, [Dense(4, "tanh", frozen=("W",)), Dense(3, "softmax")], "softmax_cross_entropy")
    data = rows()
    batch = Batch(np.arange(data.n), *data.block(0, data.n))
    plain = record(spec, Training(steps=1, l2=0.1), start(spec, Training(steps=1)), batch)
    training = Training(steps=1, l2=0.1, clip_norm=0.01)
    made = record(spec, training, start(spec, training), batch)
    moving = [g.ravel() for name, g in made.grads.items() if name not in spec.frozen]
    assert np.linalg.norm(np.concatenate(moving)) == pytest.approx(0.01, rel=32 * EPS["float64"])
    assert same_bits(made.grads, {n: g * made.clip_scale for n, g in plain.grads.items()})
    loose = record(spec, replace(training, clip_norm=100.0), start(spec, training), batch)
    assert loose.clip_scale == plain.clip_scale == 1
    assert same_bits(loose.grads, plain.grads)


@pytest.mark.parametrize("optimizer", ["sgd", "momentum", "adam"])
def test_decay_shrinks_weights_that_move_and_nothing_else(optimizer):
    spec = Spec(3, [Dense(4, "tanh", frozen=("W",)), Dense(3, "softmax")], "softmax_cross_entropy")
    data, training = rows(), Training(optimizer, 0.5, steps=1, decay=0.25)
    batch, state = Batch(np.arange(data.n), *data.block(0, data.n)), start(spec, training)
    state.params["1.b"][:] = 1.0
    made = record(spec, training, state, batch)
    plain = record(spec, replace(training, decay=0.0), state, batch)
    for name, before in state.params.items():
        lost = 0.125 * before if name == "1.W" else 0 * before
        expected = plain.after.params[name] - lost
        # of size 1, off by two roundings
        assert made.after.params[name] == pytest.approx(expected, abs=4 * EPS["float64"])
    assert same_bits(made.after.memory, plain.after.memory)
    assert made.penalty == 0


# ------------------------------------------------------------------------------- weights of classes


def test_balanced_weights_by_hand():
    y = np.array([0, 0, 0, 1, 2, 2])
    for answers in (y, np.eye(3)[y]):
        found = class_weights(Training(steps=1, class_weight="balanced"), Rows(answers, answers))
        assert found.tolist() == [6 / 9, 2.0, 1.0]
    column = np.array([[0.0], [0.0], [1.0], [0.0]])
    found = class_weights(Training(steps=1, class_weight="balanced"), Rows(column, column))
    assert found.tolist() == [4 / 6, 2.0]
    assert classes_of(column).tolist() == [0, 0, 1, 0]


@pytest.mark.parametrize("batch_size", [None, 4])
@pytest.mark.parametrize("weighted", [False, True])
def test_a_class_that_counts_twice_is_rows_that_count_twice(batch_size, weighted):
    data = rows(weighted=weighted)
    own = np.array([1.0, 2.0, 0.5])[data.y]
    both = own if data.weight is None else own * data.weight
    training = Training(class_weight=(1, 2, 0.5), steps=9, batch_size=batch_size)
    by_class = train(SPEC, training, start(SPEC, training), data, 9)
    by_row = train(
        SPEC, replace(training, class_weight=None), start(SPEC, training),
        Rows(data.x, data.y, both), 9,
    )  # fmt: skip
    assert same_state(by_class.state, by_row.state)
    assert same_bits(by_class.losses, by_row.losses)


def test_a_batch_keeps_weights_of_rows_and_of_classes_apart():
    data = rows(weighted=True)
    made = Batches(data, Training(class_weight=(1, 2, 0.5), steps=9, batch_size=4))(2)
    assert same_bits(made.weight, data.weight[made.rows])
    assert same_bits(made.class_weight, np.array([1.0, 2.0, 0.5])[made.y])
    assert same_bits(made.counts, made.weight * made.class_weight)


def test_too_few_weights_are_refused():
    with refused("class_weight", "3 classes", "2 weights"):
        Batches(rows(), Training(class_weight=(1, 2), steps=9))


# ---------------------------------------------------------------------------------------- schedules


def test_rates_by_hand():
    step = Training(learning_rate=0.5, schedule="step(every=2, factor=0.1)", epochs=9)
    assert learning_rates(step, start(SPEC, step), 3, 8).tolist() == [0.5] * 6 + [0.5 * 0.1] * 2
    cosine = Training(learning_rate=0.5, schedule="cosine", epochs=4)
    found = learning_rates(cosine, start(SPEC, cosine), 1, 4)
    # cos of 0, 45°, 90° and 135°
    expected = [0.5, 0.25 + 0.25 * np.sqrt(0.5), 0.25, 0.25 - 0.25 * np.sqrt(0.5)]
    assert found == pytest.approx(expected, rel=8 * EPS["float64"])
    falling = start(SPEC, step, {"falls": [2, 3]})
    plateau = Training(learning_rate=0.5, schedule="on_plateau", epochs=9)
    assert learning_rates(plateau, falling, 1, 5).tolist() == [0.5, 0.5, 0.25, 0.125, 0.125]


def test_progress_is_that_of_what_ends_first():
    training = Training(schedule="cosine", learning_rate=1.0, epochs=10, steps=20)
    assert rate_of(training, 11, 0) == rate_of(training, 1, 5) == pytest.approx(0.5, rel=1e-15)


@pytest.mark.parametrize("schedule", SCHEDULES)
def test_a_record_takes_the_schedules_rate(schedule):
    training, data = Training(schedule=schedule, epochs=20), rows()
    batch = Batch(np.arange(data.n), *data.block(0, data.n))
    state = start(SPEC, training, {"falls": [1, 3]})._replace(step=7)
    made = record(SPEC, training, state, batch)
    assert made.epoch == 7  # all rows are one batch
    assert made.learning_rate == learning_rates(training, state, 1, 8)[0]
    assert made.learning_rate == rate_of(training, 8, 7, [1, 3])
