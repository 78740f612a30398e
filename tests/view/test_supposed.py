"""What a session answers: the step that is explained is the one that is made, and what if."""

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.engine.protocol import rows_of
from chainrule.engine.reference import forward, loss_of
from chainrule.records import Batch
from chainrule.training.evaluation import part_loss
from chainrule.view import commands as c
from chainrule.view import why
from chainrule.view.answers import BARS, answer
from chainrule.view.words import short
from tests.helpers import same_bits
from tests.view.test_why import later

pytestmark = pytest.mark.usefixtures("patient")

RATES = {
    "as it is": {}, "each pass another": {"schedule": "step(every=1)"},
    "with dropout": {"drop_probability": 0.4}, "clipped": {"clip_norm": 0.01, "l2": 0.1},
    "on a plateau": {"schedule": "on_plateau(patience=1)", "learning_rate": 3.0,
                     "optimizer": "sgd"},
}  # fmt: skip


@pytest.mark.parametrize("how", RATES.values(), ids=RATES)
def test_the_update_that_is_explained_is_the_one_that_was_made(session, how):
    session.do(c.Configure(1, how))
    session.do(c.Step(1, 40))
    line = session.line
    if "plateau" in how.get("schedule", ""):
        assert line.state(39).control["falls"]  # else there is nothing to be seen here
    for step in (0, 4, 5, 22, 39):
        at = session.moment(step, None)
        before, after = line.state(step), line.state(step + 1)
        assert at.made.t == step + 1
        assert same_bits(at.made.before.params, before.params)
        for name, theta in after.params.items():
            assert np.allclose(at.made.after.params[name], theta, rtol=1e-10, atol=1e-12), step


def test_the_question_names_the_step_and_the_row_it_is_about(session):
    session.do(c.Step(1, 12))
    for step in (None, 3, 7):
        found = answer(session, c.Explain(1, "1.W[0,0]", step=step))
        assert (found.step, found.branch) == (12 + 1 if step is None else step + 1, "A")
    row = found.rows[2]
    found = answer(session, c.Explain(1, "0.z[:,1]", row, 7))
    assert found.sample == row
    assert found.question == f"unit 1 of layer 1, for point {row}"
    assert found.title == "What comes into this unit?"
    found = answer(session, c.Explain(1, "1.W[2,0]"))
    assert found.question == "from unit 2 of layer 1 to unit 0 of layer 2"
    found = answer(session, c.Explain(1, "0.W[1,2]"))
    assert found.question == "from x₂ to unit 2 of layer 1"
    found = answer(session, c.Explain(1, "loss", part="test"))
    assert found.question == "the mean over all 20 test points"
    assert found.nodes["loss"].says == "the mean error of all 20 test points"


def test_why_a_sum_is_another_number_than_the_curve(session):
    session.do(c.Configure(1, {"batch": "sum", "batch_size": None}))
    found = answer(session, c.Explain(1, "loss")).nodes["loss"]
    n = session.painter.data.parts["train"].n
    assert found.says == (
        f"the sum of the errors of this step’s {n} points, before the update, as “Gradient of a "
        f"batch” is set to sum. The curve shows means: the sum, divided by {n}, is "
        f"{short(found.value / n)}"
    )
    session.do(c.Configure(1, {"batch": "mean"}))
    found = answer(session, c.Explain(1, "loss")).nodes["loss"]
    assert found.says == f"the mean of the errors of this step’s {n} points, before the update"


def test_one_point_is_told_as_one(session):
    session.do(c.Configure(1, {"data": "mazur", "batch_size": 1}, whole=True))
    found = answer(session, c.Explain(1, "loss")).nodes["loss"]
    assert found.says == "the error of this step’s one point, before the update"
    assert answer(session, c.Pulls(1, "1.W[0,0]")).says.startswith("One point makes up this")
    says = answer(session, c.WhatIf(1, "loss", "1.W[0,0]", 4.0)).says
    assert "the error of this point after the step would be" in says
    says = answer(session, c.WhatIf(1, "loss", "1.W[0,0]", 4.0, part="train")).says
    assert "the error of the training point would be" in says


def test_what_was_open_stays_open(session):
    session.do(c.Step(1, 2))
    deep = ("0.slope[0,1]", "9.W[0,0]", "0.W[1,1]#")
    assert "0.slope[0,1]" not in answer(session, c.Explain(1, "loss")).nodes
    found = answer(session, c.Explain(1, "loss", also=deep)).nodes
    assert {"0.slope[0,1]", "0.W[1,1]#"} <= set(found)
    assert "9.W[0,0]" not in found


def test_a_number_is_written_with_its_sign():
    setup, batches, state, _ = later({})
    at = why.moment(setup, batches, "A", state, None)
    from chainrule.view.derivation import derivation

    for key in ("0.W[0,0]", "1.z[0,0]", "loss"):
        for node in derivation(1, at, key).nodes.values():
            if node.value is not None:
                assert node.text == short(node.value)
                assert float(node.digits) == node.value


# ------------------------------------------------------------------------------------- who pulls


def test_every_pull_is_that_of_its_row(session):
    session.do(c.Step(1, 3))
    at = session.moment(None, None)
    found = answer(session, c.Pulls(1, "1.W[2,0]"))
    rows, here = at.made.batch.rows.tolist(), at.made.layers[1]
    assert rows != list(range(len(rows)))
    assert sorted(pull.row for pull in found.pulls) == sorted(rows)
    for pull in found.pulls:
        assert rows[pull.place] == pull.row
        assert pull.share == here.x[pull.place, 2] * here.dz[pull.place, 0]
    sizes = [abs(pull.share) for pull in found.pulls]
    assert sizes == sorted(sizes, reverse=True)
    assert len({pull.share > 0 for pull in found.pulls}) == 2
    assert found.says.startswith("8 points make up")
    assert "on top" not in found.says
    assert (found.rest_count, found.rest) == (0, f"All together {found.total}.")


def test_what_has_no_bar_is_added_up_in_words(session):
    session.do(c.Configure(1, {"batch_size": None, "clip_norm": 1e-6}))
    found = answer(session, c.Pulls(1, "1.W[2,0]"))
    assert "clipping come on top" in found.says
    here = session.moment(None, None).made.layers[1]
    shares = here.x[:, 2] * here.dz[:, 0]
    rest = shares.sum() - sum(pull.share for pull in found.pulls[:BARS])
    said = f"And {40 - BARS} more: {short(rest)}. All together {short(shares.sum())}."
    assert found.rest == said


# --------------------------------------------------------------------------------------- what if


def losses_of(session, at, params):
    spec, batch = session.setup.spec, at.made.batch
    return short(loss_of(spec, forward(spec, params, batch.x), batch).per_row.mean())


def test_what_if_tells_what_was_and_what_would_be(session):
    session.do(c.Step(1, 5))
    known = session.shown_state()
    at = session.moment(None, None)
    row = int(at.made.batch.rows[2])
    other, was = why.changed(session.setup, session.moment(None, row), "1.W[2,0]", 4.0)
    found = answer(session, c.WhatIf(1, "1.W[2,0]", "1.W[2,0]", 4.0))
    assert (found.was, found.now, found.changed) == (was, 4.0, "1.W[2,0]")
    assert was == known.params["1.W"][2, 0]
    assert found.value_was == short(at.made.after.params["1.W"][2, 0])
    assert found.value_now == short(other.made.after.params["1.W"][2, 0])
    assert found.loss_was == losses_of(session, at, at.made.after.params)
    assert found.loss_now == losses_of(session, at, other.made.after.params)
    assert found.loss_was != found.loss_now
    assert found.says == (
        f"With 4 instead of {short(was)}: the error of these points after the step would be "
        f"{found.loss_now} instead of {found.loss_was}."
    )
    assert found.map == session.painter.small_map(other.made.after.params)
    assert same_bits(session.shown_state().params, known.params)
    of_row = answer(session, c.WhatIf(1, "0.a[:,1]", "0.b[1]", 4.0, row))
    wanted = why.changed(session.setup, session.moment(None, row), "0.b[1]", 4.0)[0]
    assert of_row.value_was == short(at.made.layers[0].a[2, 1])
    assert of_row.value_now == short(wanted.made.layers[0].a[2, 1]) != of_row.value_was


def test_what_if_of_a_part_is_about_the_state_itself(session):
    session.do(c.Step(1, 5))
    spec, params, parts = session.setup.spec, session.shown_state().params, session.painter.data
    found = answer(session, c.WhatIf(1, "loss", "1.W[2,0]", 4.0, part="test"))
    other = {name: np.array(theta) for name, theta in params.items()}
    other["1.W"][2, 0] = 4.0
    assert found.loss_was == short(part_loss(spec, params, parts.test)[0])
    assert found.loss_now == short(part_loss(spec, other, parts.test)[0])
    assert "the error of all test points would be" in found.says
    assert found.map == session.painter.small_map(other)


def test_to_suppose_what_is_true_changes_nothing(session):
    session.do(c.Configure(1, {"drop_probability": 0.4, "schedule": "step(every=1)"}))
    session.do(c.Step(1, 7))
    row = int(session.moment(None, None).made.batch.rows[1])
    at = session.moment(None, row)
    for address in ("1.W[2,0]", "learning_rate", "x[1,0]"):
        found = answer(session, c.WhatIf(1, "1.W[2,0]", address, 0.0))
        other, was = why.changed(session.setup, at, address, found.was)
        assert was == found.was
        assert same_bits(other.made.after.params, at.made.after.params)
        assert (other.made.epoch, other.made.t) == (at.made.epoch, at.made.t)
        assert (other.sample, other.trace.position) == (row, at.trace.position)


def test_of_two_classes_there_is_no_third(session):
    session.do(c.Configure(1, {"loss": "softmax_cross_entropy"}))
    with pytest.raises(UsageError, match="from 0 to 1"):
        answer(session, c.WhatIf(1, "loss", "y[0]", 2.0))


@pytest.mark.parametrize("data", ["circles", "blobs"])
def test_a_small_map_is_the_large_one_in_whole_numbers(session, data):
    session.do(c.Configure(1, {"data": data}, whole=True))
    painter, params = session.painter, session.shown_state().params
    found = painter.small_map(params)
    from chainrule.view.picture import View

    picture = painter.paint(params, 0, View(side=found.side, small=8))[0]
    assert (found.low, found.high) == picture.ends["map"]
    shown = found.low + np.array(found.values) * ((found.high - found.low) / 255)
    error = np.abs(shown - picture.arrays["map"].ravel()).max()
    assert error <= 0.51 * (found.high - found.low) / 255


# ----------------------------------------------------------------------------------------- a row


@pytest.mark.parametrize("part", ["train", "test"])
def test_a_row_is_answered_by_the_shown_state(session, part):
    session.do(c.Step(1, 6))
    session.do(c.Seek(1, 4))
    spec, params = session.setup.spec, session.shown_state().params
    arrays = session.painter.data.parts[part]
    rows = np.array([3])
    batch = Batch(rows, *rows_of(arrays, rows))
    passed = forward(spec, params, batch.x)
    found = answer(session, c.Row(1, part, 3))
    assert (found.part, found.row, found.step) == (part, 3, 4)
    assert found.loss == short(loss_of(spec, passed, batch).value)
    assert [list(layer) for layer in found.a] == [each.a[0].tolist() for each in passed]
    name, _, share = found.answer.partition(", ")
    of_second = float(passed[-1].a[0, 0])
    assert name == session.scene.classes[int(of_second > 0.5)]
    assert share == f"{short(100 * max(of_second, 1 - of_second))} %"
    truth = int(np.ravel(session.setup.source.data.parts[part].block(3, 4)[1])[0])
    assert found.truth == session.scene.classes[truth]
    assert found.right == (truth == int(of_second > 0.5))
    for wrong in (-1, arrays.n):
        with pytest.raises(UsageError, match="a row of 40 train, 20 test"):
            answer(session, c.Row(1, part, wrong))


def test_a_shared_address_hides_what_was_asked_and_opens_large(session):
    assert "hide=why,code" in answer(session, c.Share(1, ("why", "code"))).address
    address = answer(session, c.Share(1, (), True)).address
    assert "view=projector" in address
    assert "hide" not in address
