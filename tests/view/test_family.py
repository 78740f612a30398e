"""A run that is opened brings its family, and says who of it is missing."""

import json
import shutil
import sqlite3

import pytest

from chainrule.view import branches, messages
from chainrule.view import commands as c
from chainrule.view.family import family
from chainrule.view.session import Session
from tests.view.sessions import QUICK, picture


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    """A up to 6; B from 2, C from 4, D from 5 of C: moons-1, moons-1-B, moons-1-C, moons-1-C-D."""
    folder = tmp_path_factory.mktemp("made")
    session = Session(folder)
    session.do(c.Configure(1, QUICK, whole=True))
    walk(session, c.Step(1, 6), c.Branch(1, 2, {"learning_rate": 0.1}), c.Step(1, 2))
    walk(session, c.Show(1, "A"), c.Branch(1, 4, {"l2": 0.1}), c.Step(1, 3))
    walk(session, c.Branch(1, 5, {"learning_rate": 0.3}), c.Step(1, 1))
    session.close()
    return folder


def walk(session, *all_):
    for command in all_:
        session.do(command)
        while session.playing:  # a busy machine
            session.tick()


@pytest.fixture
def folder(made, tmp_path):
    for path in made.glob("*.chainrule"):
        shutil.copy(path, tmp_path)
    return tmp_path


def opened(folder, name):
    session = Session(folder)
    session.do(c.Open(1, f"{name}.chainrule"))
    told = [news.got for news in session.news if isinstance(news, messages.Failed)]
    lines = [line.state_message() for line in session.lines.values()]
    return session, [(b.name, b.parent, b.step, b.head, b.says) for b in lines], " ".join(told)


def meta(path, key, value):
    with sqlite3.connect(path) as db:
        db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (key, json.dumps(value)))


ALL = [
    ("A", None, 0, 6, ""), ("B", "A", 2, 4, "rate 0.1"), ("C", "A", 4, 7, "l2 0.1"),
    ("D", "C", 5, 6, "rate 0.3"),
]  # fmt: skip


def test_a_run_brings_the_branches_of_its_branches_with_their_names_and_words(folder):
    session, lines, told = opened(folder, "moons-1")
    assert lines == ALL
    assert (session.line.name, session.step, told) == ("A", 6, "")
    for name in session.lines:
        session.do(c.Show(1, name))
        picture(session)
    session.do(c.Branch(1, 3, {"learning_rate": 0.2}))
    assert session.line.name == "E"
    session.close()


@pytest.mark.parametrize(
    ("name", "letters"), [("moons-1-B", "AB"), ("moons-1-C", "ACD"), ("moons-1-C-D", "ACD")]
)
def test_a_branch_brings_its_parents_and_is_the_one_shown(folder, name, letters):
    session, lines, _ = opened(folder, name)
    assert lines == [each for each in ALL if each[0] in letters]
    assert session.line.name == name[-1]
    session.close()


def test_files_of_before_have_the_letter_their_name_ends_with(folder):
    for path in folder.glob("*.chainrule"):
        with sqlite3.connect(path) as db:
            db.execute("DELETE FROM meta WHERE key = 'branch'")
    assert opened(folder, "moons-1")[1] == ALL


def test_who_is_missing_or_broken_or_another_s_is_told_and_left_out(folder):
    (folder / "moons-1-B.chainrule").write_bytes(b"no run" * 100)
    meta(folder / "moons-1-C-D.chainrule", "data", {"fingerprint": "other"})
    _, lines, told = opened(folder, "moons-1")
    assert lines == [ALL[0], ALL[2]]
    assert "moons-1-B.chainrule can't be read" in told
    assert "moons-1-C-D.chainrule left another moons-1-C.chainrule than this." in told
    (folder / "moons-1.chainrule").unlink()
    session, lines, told = opened(folder, "moons-1-C")
    assert [line[0] for line in lines] == ["A"]
    assert "left moons-1.chainrule at step 4, which is not beside it" in told
    assert (session.line.fork, session.line.head) == (4, 7)
    session.close()


def test_more_than_are_shown_at_once_are_told(folder):
    for k in range(branches.MOST + 2):
        shutil.copy(folder / "moons-1-B.chainrule", folder / f"x-{k}.chainrule")
    _, lines, told = opened(folder, "moons-1")
    assert len(lines) == len({line[0] for line in lines}) == branches.MOST
    assert told == "6 more branches are not shown: 8 at most."  # of 14


@pytest.mark.parametrize("parent", ["moons-1-B", "moons-1", "moons-1-C-D"])
def test_a_circle_of_parents_ends(folder, parent):
    meta(folder / "moons-1.chainrule", "parent", {"run": f"{parent}.chainrule", "step": 0})
    for name in ("moons-1", "moons-1-B", "moons-1-C-D"):
        found = family(folder / f"{name}.chainrule", branches.MOST)
        paths = [member.path for member, _ in found.members]
        assert len(set(paths)) == len(paths)
        assert folder / f"{name}.chainrule" in paths
    opened(folder, "moons-1")[0].close()
