"""Every number on the page is one of the state that it is said to be of."""

import re
from dataclasses import fields

import pytest

from chainrule.training.evaluation import evaluate
from chainrule.view import commands as c
from chainrule.view import frame, judged
from chainrule.view.frame import FrameHead
from chainrule.view.judged import Judge, last_point
from chainrule.view.picture import View
from chainrule.view.ring import Snapshot
from chainrule.view.session import Session
from tests.helpers import same_bits
from tests.view.sessions import QUICK, SMALL, head, picture

pytestmark = pytest.mark.usefixtures("patient")

LARGE = {"data": "moons", "rows": 8000, "test_rows": 6000, "stop_below": None}


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    session = Session(tmp_path_factory.mktemp("runs"))
    yield session
    session.close()


def true_losses(session):
    painter = session.painter
    return evaluate(painter.spec, session.shown_state().params, painter.data)[0]


def test_of_large_parts_the_numbers_are_those_of_the_shown_state(session):
    session.do(c.Configure(1, LARGE, whole=True))
    session.do(c.Step(1, 47))
    assert session.line.points[-1].step < 47  # or else this tests nothing
    found = head(session)
    assert found.losses == true_losses(session)
    assert found.measured_at == {"train": 47, "test": 47}
    assert found.headline.startswith("Paused: ")


def test_numbers_of_an_earlier_state_say_of_which(session, monkeypatch):
    session.do(c.Configure(1, LARGE, whole=True))
    session.do(c.Step(1, 300))
    point = session.line.points[-1]
    assert 0 < point.step < 300
    monkeypatch.setattr(judged, "STILL", 0.0)
    found = head(session)
    right = round(point.metrics["accuracy"] * 6000)
    assert found.losses == {"train": point.train, "test": point.test}
    assert found.measured_at == {"train": point.step, "test": point.step}
    assert found.right == {"test": (right, 6000)}
    assert found.headline == (
        f"Paused, at step {point.step:,}: {right:,} of 6,000 test points right."
    )


def test_drawn_points_are_answered_even_where_their_part_is_too_much_work(session, monkeypatch):
    session.do(c.Configure(1, LARGE, whole=True))
    session.do(c.Step(1, 30))
    whole = frame.from_bytes(picture(session))[1]
    session.version += 1  # drawn again
    session.painter.judge._held = None
    monkeypatch.setattr(judged, "STILL", 0.0)
    few = frame.from_bytes(picture(session))[1]
    for name in ("train.answer", "train.right", "test.answer", "test.right"):
        assert len(few[name]) == 1000
        assert few[name] == pytest.approx(whole[name], rel=1e-6), name
    assert few["test.answer"].std() > 0


def test_the_metrics_are_of_the_judged_part_or_not_told(session, monkeypatch):
    session.do(c.Configure(1, {"data": "sine", "rows": 60, "test_rows": 900}, whole=True))
    most = 100 * (session.setup.spec.parameters + judged.ROW)  # of these parts only training
    monkeypatch.setattr(judged, "STILL", most)
    found = session.painter.judge(session.shown_state().params, 0, {})
    assert (set(found.losses), found.metrics) == ({"train"}, {})


def test_the_past_of_a_branch_is_its_parent_s(session, monkeypatch):
    session.do(c.Configure(1, QUICK, whole=True))
    session.do(c.Step(1, 9))
    session.do(c.Seek(1, 4))
    monkeypatch.setattr(judged, "STILL", 0.0)
    wanted = head(session)
    assert wanted.losses["test"] is not None
    session.do(c.Branch(1, 6, {"learning_rate": 0.3}))
    assert last_point(session.line, 6).step == 6  # before its first step, too
    session.do(c.Step(1, 4))
    assert last_point(session.line, 9) is not last_point(session.line.parent, 9)
    session.do(c.Seek(1, 4))
    found = head(session)
    assert found.branch == "B"
    assert (found.losses, found.right, found.headline) == (
        wanted.losses, wanted.right, wanted.headline,
    )  # fmt: skip


def test_one_state_is_measured_once_whatever_is_magnified(session, monkeypatch):
    session.do(c.Configure(1, QUICK, whole=True))
    session.do(c.Step(1, 3))
    counted = []
    measured = Judge._measured
    monkeypatch.setattr(
        Judge, "_measured", lambda *all_: counted.append(all_[2]) or measured(*all_)
    )
    arrays = [frame.from_bytes(picture(session, View(0, k, side=8, small=8)))[1] for k in range(3)]
    assert counted == [3]
    assert {each["train.right"].tobytes() for each in arrays} == {
        arrays[0]["train.right"].tobytes()
    }
    session.do(c.Step(1, -1))
    picture(session)
    assert counted == [3, 2]


def test_two_pages_see_the_state_that_was_taken_though_training_is_further_on(session, monkeypatch):
    """Nothing is saved and nothing replayed for a second page while it trains."""
    session.do(c.Configure(1, QUICK, whole=True))
    session.do(c.Step(1, 5))
    params = session.shown_state().params
    session.do(c.Configure(1, QUICK, whole=True))
    newest = iter([Snapshot(1, 5, params), Snapshot(2, 6, {})])
    with monkeypatch.context() as patch:
        patch.setattr(session, "mode", "training")
        patch.setattr(session.driver, "running", True)
        patch.setattr(session.driver, "newest", lambda: next(newest))
        patch.setattr(session.easel, "save", lambda *_: pytest.fail("it saves"))
        session.tick()
        frames = [frame.from_bytes(picture(session, View(side=s, small=8))) for s in (8, 16)]
    for found, arrays in frames:
        assert found.step == 5
        assert same_bits({n: arrays[n] for n in params}, {
            n: theta.astype(arrays[n].dtype) for n, theta in params.items()
        })  # fmt: skip


def test_every_block_of_a_frame_is_told_of(session):
    told = set(re.findall(r"[\w.]+(?=,? )", FrameHead.__doc__))
    for settings in (QUICK, {"data": "digits"}, {"data": "blobs", "rows": 30, "test_rows": 30}):
        session.do(c.Configure(1, settings, whole=True))
        session.do(c.Step(1, 2))
        session.do(c.Branch(1, 1, {"learning_rate": 0.3}))
        session.do(c.Step(1, 1))
        view = View(side=8, small=8, sample=1)
        for block in frame.from_bytes(picture(session, view, "A"))[0].blocks:
            name = re.sub(r"^\d+\.", "N.", block.name)
            name = re.sub(r"^(train|validation|test)\.", "PART.", name)
            assert name in told, block.name
    assert "blocks" in {each.name for each in fields(FrameHead)}


def test_each_map_has_its_own_ends_whatever_is_magnified(session):
    session.do(c.Configure(1, QUICK, whole=True))
    session.do(c.Step(1, 8))
    session.do(c.Branch(1, 3, {"learning_rate": 0.3}))
    session.do(c.Step(1, 5))
    plain = frame.from_bytes(picture(session, SMALL, "A"))
    hovered = frame.from_bytes(picture(session, View(0, 1, side=16, small=8), "A"))
    ends = [{b.name: (b.low, b.high) for b in found[0].blocks} for found in (plain, hovered)]
    assert ends[1]["map"] == (-1.0, 1.0)  # tanh
    for name in ("compare", "output", "difference"):
        assert ends[0][name] == ends[1][name]
        assert plain[1][name].tobytes() == hovered[1][name].tobytes()
    assert ends[1]["compare"] == ends[1]["output"] == (0.0, 1.0)
    session.do(c.Show(1, "A"))
    small = View(side=8, small=8)
    alone = frame.from_bytes(picture(session, small))[1]
    assert alone["output"].tobytes() == alone["map"].tobytes()
