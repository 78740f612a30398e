"""What an address says of itself, and the classes of points drawn by hand."""

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.data.table import from_columns
from chainrule.view import commands as c
from chainrule.view.answers import answer
from chainrule.view.session import Session
from chainrule.view.sharing import SAME

pytestmark = pytest.mark.usefixtures("patient")


@pytest.fixture
def session(tmp_path):
    made = Session(tmp_path)
    yield made
    made.close()


def notes(session):
    return answer(session, c.Share(1)).notes


def test_settings_and_seed_are_all_of_a_built_in_problem(session, tmp_path):
    session.do(c.Configure(1, {"data": "moons", "seed": 3, "learning_rate": 0.1}))
    assert notes(session) == (SAME,)
    session.do(c.Step(2, 30))
    there = Session(tmp_path / "there")
    try:
        there.do(c.Address(1, answer(session, c.Share(1)).address))
        there.do(c.Step(2, 30))
        here, other = session.shown_state().params, there.shown_state().params
        assert all(np.array_equal(here[name], other[name]) for name in here)
    finally:
        there.close()


def test_a_branch_is_more_than_its_settings(session):
    session.do(c.Step(1, 20))
    session.do(c.Branch(2, 10, {"learning_rate": 0.05}))
    (said,) = notes(session)
    assert said.startswith("Branch B left A at step 10.")
    session.do(c.Show(3, "A"))
    assert notes(session) == (SAME,)


def test_a_table_and_an_opened_run_are_not_in_the_address(session, tmp_path):
    columns = {"a": np.arange(30.0) % 7, "kind": np.arange(30) % 2}
    key = "0123456789abcdef-sales of may.csv"
    session.kept.tables[key] = from_columns(columns, source="sales of may.csv")
    session.do(c.Configure(1, {"data": f"table:{key}"}))
    (said,) = notes(session)
    assert "“sales of may.csv”" in said
    address = answer(session, c.Share(1)).address
    session.do(c.Step(2, 3))
    name = session.line.path.name
    there = Session(tmp_path)
    try:
        with pytest.raises(UsageError, match=r"Drop the file “sales of may[.]csv” here"):
            there.do(c.Address(1, address))
        there.open_run(tmp_path / name)
        assert name in notes(there)[0]
        assert SAME not in notes(there)
    finally:
        there.close()


@pytest.mark.parametrize(
    ("kinds", "classes"),
    [
        ((0, 1), ("orange", "indigo")), ((0, 2), ("orange", "plain")),
        ((1, 2), ("plain", "indigo")), ((2, 1, 0), ("orange", "plain", "indigo")),
        ((4, 0), ("orange", "class 5")),
    ],
)  # fmt: skip
def test_a_class_of_drawn_points_is_called_as_it_was_drawn(session, kinds, classes):
    points = [[0.1 * n, 0.2 * row, kind] for row, kind in enumerate(kinds) for n in range(5)]
    session.do(c.Configure(1, {"data": "drawn", "points": points}))
    assert session.scene.classes == classes
    part = session.scene.message().parts["train"]
    names = ["orange", "indigo", "plain", "class 4", "class 5"]
    for (_, y), k in zip(part.x, part.y, strict=True):
        assert classes[int(k)] == names[kinds[round(y / 0.2)]]
