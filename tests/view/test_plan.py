"""What settings would make, asked before anything is learnt; and errors in a page's words."""

import numpy as np
import pytest

from chainrule.core.errors import UsageError
from chainrule.data.table import from_columns
from chainrule.view import tables
from chainrule.view.answers import answer
from chainrule.view.commands import Configure, Plan
from chainrule.view.forms import form, values_of
from chainrule.view.refusals import failed, in_words
from chainrule.view.session import Session

COLUMNS = {
    "height": [1.5, 2.5, None, 4.5] * 6, "kind": ["a", "b", "c", "c"] * 6,
    "id": list(range(24)), "sick": ["yes", "no", "no", "yes"] * 6,
}  # fmt: skip


@pytest.fixture
def session(tmp_path):
    made = Session(tmp_path)
    made.kept.tables["t1"] = from_columns(
        {name: np.array(column, dtype=object) for name, column in COLUMNS.items()},
        source="mine.csv",
    )
    yield made
    made.close()


def plan(session, **settings):
    return answer(session, Plan(1, {"data": "table:t1", **settings}))


def test_it_says_what_goes_in_and_changes_nothing(session):
    before = session.id, session.setup
    found = plan(session, missing="mean")
    assert (found.task, found.answers) == ("classes", "2 classes: no, yes")
    assert found.inputs == ("height", "kind=a", "kind=b", "kind=c")
    assert sum(found.rows.values()) == 24
    assert list(found.left_out) == ["id"]
    assert found.says.startswith("4 – ")
    assert (session.id, session.setup) == before


def test_the_first_rows_are_as_the_network_takes_them(session):
    rows = plan(session, missing="mean", scale="min-max").first
    assert [row[1:] for row in rows] == [
        ("1", "0", "0"), ("0", "1", "0"), ("0", "0", "1"), ("0", "0", "1")
    ]  # fmt: skip
    assert (rows[0][0], rows[3][0]) == ("0", "1")
    assert plan(session, missing="mean", scale="none").first[1][0] == "2.5"
    assert plan(session, missing="drop", scale="none").first[2] == ()


def test_what_is_of_no_use_is_not_offered_as_used(session):
    """An id, and the column that says to which part a row belongs; the target is no input."""
    parts = ["train", "train", "test", "train"] * 6
    session.kept.tables["t1"] = from_columns(
        {**{name: np.array(c, dtype=object) for name, c in COLUMNS.items()},
         "part": np.array(parts, dtype=object)},
        source="mine.csv",
    )  # fmt: skip
    found = plan(session, missing="mean", target=["sick"])
    assert {*found.left_out} == {"id", "part"}
    assert found.left_out["part"] == "it says to which part a row belongs"
    session.do(
        Configure(1, {"data": "table:t1", "target": ["sick"], "missing": "mean",
                      "columns": ["kind", "id", "part"]})
    )  # fmt: skip
    assert values_of(session.setup)["columns"] == ("kind",)
    field = next(
        each for each in form(session.setup, session.kept).fields if each.name == "columns"
    )
    says = {each.value: each.says for each in field.choices}
    assert [*says] == ["height", "kind", "id", "part"]
    assert (says["height"], says["kind"]) == ("", "")
    assert all(says[name] for name in ("id", "part"))


def test_columns_are_chosen(session):
    assert plan(session, target=["kind"], columns=["sick"]).inputs == ("sick=no", "sick=yes")
    session.do(
        Configure(1, {"data": "table:t1", "columns": ["kind"], "scale": "none", "task": "classes"})
    )
    values = values_of(session.setup)
    assert (values["columns"], values["scale"], values["target"]) == (("kind",), "none", ("sick",))


@pytest.mark.parametrize(
    ("settings", "field", "says"),
    [
        ({"columns": []}, "columns", "at least one column"),
        ({"columns": ["sick"], "target": ["sick"]}, "columns", "at least one column"),
        ({"target": ["id"], "task": "classes", "missing": "mean", "columns": ["nothing"]},
         "columns", "nothing"),
        ({"target": ["nothing"]}, "target", "the name of a column"),
        ({"scale": "huge"}, "scale", "standard, min-max, none"),
        ({}, None, "“Missing values: drop” leaves such rows out, “Missing values: mean” takes"),
    ],
)  # fmt: skip
def test_a_wrong_choice_is_an_error_at_its_setting(session, settings, field, says):
    with pytest.raises(UsageError) as error:
        plan(session, **settings)
    told = failed(error.value, 1)
    assert told.field == field
    assert says in f"{told.called} {told.needs} {told.got} {told.do}"


def test_advice_speaks_of_the_form():
    assert in_words("Choose another column: --target.") == "Choose another column: “To predict”."
    assert in_words("--task numbers predicts them") == "“Answers are: numbers” predicts them"
    assert in_words("--target NAME chooses another") == "“To predict” chooses another"
    assert in_words("take --hidden 4") == "take --hidden 4"


def test_a_table_whose_last_column_can_t_be_a_target_is_still_one():
    columns = {"a": [1.0, 2.0, 4.0] * 10, "name": [f"n{k}" for k in range(30)]}
    table = from_columns(
        {name: np.array(c, dtype=object) for name, c in columns.items()}, source="t"
    )
    found = tables.info("t1", table)
    assert (found.target, found.task) == (("name",), "")


PENDULUM = "id;Länge_m;Masse_kg;Periode_s\n" + "".join(
    f"M{k:03};{'k.A.' if k == 9 else f'0,{600 + k}'};{'' if k == 12 else '0,290'};1,{k:03}\n"
    for k in range(60)
)


def test_a_table_is_shown_as_its_file_writes_it_and_waits_for_a_choice(session, tmp_path):
    (tmp_path / "pendel.csv").write_text(PENDULUM)
    table, told = tables.looked_at(tmp_path / "pendel.csv")
    assert told.first[1] == ("M001", "0,601", "0,290", "1,001")
    assert told.waits == "pendel.csv waits: choose what becomes of 2 cells"
    session.kept.tables["t1"] = table
    assert plan(session, missing="mean").columns == ()
    made = plan(session, missing="drop", holes=["k.A."])
    length = next(each for each in made.columns if each.name == "Länge_m")
    assert (length.kind, length.missing, length.odd) == ("number", 1, ())
    assert (made.without, sum(made.rows.values())) == (2, 58)
