"""Derivations, pulls and what-if, held to the record of the step."""

import json

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.engine.batches import Batches
from chainrule.engine.reference import record
from chainrule.view import why
from chainrule.view.line import Line
from chainrule.view.mathml import tree
from chainrule.view.parts import Tree
from chainrule.view.sets import Kept
from chainrule.view.settings import Chosen, set_up

TAGS = {
    "mrow", "mi", "mn", "mo", "msup", "msub", "msubsup", "mfrac", "msqrt", "munder", "mtext",
    "mtable", "mtr", "mtd",
}  # fmt: skip
ATTRIBUTES = {"data-to", "form", "stretchy", "movablelimits", "class"}


def moment(sample=None, **settings):
    setup = set_up(Chosen.of({"data": "moons", **settings}), Kept())
    batches = Batches(setup.source.data.fitted(setup.spec).train, setup.training)
    return setup, batches, why.moment(setup, batches, "A", Line("A", setup).start, sample)


def walked(found):
    yield found
    for child in found[2:]:
        if isinstance(child, Tree):
            yield from walked(child)


@pytest.mark.parametrize(
    ("optimizer", "address"),
    [
        *(("adam", address) for address in ("1.W[2,5]", "loss", "1.z[3,2]", "2.a[0,0]")),
        *((name, "0.b[1]") for name in ("sgd", "nesterov", "adamw", "rmsprop")),
    ],
)
def test_every_factor_leads_to_a_node_or_to_an_address(optimizer, address):
    _, _, at = moment(optimizer=optimizer)
    found = why.derivation(7, at, address)
    assert found.re == 7
    assert found.title.endswith("?")
    root = found.nodes[found.root]
    assert root.kind == "number"
    for key, node in found.nodes.items():
        for part in node.parts:
            assert part in found.nodes or at.trace.node(part).value is not None, (key, part)
        for formula in filter(None, (node.name, node.letters, node.numbers)):
            for tag, attributes, *_ in walked(formula):
                assert tag in TAGS
                assert set(attributes) <= ATTRIBUTES
                to = attributes.get("data-to")
                assert to is None or to in node.parts, (key, to)
    shown = {
        part for _, attributes, *_ in walked(root.numbers) if (part := attributes.get("data-to"))
    }
    assert shown == set(root.parts)
    json.loads(found.to_text())


def test_it_goes_down_to_the_data():
    _, _, at = moment()
    kinds, waiting, seen = set(), ["0.W[1,0]"], set()
    while waiting and len(seen) < 400:
        found = why.derivation(1, at, waiting.pop())
        kinds |= {node.kind for node in found.nodes.values()}
        seen |= set(found.nodes)
        waiting += [
            part for node in found.nodes.values() for part in node.parts if part not in seen
        ]
        waiting = [part for part in waiting if not part.startswith("#")]
    assert kinds == {"number", "data", "setting", "parameter", "memory"}


def test_values_are_the_record_s_to_the_last_digit():
    setup, batches, at = moment()
    made = record(setup.spec, setup.training, Line("A", setup).start, batches(1))
    found = why.derivation(1, at, "1.W[2,5]")
    assert float(found.nodes[found.root].digits) == made.after.params["1.W"][2, 5]
    assert float(found.nodes["1.dW[2,5]"].digits) == made.layers[1].dW[2, 5]
    assert found.step == made.t == 1
    assert list(found.rows) == made.batch.rows.tolist()


def test_a_row_outside_the_batch_is_explained_alone():
    _, batches, _ = moment()
    outside = next(row for row in range(400) if row not in batches(1).rows)
    _, _, at = moment(sample=outside)
    assert at.alone
    found = why.derivation(1, at, "2.a[0]")
    assert "alone" in found.question
    assert found.rows == (outside,)
    inside = int(batches(1).rows[3])
    assert not moment(sample=inside)[2].alone
    with pytest.raises(UsageError):
        moment(sample=400)


def test_the_pulls_add_up_to_the_gradient():
    _, _, at = moment(batch_size=None)
    for address, wanted in (
        ("1.W[2,5]", at.made.layers[1].dW[2, 5]), ("1.b[3]", at.made.layers[1].db[3]),
        ("0.W[0,7]", at.made.layers[0].dW[0, 7]),
    ):  # fmt: skip
        found, count, rest, total = why.pulls(at, address)
        sizes = [abs(pull.share) for pull in found]
        assert sizes == sorted(sizes, reverse=True)
        assert (len(found), count) == (why.PULLS, 400 - why.PULLS)
        assert sum(pull.share for pull in found) + rest == pytest.approx(total, rel=1e-12)
        assert total == pytest.approx(float(wanted), rel=1e-9)  # another order of 400 terms
        assert len({pull.row for pull in found}) == len(found)
    for wrong in ("loss", "1.z[0,0]", "1.W[2]", "9.W[0,0]", "<script>", "1.W[99,0]"):
        with pytest.raises(UsageError):
            why.pulls(at, wrong)


def test_a_shared_bias_is_pulled_by_all_units():
    setup = set_up(Chosen("mazur-shared-biases"), Kept())
    batches = Batches(setup.source.data.fitted(setup.spec).train, setup.training)
    at = why.moment(setup, batches, "A", Line("A", setup).start, None)
    assert why.pulls(at, "b1")[3] == pytest.approx(float(at.made.layers[0].db[0]), rel=1e-14)


@pytest.mark.parametrize("changed", ["1.W[2,5]", "learning_rate", "x[0,1]", "y[3]", "0.b[2]"])
def test_what_if_is_the_step_with_that_number(changed):
    setup, _, at = moment(optimizer="sgd", loss="softmax_cross_entropy")
    other, was = why.changed(setup, at, changed, 1.0)
    state, batch, rate = at.made.before, at.made.batch, at.made.learning_rate
    if changed == "learning_rate":
        assert was == rate
        rate = 1.0
    elif changed in ("x[0,1]", "y[3]"):
        name = changed[0]
        array = np.array(getattr(batch, name))
        place = (0, 1) if name == "x" else (3,)
        assert was == array[place]
        array[place] = 1
        batch = batch._replace(**{name: array})
    else:
        name, place = ("1.W", (2, 5)) if changed[0] == "1" else ("0.b", (2,))
        theta = np.array(state.params[name])
        assert was == theta[place]
        theta[place] = 1.0
        state = state._replace(params={**state.params, name: theta})
    wanted = record(setup.spec, setup.training, state, batch, learning_rate=rate, epoch=0)
    for name, theta in wanted.after.params.items():
        assert other.made.after.params[name].tobytes() == theta.tobytes()
    found = why.derivation(1, other, "1.W[2,5]")
    assert float(found.nodes[found.root].digits) == wanted.after.params["1.W"][2, 5]
    assert at.made.before.params["1.W"][2, 5] != 1.0  # the truth is not touched


@pytest.mark.parametrize(
    ("changed", "value"),
    [("1.W", 1.0), ("loss", 1.0), ("1.z[0,0]", 1.0), ("x[0]", 1.0), ("x[999,0]", 1.0),
     ("y[0]", 0.5), ("y[0]", -1.0), ("", 1.0)],
)  # fmt: skip
def test_what_can_t_be_changed_is_said(changed, value):
    setup, _, at = moment(loss="softmax_cross_entropy")
    with pytest.raises(UsageError):
        why.changed(setup, at, changed, value)


def test_large_batches_are_refused_before_they_are_recorded(monkeypatch):
    monkeypatch.setattr(why, "WORK", 100)
    with pytest.raises(UsageError, match="smaller batch"):
        moment()


def test_markup_becomes_a_tree_and_text_stays_text():
    found = tree("<mrow data-to='a'><mi>x</mi><mo>·</mo></mrow>")
    assert found == ("mrow", {"data-to": "a"}, ("mi", {}, "x"), ("mo", {}, "·"))
    assert tree("<mtext>&lt;script&gt;</mtext>") == ("mtext", {}, "<script>")
