"""Each sign tells this run's own numbers, and is silent where it should be."""

from dataclasses import replace

import numpy as np
import pytest

from chainrule.core.initializers import HeNormal, Normal, Uniform
from chainrule.core.losses import LOSSES, BinaryCrossEntropy, SoftmaxCrossEntropy
from chainrule.data.parts import Data
from chainrule.doctor.chart import Chart, constant_loss, measure
from chainrule.doctor.examine import chart_of, diagnose, findings_of, first_state
from chainrule.doctor.illnesses import ILLNESSES
from chainrule.doctor.looks import EARLY, early_states, look, sample
from chainrule.engine.choice import choose
from chainrule.engine.reference import reference
from chainrule.network import Network
from chainrule.records import Batch, State
from chainrule.spec import Conventions, Spec, Training
from chainrule.training.history import History, Point
from chainrule.training.loop import fit
from chainrule.training.not_finite import NotFinite
from chainrule.training.run_file import RunFile
from chainrule.training.run_writer import RunWriter
from tests.helpers import refused, same_bits

RNG = np.random.default_rng(5)
X = RNG.normal(size=(60, 3))
Y = np.sin(X @ [[1.0], [2.0], [-1.0]])
DATA = Data.from_arrays(X, Y)
SPEC = Spec.chain([3, 8, 1], "tanh", last="identity")
TRAINING = Training("sgd", 0.1, steps=300)


def chart(spec=SPEC, data=DATA, training=TRAINING, seed=0) -> Chart:
    """The chart of a run made here and now."""
    start = Network.start(spec, seed=seed)
    try:
        result = fit(start, data, training)
        history, ended, why = result.history, result.ended, ""
        state, reason = ended.state, ended.reason
    except NotFinite as error:
        history, state, reason, why = History(), error.state, "not finite", str(error)
    states = [first_state(start, training), *([state] if state.step else [])]
    return chart_of(spec, training, data, history, states, reason, why)


def found(name, made) -> dict:
    finding = ILLNESSES[name].look_for(made)
    assert finding is not None, f"{name} was not seen"
    assert finding.id == name
    assert finding.sentence.endswith(".")
    assert finding.try_this.endswith((".", "?"))
    return dict(finding.evidence) | {"since": finding.since_step}


def with_history(made: Chart, losses, step=10) -> Chart:
    """The same chart with another course of the training loss."""
    points = [Point(k * step, k, 0.1, None, loss, None, None, {}, 0.0)
              for k, loss in enumerate(losses)]  # fmt: skip
    return replace(made, history=History(points))


def last_params(made: Chart, **changes) -> Chart:
    """The same chart, with parameters of the last state replaced."""
    state = made.looks[-1].rows.before
    params = {**state.params, **changes}
    seen = look(made.spec, made.training, State(state.step, params, {}, {}), made.data)
    return replace(made, looks=(*made.looks[:-1], seen))


# --------------------------------------------------------------------------------------- chart


SMOOTHED = [BinaryCrossEntropy(0.3), SoftmaxCrossEntropy(0.3)]


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("loss", [*LOSSES.values(), *SMOOTHED], ids=repr)
def test_no_constant_answer_is_better_than_the_constant(loss, weighted, rng):
    k = 1 if loss.last == "sigmoid" else 3
    y = rng.integers(0, k - 1, 50) if loss.targets == "labels" else rng.random((50, k)) ** 4
    y = rng.integers(0, 2, (50, k)).astype(float) if loss.name == "hinge" else y
    weight = rng.random(50) ** 4 if weighted else None
    spec = Spec.chain([2, k], last=loss.last or "identity", loss=loss)
    rows = Batch(np.arange(50), rng.normal(size=(50, 2)), y, weight)
    best = constant_loss(spec, rows)
    tried = rng.normal(size=(2000, 1, k))
    costs = [loss(np.tile(q, (50, 1)), y, weight).value for q in tried]
    assert best <= min(costs)
    assert min(costs) < 1.5 * best + 0.1  # some of so many come near it


def test_weights_and_outputs_count_in_the_constant(rng):
    y, weight = rng.normal(size=(40, 2)), rng.random(40)
    spec = replace(Spec.chain([1, 2], last="identity"), conventions=Conventions(outputs="mean"))
    rows = Batch(np.arange(40), np.zeros((40, 1)), y, weight)
    mean = np.average(y, axis=0, weights=weight)
    by_hand = np.average(((y - mean) ** 2).sum(axis=1) / 4, weights=weight)
    assert constant_loss(spec, rows) == pytest.approx(by_hand, rel=1e-14)


def test_one_row_is_measured_by_its_first_loss():
    rows = Batch(np.arange(1), np.zeros((1, 1)), np.ones((1, 1)), None)
    assert measure(0.0, rows, 3.5) == 3.5
    assert measure(0.2, rows, 3.5) == 0.2


# --------------------------------------------------------------------------------------- looks


def test_a_sample_is_spread_over_all_rows():
    batch = sample(DATA.train, 4)
    assert batch.rows.tolist() == [0, 19, 39, 59]
    np.testing.assert_array_equal(batch.x, X[batch.rows])
    assert len(sample(DATA.train, 999).x) == 60


def test_a_look_at_part_of_a_large_batch_counts_for_all_of_it(monkeypatch):
    """Rows that are all alike: then a scaled sample gives the very step of the whole batch."""
    monkeypatch.setattr("chainrule.doctor.looks.ROWS", 32)
    data = Data.from_arrays(np.tile(X[:1], (64, 1)), np.tile(Y[:1], (64, 1)), task="numbers")
    for batch in ("sum", "mean"):
        spec = replace(SPEC, conventions=Conventions(batch=batch))
        state = first_state(Network.start(spec, seed=0), TRAINING)
        seen = look(spec, TRAINING, state, data)
        whole = reference.gradients(
            spec, state.params, Batch(np.arange(64), *data.train.block(0, 64))
        )
        assert len(seen.made.batch.x) == 32
        for name, g in seen.made.grads.items():
            np.testing.assert_allclose(g, whole[1][name], rtol=1e-13)


def test_early_states_are_those_of_the_run():
    start = first_state(Network.start(SPEC, seed=0), TRAINING)
    states = early_states(SPEC, TRAINING, start, DATA, 300)
    assert [state.step for state in states] == list(EARLY)
    wanted = (
        choose(SPEC, TRAINING)
        .train(SPEC, TRAINING, start, DATA.train, np.full(30, 0.1), 31, lambda: False)
        .state
    )
    assert same_bits(states[-1].params, wanted.params)


def test_probes_are_losses_after_shorter_and_longer_steps():
    made = chart()
    seen = made.looks[0]
    for factor, after in zip((0.1, 1, 10), seen.probes, strict=True):
        rate = factor * TRAINING.learning_rate
        params = {n: p - rate * seen.made.grads[n] for n, p in seen.params.items()}
        loss, _ = reference.gradients(SPEC, params, seen.made.batch)
        assert after == pytest.approx(loss, rel=1e-12)


# ----------------------------------------------------------------------------------- the table


def test_a_run_that_learns_is_healthy():
    diagnosis = findings_of(chart(training=replace(TRAINING, steps=2000)))
    assert diagnosis.is_healthy, diagnosis.findings


def test_units_that_start_equal():
    seen = found("symmetric_start", chart(replace_init(SPEC, Uniform(0.5, 0.5))))
    assert (seen["same"], seen["units"], seen["since"]) == (8, 8, 0)
    # Equal incoming weights alone are no illness: what comes back tells the units apart.
    mixed = replace_init(SPEC, Uniform(0.5, 0.5), only=0)
    assert ILLNESSES["symmetric_start"].look_for(chart(mixed)) is None


def replace_init(spec, init, only=None):
    layers = tuple(
        replace(layer, init=init) if only in (None, l) else layer
        for l, layer in enumerate(spec.layers)
    )
    return replace(spec, layers=layers)


def test_saturated_units_are_counted():
    made = chart(replace_init(SPEC, Normal(0, 40), only=0))
    a = made.looks[-1].rows.layers[0].a
    assert found("saturated_units", made)["share"] == (np.abs(a) > 1 - 0.02).mean()


def test_dead_relus_are_counted_from_the_step_they_died():
    spec = Spec.chain([3, 8, 1], "relu", last="identity", init=HeNormal())
    made = chart(spec)
    died = last_params(made, **{"0.b": np.array([-99.0] * 6 + [0.0, 0.0]), "1.W": np.zeros((8, 1))})
    died = with_history(died, [1.0, 1.0, 1.0, 1.0])
    seen = found("dead_relus", died)
    assert (seen["dead"], seen["units"], seen["since"]) == (6, 8, 300)
    assert ILLNESSES["dead_relus"].look_for(made) is None


def test_inputs_far_off():
    x = X * [1, 500, 1] + [0, 0, 3]
    seen = found("unscaled_inputs", chart(data=Data.from_arrays(x, Y)))
    assert seen["column"] == 1
    assert seen["deviation"] == pytest.approx(x[:, 1].std())


def test_a_constant_column_is_no_illness():
    data = Data.from_arrays(np.c_[X[:, :2], np.full(60, 999.0)], Y)
    made = with_history(chart(data=data, training=replace(TRAINING, learning_rate=1e-9)), [1.0] * 4)
    assert ILLNESSES["unscaled_inputs"].look_for(made) is None


def test_no_network_goes_below_the_least_loss():
    spec = Spec.chain([3, 8, 1], "tanh", last="sigmoid", loss="half_squared")
    seen = found("out_of_reach", chart(spec))
    assert seen["least_loss"] == pytest.approx(0.5 * np.minimum(Y, 0).__pow__(2).mean())
    assert seen["share"] == (Y < 0).mean()


def test_a_step_that_is_too_long():
    made = chart(training=replace(TRAINING, learning_rate=8.0))
    seen = found("rate_too_high", made)
    assert seen["loss_after"] > seen["loss_before"] or np.isnan(seen["loss_after"])
    assert seen["loss_better"] < seen["loss_before"]
    assert seen["suits"] < 4
    assert f"rate of {seen['suits']:g}" in ILLNESSES["rate_too_high"].look_for(made).try_this


def test_a_step_that_is_too_short():
    seen = found("rate_too_low", chart(training=replace(TRAINING, learning_rate=1e-6)))
    assert seen["gains"][2] == pytest.approx(10 * seen["gains"][1], rel=1e-2)
    assert 0 < seen["travelled"] < 1e-3


def test_numbers_that_were_not_finite():
    made = chart(Spec.chain([3, 8, 1], "relu", last="identity"), training=replace(
        TRAINING, learning_rate=1e6))  # fmt: skip
    assert "overflows" in ILLNESSES["not_finite"].look_for(made).sentence
    assert findings_of(made).findings[0].id == "rate_too_high"


def test_a_loss_that_swings():
    made = chart()
    swinging = with_history(made, [1.0, 0.4] * 10)
    assert found("swinging_loss", swinging)["turns"] == 1
    assert ILLNESSES["swinging_loss"].look_for(with_history(made, np.linspace(1, 0.4, 20))) is None


def test_weights_that_grew():
    made = with_history(last_params(chart(), **{"0.W": np.full((3, 8), -500.0)}), [1.0] * 5)
    assert found("large_weights", made)["largest"] == 500


def test_a_constant_target():
    data = Data.from_arrays(X, np.full((60, 1), 7.0) + 1e-6 * Y)
    assert found("constant_target", chart(data=data))["mean"] == pytest.approx(7)


def test_a_loss_that_stands_still():
    made = chart()
    level = made.constant
    seen = found("stuck", with_history(made, [2 * level, *[level] * 9]))
    assert (seen["since"], seen["loss"]) == (10, level)
    falling = with_history(made, list(np.linspace(2 * level, level, 10)))
    assert ILLNESSES["stuck"].look_for(falling) is None


def test_ids_are_in_the_table_once():
    assert all(name == row.id for name, row in ILLNESSES.items())
    assert len({row.name for row in ILLNESSES.values()}) == len(ILLNESSES)


# ------------------------------------------------------------------------------------ diagnose


def test_a_run_file_and_a_result_say_the_same(tmp_path):
    start = Network.start(replace_init(SPEC, Uniform(0.5, 0.5)), seed=0)
    path = tmp_path / "a.chainrule"
    with RunWriter.create(path, start, DATA, TRAINING) as run:
        result = fit(start, DATA, TRAINING, run=run)
    before = path.read_bytes()
    named = [f.id for f in diagnose(path).findings]
    assert named[0] == "symmetric_start"
    assert named == [f.id for f in diagnose(str(path)).findings]
    with RunFile(path) as opened:
        assert diagnose(opened) == diagnose(path)
    direct = diagnose(result, start=start, data=DATA, training=TRAINING)
    assert direct.findings[0].id == "symmetric_start"
    assert path.read_bytes() == before


def test_what_diagnose_needs():
    result = fit(Network.start(SPEC, seed=0), DATA, replace(TRAINING, steps=3))
    with refused("no data, no training"):
        diagnose(result, start=Network.start(SPEC, seed=0))
    with refused("dict"):
        diagnose({})


def test_json_is_plain_and_has_a_schema():
    import json

    diagnosis = findings_of(chart(training=replace(TRAINING, learning_rate=8.0)))
    told = json.loads(json.dumps(diagnosis.to_json()))
    assert told["schema"] == 1
    assert told["cause"] == "settings"
    assert set(told["findings"][0]) == {
        "id", "name", "since_step", "evidence", "sentence", "try_this", "because",
    }  # fmt: skip


def test_rows_with_weights_and_a_run_of_no_steps():
    data = Data.from_arrays(X, Y, np.linspace(0, 1, 60))
    start = Network.start(SPEC, seed=0)
    made = chart_of(SPEC, TRAINING, data, History(), [first_state(start, TRAINING)], "interrupted")
    assert len(made.looks) == 1
    for healthy in (made, chart(data=data)):
        assert (findings_of(healthy).cause, findings_of(healthy).findings) == ("healthy", ())
