"""Explanations agree with records; a record with one number changed is noticed."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

import chainrule
from chainrule import Dense, Disagreement, Network, Spec, Training, record
from chainrule.core.activations import Activation
from chainrule.records import Batch, StepRecord
from chainrule.trace.sums import exact_sum
from chainrule.trace.walk import Trace, explain
from tests.helpers import refused
from tests.trace.steps import changed, problem_step, random_step, small_step, step_of

SMALL = small_step()
BATCH = Batch(np.arange(4), np.ones((4, 3)) * np.arange(1, 4), np.full((4, 2), 0.3), None)


@pytest.mark.parametrize("number", range(30))
def test_explaining_any_address_of_any_network_never_raises(number, seed):
    made = random_step(number, seed)
    rng = np.random.default_rng([seed, number, 2])
    trace = Trace(made, most=4)
    for name, shape in trace.shapes.items():
        place = ",".join(str(rng.integers(size)) for size in shape)
        node = trace.node(f"{name}[{place}]" if shape else name)
        wanted = trace.at.recorded(node.quantity)
        if not name.endswith("slope"):
            assert node.value == np.asarray(wanted).item()
        down = list(node.each())
        assert all(below.formula is not None or not below.parts for below in down)


@pytest.mark.parametrize("number", range(30, 36))
def test_a_sample_is_one_row(number, seed):
    made = random_step(number, seed)
    p = len(made.batch.rows) - 1
    trace = Trace(made, sample=int(made.batch.rows[p]), most=4)
    assert trace.node("0.z[0]").quantity.place == (p, 0)
    assert trace.node("0.z[:,0]").quantity.place == (p, 0)
    node = trace.node("0.dW[0,0]")
    shares = made.layers[0].x[:, 0] * made.layers[0].dz[:, 0]
    assert node.rest == ((p, exact_sum(shares[:p])) if p else None)
    assert [part.address for part in node.parts] == [f"x[{p},0]", f"0.dz[{p},0]"]


CHANGES = [
    # what is changed, where, what is asked
    ("0.z", (1, 1), "0.z[1,1]"),
    ("1.a", (2, 0), "1.a[2,0]"),
    ("loss[]", 2, "loss[2]"),
    ("loss", (), "loss"),
    ("penalty", (), "penalty"),
    ("1.dz", (0, 1), "1.dz[0,1]"),
    ("0.dz", (3, 0), "0.dz[3,0]"),
    ("0.dx", (1, 2), "0.dx[1,2]"),
    ("0.dW", (2, 1), "0.dW[2,1]"),
    ("1.db", 0, "1.db[0]"),
    ("0.penalty_grads:W", (0, 0), "0.W.grad[0,0]"),
    ("0.grads:W", (0, 0), "0.W.grad[0,0]"),
    ("1.grads:b", 0, "1.b[0]"),
    ("0.after:W", (1, 0), "0.W[1,0]"),
    ("1.after:b", 0, "1.b"),
    ("0.memory:W.m", (1, 0), "0.W[1,0]"),
    ("0.memory:W.v", (1, 0), "0.W[1,0]"),
    ("1.x", (1, 0), "0.z[0,0]"),
    ("0.x", (1, 0), "0.z[0,0]"),
    ("0.da", (1, 0), "1.z[0,0]"),
    ("1.dx", (1, 0), "1.z[0,0]"),
    ("1.da", (1, 0), "1.z[0,0]"),
]


@pytest.mark.parametrize(("what", "place", "address"), CHANGES)
def test_a_changed_number_is_noticed(what, place, address):
    explain(SMALL, address)
    with pytest.raises(Disagreement, match=r"^explain .* of step 2: needs "):
        explain(changed(SMALL, what, place, 1e-9), address)


EXACT = ["1.dz", "0.dz", "0.penalty_grads:W", "0.grads:W", "0.after:W", "0.memory:W.m"]


@pytest.mark.parametrize(("what", "place", "address"), [c for c in CHANGES if c[0] in EXACT])
def test_where_nothing_is_added_up_the_last_bit_counts(what, place, address):
    unit = float(np.finfo(float).eps)  # changes any number by one or two units in the last place
    with pytest.raises(Disagreement, match="to the last bit"):
        explain(changed(SMALL, what, place, unit), address)


@pytest.mark.parametrize(("what", "address"), [("0.z", "0.z[1,1]"), ("0.dW", "0.dW[2,1]")])
def test_a_sum_may_differ_by_its_own_rounding_and_no_more(what, address):
    node, place = explain(SMALL, address), tuple(int(i) for i in address[-4:-1].split(","))
    off = node.formula.found().off
    theirs = abs(node.value)
    explain(changed(SMALL, what, place, 0.4 * off / theirs), address)
    with pytest.raises(Disagreement, match="within"):
        explain(changed(SMALL, what, place, 4 * off / theirs), address)


def test_the_last_da_and_the_row_of_a_softmax():
    spec = Spec(3, (Dense(2, "tanh"), Dense(3, "softmax")), "squared")
    rng = np.random.default_rng(0)
    batch = Batch(np.arange(2), rng.normal(size=(2, 3)), rng.random((2, 3)), None)
    made = step_of(spec, Training(steps=1), Network.start(spec, seed=0).params, batch)
    for what, address in [("1.a", "1.a[1,2]"), ("1.dz", "1.dz[1,2]")]:
        explain(made, address)
        with pytest.raises(Disagreement):
            explain(changed(made, what, (1, 2), 1e-9), address)


def test_labels():
    layers = (Dense(2, "tanh"), Dense(3, "softmax"))
    made = small_step(layers=layers, loss="softmax_cross_entropy")
    node = explain(made, "1.dz[1,1]")
    assert node.letters.startswith("(1.a[1,1] − (1 if y[1] = 1, else 0)) · ")
    assert "1 [1 = 1]" in node.numbers
    assert explain(made, "loss[0]").letters == "−ln(1.a[0,0])"
    with refused("softmax_cross_entropy goes straight to dz"):
        explain(made, "1.da[0,0]")
    with refused("softmax mixes a row"):
        explain(made, "1.slope[0,0]")


def with_everything(**settings: Any) -> StepRecord:
    """A step with dropout, clipping, decay, a schedule, both penalties, weights of classes."""
    spec = Spec(
        3,
        (Dense(4, "tanh", drop_probability=0.5), Dense(2, "softmax")),
        "softmax_cross_entropy(label_smoothing=0.1)",
    )
    training = Training(
        "adamw", 0.25, l1=0.02, l2=0.1, decay=0.125, clip_norm=0.05, schedule="cosine", steps=4,
        **settings,
    )  # fmt: skip
    batch = BATCH._replace(y=np.array([0, 1, 1, 0]), class_weight=np.array([1.0, 3.0, 3.0, 1.0]))
    return step_of(spec, training, Network.start(spec, seed=0).params, batch, 2)


def all_explained(made: StepRecord) -> Trace:
    trace = Trace(made, most=99)
    for address in trace.shapes:
        trace.node(address)
    return trace


def test_dropout_clipping_decay_schedule_penalties_and_weights_of_classes():
    made = with_everything()
    trace = all_explained(made)
    told = {address: trace.node(address).letters for address in (
        "0.mask[0,0]", "0.a[0,0]", "0.b.grad[1]", "clip_scale", "learning_rate", "0.W[0,0]",
        "0.b[0]", "loss",
    )}  # fmt: skip
    assert told["0.mask[0,0]"] == "(1 / (1 − drop_probability) if drawn > drop_probability, else 0)"
    assert told["0.a[0,0]"] == "tanh(0.z[0,0]) · 0.mask[0,0]"
    assert told["0.b.grad[1]"] == "0.db[1] · clip_scale"
    assert told["clip_scale"] == "(clip_norm / ‖g‖ if ‖g‖ > clip_norm, else 1)"
    assert told["learning_rate"] == ("base_rate · (end + (1 − end) · (1 + cos(π · progress)) / 2)")
    assert "(1 − learning_rate · decay) · 0.W[0,0]" in told["0.W[0,0]"]
    assert told["0.b[0]"].count("decay") == 1  # adamw's own, which is on biases as well
    assert "class_weight[n] / (Σₘ class_weight[m])" in told["loss"]
    assert made.clip_scale < 1
    assert made.learning_rate < 0.25


@pytest.mark.parametrize(
    ("what", "place"), [("0.mask", None), ("0.grads:b", 1), ("0.after:W", (0, 0))]
)
def test_a_change_of_any_of_them_is_found(what, place):
    made = with_everything()
    place = place or tuple(np.argwhere(made.layers[0].mask)[0])  # None: one that was kept
    with pytest.raises(Disagreement):
        all_explained(changed(made, what, place, 1e-9))
    with pytest.raises(Disagreement):
        Trace(made._replace(clip_scale=made.clip_scale * (1 + 1e-9))).node("clip_scale")


def test_a_rate_that_the_caller_chose_has_no_formula():
    made = with_everything()
    own = record(made.spec, made.training, made.before, made.batch, learning_rate=0.5)
    assert explain(own, "learning_rate").letters == ""
    assert explain(own, "learning_rate").value == 0.5
    assert explain(own, "0.W[0,0]").value == own.after.params["0.W"][0, 0]


def test_several_places():
    node = explain(SMALL, "0.W[:,1]")
    assert node.address == "0.W.next[:,1]"
    assert node.value == SMALL.after.params["0.W"][:, 1].tolist()
    assert [part.address for part in node.parts] == [f"0.W.next[{i},1]" for i in range(3)]
    few = explain(SMALL, "0.z", most=2)
    assert len(few.parts) == 2
    assert few.rest[0] == 6


def test_a_step_that_ran_away_is_explained():
    spec = Spec.chain([1, 1], "identity")
    batch = Batch(np.arange(1), np.array([[1e200]]), np.array([[0.0]]), None)
    with np.errstate(all="ignore"):
        made = step_of(
            spec,
            Training(learning_rate=1e200, steps=1),
            {"0.W": np.array([[1e200]]), "0.b": np.zeros(1)},
            batch,
        )
    assert explain(made, "loss").value == float("inf")
    explain(made, "0.W[0,0]")


def test_any_depth():
    spec = Spec.chain([1] * 400, "tanh")
    batch = Batch(np.arange(1), np.ones((1, 1)), np.ones((1, 1)), None)
    made = step_of(spec, Training(steps=1), Network.start(spec, seed=0).params, batch)
    node = explain(made, "0.W[0,0]")
    assert len(node.to_json()["nodes"]) > 4 * 399


def test_a_long_sum_shows_its_largest_terms_and_the_rest():
    rng = np.random.default_rng(0)
    spec = Spec.chain([40, 1], "identity")
    batch = Batch(np.arange(1), rng.normal(size=(1, 40)), np.zeros((1, 1)), None)
    made = step_of(spec, Training(steps=1), Network.start(spec, seed=0).params, batch)
    node = explain(made, "0.z[0,0]")
    terms = batch.x[0] * made.before.params["0.W"][:, 0]
    largest = np.sort(np.abs(terms))[::-1][:8]
    shown = [p.value * q.value for p, q in zip(node.parts[0:-1:2], node.parts[1:-1:2], strict=True)]
    assert np.abs(shown).tolist() == largest.tolist()
    assert node.rest[0] == 32
    # both are sums of 40 terms, rounded at most 40 times each
    assert abs(sum(shown) + node.rest[1] - terms.sum()) <= 80 * 2.0**-53 * np.abs(terms).sum()
    assert "(32 more: " in node.numbers


def test_a_frozen_parameter_stays():
    node = explain(problem_step("mazur"), "1.b[0]")
    assert (node.letters, node.value) == ("1.b[0]", 0.6)
    assert "frozen" in node.says


@pytest.mark.parametrize(
    ("address", "sample", "words"),
    [
        ("step 3: 1.W[0,0]", None, ["step 2", "step 3"]),
        ("1.z[0,0]", 3, ["place 1", "place 0"]),
        ("1.z[0]", 5, ["a row of this step's batch: 3, 4, 7, 9", "row 5"]),
        ("2.z[0,0]", None, ["The nearest"]),
        ("0.mask[0,0]", None, ["no dropout"]),
        ("0.W.u[0,0]", None, ["The nearest"]),
    ],
)
def test_what_is_refused(address, sample, words):
    with refused(*words):
        explain(SMALL, address, sample=sample)


def test_why_a_quantity_is_missing():
    made = problem_step("two-layer")
    with refused("layer 1 has no bias"):
        explain(made, "0.b[0]")
    with refused("sgd keeps no memory"):
        explain(made, "0.W.m[0,0]")
    with refused("weights of rows"):
        explain(made, "weight[0]")


def test_an_activation_of_ones_own():
    own = Activation("twice", "a = 2 z", lambda z: 2 * z, slope=lambda z, a: 2 * np.ones_like(z))
    spec = replace(Spec.chain([1, 1], "identity"), layers=(Dense(1, own),))
    batch = Batch(np.arange(1), np.ones((1, 1)), np.ones((1, 1)), None)
    made = step_of(spec, Training(steps=1), Network.start(spec, seed=0).params, batch)
    with refused("explain activation 'twice'", "chainrule.trace.rules"):
        explain(made, "loss")


def test_it_is_public():
    assert chainrule.explain is explain


def test_json():
    found = explain(SMALL, "0.W[0,0]").to_json()
    assert found["schema"] == 1
    nodes = found["nodes"]
    assert nodes[found["root"]]["address"] == "0.W.next[0,0]"
    assert all(part in nodes for node in nodes.values() for part in node["parts"])
    assert {n["address"] for n in nodes.values() if not n["letters"]} >= {"x[0,0]", "0.W[0,0]"}


def test_float32_parameters_may_meet_float64_data():
    made = small_step(dtype="float32")
    assert made.batch.x.dtype == "float64"
    assert made.after.params["0.W"].dtype == "float32"
    Trace(made).node("0.W")
    Trace(made).node("1.b")
