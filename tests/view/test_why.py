"""Derivations, pulls and what-if, held to the record of the step."""

import json

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.engine.batches import Batches
from chainrule.engine.protocol import rows_of
from chainrule.engine.reference import forward, loss_of, record
from chainrule.records import Batch
from chainrule.training.evaluation import part_loss
from chainrule.view import derivation as module
from chainrule.view import why
from chainrule.view.derivation import derivation, node_of
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
    found = derivation(7, at, address)
    assert found.re == 7
    assert found.title.endswith("?")
    root = found.nodes[found.root]
    assert root.kind == "number"
    for key, node in found.nodes.items():
        for part in node.parts:
            assert part in found.nodes or node_of(at, part).value is not None, (key, part)
        cells = [cell for group in node.groups for cell in group.cells]
        formulas = (
            node.name,
            node.letters,
            *(tree for c in cells for tree in (c.letters, c.numbers)),
        )
        for formula in filter(None, formulas):
            for tag, attributes, *_ in walked(formula):
                assert tag in TAGS
                assert set(attributes) <= ATTRIBUTES
                to = attributes.get("data-to")
                assert to is None or to in node.parts, (key, to)
    assert set(links_of(root)) == set(root.parts)
    json.loads(found.to_text())


def test_it_goes_down_to_the_data():
    _, _, at = moment()
    kinds, waiting, seen = set(), ["0.W[1,0]"], set()
    while waiting and len(seen) < 400:
        found = derivation(1, at, waiting.pop())
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
    found = derivation(1, at, "1.W[2,5]")
    assert float(found.nodes[found.root].digits) == made.after.params["1.W"][2, 5]
    assert float(found.nodes["1.dW[2,5]"].digits) == made.layers[1].dW[2, 5]
    assert found.step == made.t == 1
    assert list(found.rows) == made.batch.rows.tolist()


def test_a_row_outside_the_batch_is_explained_alone():
    _, batches, _ = moment()
    outside = next(row for row in range(400) if row not in batches(1).rows)
    _, _, at = moment(sample=outside)
    assert at.alone
    found = derivation(1, at, "2.a[0]")
    assert "alone" in found.question
    assert found.rows == (outside,)
    inside = int(batches(1).rows[3])
    assert not moment(sample=inside)[2].alone
    with pytest.raises(UsageError):
        moment(sample=400)


@pytest.mark.parametrize("address", ["2.a[:,0]", "loss[:]"])
def test_a_row_keeps_its_links_from_step_to_step(address):
    """In each step's batch it has another place, and in most it has none."""
    setup, batches, state, data = later({}, steps=0)
    row, links, places = 4, (), set()
    for t in range(1, 13):
        at = why.moment(setup, batches, "A", state, row)
        found = derivation(1, at, address, links)
        batch = Batch(np.array([row]), *rows_of(data.train, np.array([row])))
        passed = forward(setup.spec, state.params, batch.x)
        loss = loss_of(setup.spec, passed, batch)
        wanted = passed[-1].a[0, 0] if "a" in address else loss.per_row[0]
        assert found.nodes[found.root].value == pytest.approx(wanted, rel=1e-12)
        assert "row 4 alone" in found.question if at.alone else "point 4" in found.question
        assert set(links) <= set(found.nodes)
        links = tuple(found.nodes)
        places.add(None if at.alone else at.trace.position)
        state = record(setup.spec, setup.training, state, batches(t), epoch=batches.epoch(t)).after
    assert places == {None, 0, 1, 2}


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
    found = derivation(1, other, "1.W[2,5]")
    assert float(found.nodes[found.root].digits) == wanted.after.params["1.W"][2, 5]
    assert at.made.before.params["1.W"][2, 5] != 1.0  # the truth is not touched


@pytest.mark.parametrize(
    ("changed", "value"),
    [("1.W", 1.0), ("loss", 1.0), ("1.z[0,0]", 1.0), ("x[0]", 1.0), ("x[999,0]", 1.0),
     ("y[0]", 0.5), ("y[0]", -1.0), ("y[0]", 7.0), ("y[0]", np.inf), ("y[0]", np.nan),
     ("x[0,0]", np.inf), ("1.W[2,5]", np.nan), ("", 1.0)],
)  # fmt: skip
def test_what_can_t_be_changed_is_said(changed, value):
    setup, _, at = moment(loss="softmax_cross_entropy")
    with pytest.raises(UsageError):
        why.changed(setup, at, changed, value)


@pytest.mark.parametrize(
    ("loss", "value", "needs"),
    [("binary_cross_entropy", 7.0, "from 0 to 1"), ("binary_cross_entropy", -0.1, "from 0 to 1"),
     ("hinge", 7.0, "from 0 to 1"), ("poisson", -1.0, "from 0 up"),
     ("binary_cross_entropy", 0.5, ""), ("poisson", 7.0, ""), ("half_squared", 7.0, "")],
)  # fmt: skip
def test_an_answer_is_one_that_the_formula_of_the_error_is_meant_for(loss, value, needs):
    setup, _, at = moment(loss=loss)
    if not needs:
        assert why.changed(setup, at, "y[0,0]", value)[0].made.batch.y[0, 0] == value
        return
    with pytest.raises(UsageError, match=f"with {loss}: needs an answer {needs}"):
        why.changed(setup, at, "y[0,0]", value)


@pytest.mark.parametrize("address", ["0.W[0,0]", "loss", "4.z[3,1]"])
def test_only_what_is_sent_is_explained(address):
    """Of thousands of numbers that lead down to the data."""
    _, _, at = moment(batch_size=None, hidden=[[16, "tanh"]] * 5)
    found = derivation(1, at, address)
    assert 1 < len(found.nodes) <= module.NODES
    named = {part for node in found.nodes.values() for part in node.parts} | set(found.nodes)
    assert len(at.trace.done) <= len(named)


def test_large_batches_are_refused_before_they_are_recorded(monkeypatch):
    monkeypatch.setattr(why, "WORK", 100)
    with pytest.raises(UsageError, match="smaller batch"):
        moment()


def test_markup_becomes_a_tree_and_text_stays_text():
    found = tree("<mrow data-to='a'><mi>x</mi><mo>·</mo></mrow>")
    assert found == ("mrow", {"data-to": "a"}, ("mi", {}, "x"), ("mo", {}, "·"))
    assert tree("<mtext>&lt;script&gt;</mtext>") == ("mtext", {}, "<script>")


# ----------------------------------------------------------------- every link, down to its end

WALKED = [  # every optimiser, loss, penalty and schedule once, as few networks as do
    {"optimizer": "sgd", "loss": "binary_cross_entropy", "l2": 0.01},
    {"optimizer": "momentum", "loss": "softmax_cross_entropy", "drop_probability": 0.3},
    {"optimizer": "nesterov", "loss": "hinge", "schedule": "cosine", "l1": 0.01},
    {"optimizer": "adam", "loss": "half_squared", "clip_norm": 0.001},
    {"optimizer": "adamw", "loss": "huber(delta=0.5)", "schedule": "warm_up"},
    {"optimizer": "rmsprop", "loss": "softmax_cross_entropy(label_smoothing=0.1)",
     "schedule": "exponential"},
    {"optimizer": "adagrad", "loss": "absolute", "schedule": "step(every=1)", "batch": "sum"},
    {"data": "mazur-shared-biases"},
    {"data": "three-layer", "schedule": "inverse_scaling"},
    {"data": "blobs", "rows": 8, "hidden": [[2, "relu"]], "batch_size": 3, "optimizer": "adam",
     "l2": 0.1, "clip_norm": 0.1, "drop_probability": 0.5},
]  # fmt: skip


FEW = {
    "data": "moons", "rows": 9, "test_rows": 5, "batch_size": 3,
    "hidden": [[3, "tanh"], [2, "sigmoid"]],
}  # fmt: skip


def later(settings, steps=3):
    """The step after a few others: memories are no zeros any more."""
    small = {} if settings.get("data") else FEW
    setup = set_up(Chosen.of({**small, **settings}), Kept())
    data = setup.source.data.fitted(setup.spec)
    batches, state = Batches(data.train, setup.training), Line("A", setup).start
    for t in range(1, steps + 1):
        state = record(
            setup.spec, setup.training, state, batches(t), epoch=batches.epoch(t)
        ).after  # fmt: skip
    return setup, batches, state, data


def starts(setup):
    """Every parameter, and the errors."""
    yield from ("loss", "loss[0]")
    for name, shape in setup.spec.shapes.items():
        yield from (f"{name}[{','.join(map(str, place))}]" for place in np.ndindex(*shape))


def links_of(node):
    """The keys that can be pressed: in the columns, where the page has them."""
    for group in node.groups:
        for cell in group.cells:
            for _, attributes, *_ in walked(cell.numbers):
                if "data-to" in attributes:
                    yield attributes["data-to"]


def walked_to_the_end(at, *addresses):
    """Every key that can be reached by links, each asked for by itself; those without one."""
    waiting, known = list(addresses), {}
    while waiting:
        key = waiting.pop()
        if key in known:
            continue
        found = derivation(1, at, key)
        json.loads(found.to_text())
        node = known[key] = found.nodes[found.root]
        assert node.title, key
        assert bool(node.groups) == (node.kind == "number"), key
        links = set(links_of(node))
        assert links <= set(node.parts), key
        waiting += links
    return {node.kind for node in known.values() if not node.groups}


@pytest.mark.parametrize("settings", WALKED, ids=lambda each: f"{each}"[:60])
def test_every_link_leads_on_to_an_end(settings, monkeypatch):
    monkeypatch.setattr(module, "NODES", 1)  # each link is asked for by its key
    setup, batches, state, _ = later(settings)
    at = why.moment(setup, batches, "A", state, None)
    ends = walked_to_the_end(at, *starts(setup))
    assert {"data", "parameter"} <= ends
    name = setup.training.optimizer.name
    assert ("memory" in ends) == (name != "sgd")


@pytest.mark.parametrize("part", ["train", "test"])
def test_the_error_of_a_part_is_that_of_the_curve(part):
    settings = {"drop_probability": 0.3, "batch": "sum", "loss": "binary_cross_entropy"}
    setup, batches, state, data = later(settings)
    at = why.judged(setup, batches, "A", state, None, part, data.parts[part])
    told = derivation(1, at, "loss")
    root = told.nodes["loss"]
    assert told.when == f"At step {state.step}."
    _, _, leading = moment()
    assert derivation(1, leading, "loss").when == "In the step from 0 to 1."
    wanted, _ = part_loss(setup.spec, state.params, data.parts[part])
    assert root.value == pytest.approx(wanted, rel=1e-12)
    assert {"data", "parameter"} <= walked_to_the_end(at, "loss")
    one = why.judged(setup, batches, "A", state, 2, part, data.parts[part])
    found = derivation(1, one, "loss[2]")
    assert found.question == f"for {why.NOUNS[part]} 2"
    assert found.nodes[found.root].address == "loss[2]"
    with pytest.raises(UsageError, match="row from 0"):
        why.judged(setup, batches, "A", state, 10**6, part, data.parts[part])


def test_numbers_on_the_way_have_keys_of_their_own():
    setup, batches, state, _ = later({"optimizer": "adam"})
    at = why.moment(setup, batches, "A", state, None)
    found = derivation(1, at, "1.W[0,0]")
    keys = [key for key in found.nodes if "#" in key]
    assert "1.W.next[0,0]#m̂" in keys
    assert derivation(1, at, "1.W.next[0,0]#m̂").nodes["1.W.next[0,0]#m̂"].value == pytest.approx(
        found.nodes["1.W.next[0,0]#m̂"].value, rel=0
    )
    with pytest.raises(UsageError, match="on the way"):
        derivation(1, at, "1.W[0,0]#nothing")
