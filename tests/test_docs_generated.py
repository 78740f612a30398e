"""The pages that are made from the program are as the program is now: `python docs/generate.py`."""

import json
import runpy

import pytest

from docs import generate
from docs.pages import command_line, figures, mistakes, problems, tables
from docs.pages.markdown import table


@pytest.mark.parametrize("name", generate.PAGES)
def test_page_is_fresh(name):
    page = (generate.DOCS / name).read_text(encoding="utf-8")
    assert page == generate.PAGES[name](), f"docs/{name} is stale: run `python docs/generate.py`"


def test_a_stale_page_would_be_found(monkeypatch):
    before = tables.page()
    row = tables.ACTIVATIONS["tanh"]
    monkeypatch.setitem(tables.ACTIVATIONS, "new", row)
    assert tables.page() != before


def test_every_row_and_command_is_on_its_page():
    rows_told, commands_told = tables.page(), command_line.page()
    for rows in (
        tables.ACTIVATIONS, tables.LOSSES, tables.OPTIMIZERS, tables.INITIALIZERS,
        tables.PENALTIES, tables.SCHEDULES,
    ):  # fmt: skip
        assert all(f"| `{name}` |" in rows_told for name in rows)
    assert all(f"### {name}\n" in rows_told for name in problems.PROBLEMS)
    assert all(f"## {name}\n" in commands_told for name in command_line.COMMANDS)


def test_every_mistake_is_listed_and_no_old_page_is_left():
    listed = mistakes.index()
    for row in mistakes.known_mistakes().values():
        assert f"{row.id}. {row.name}" in listed
    made = {name for name in generate.PAGES if name.startswith("mistakes/")}
    assert {f"mistakes/{path.name}" for path in (generate.DOCS / "mistakes").iterdir()} == made


def test_signs_are_code_and_a_mistake_is_a_link():
    assert mistakes.signed("# # # # = =. Well.") == "`# # # # = =`. Well."
    assert mistakes.signed("So 0 0 = = = =, or ×m = ×m = ×m =") == (
        "So `0 0 = = = =`, or `×m = ×m = ×m =`"
    )
    assert mistakes.signed("x = 0") == "x = 0"
    page = mistakes.page_name(mistakes.known_mistakes()[29])
    assert mistakes.linked("as mistake 29.") == f"as [mistake 29]({page})."


def test_a_bar_in_a_cell_does_not_end_it():
    assert table(["a"], [["|x|"]]).splitlines()[-1] == "| \\|x\\| |"


def test_a_docstring_is_cut_into_formulas_and_notes():
    assert tables.told("θ ← θ − g       (Somebody 1964)\n\n    As it is.") == (
        "`θ ← θ − g`", "(Somebody 1964) As it is.",
    )  # fmt: skip
    assert tables.told("U(−r, r), r = 1: as before.") == ("`U(−r, r), r = 1`", "As before.")
    assert tables.told("0. Fine.") == ("-", "0. Fine.")


def test_figures_are_read(tmp_path):
    figure = {
        "title": "Kills", "date": "2026-01-01", "machine": "a machine", "columns": ["what", "n"],
        "rows": [["kills", 2000], ["share", 0.123456], ["differing", []]], "notes": ["A note."],
        "command": "python benchmarks/figures.py kills",
    }  # fmt: skip
    (tmp_path / "kills.json").write_text(json.dumps(figure), encoding="utf-8")
    page = figures.page(tmp_path)
    for text in ("## Kills", "| kills | 2,000 |", "| share | 0.1235 |", "| differing | none |"):
        assert text in page
    for text in ("- A note.", "2026-01-01, a machine.", "benchmarks/figures.py kills"):
        assert text in page


def test_no_figures_are_said(tmp_path):
    assert "None have been measured yet" in figures.page(tmp_path)


def test_the_page_shows_what_one_page_prints(capsys):
    runpy.run_path(str(generate.DOCS.parent / "examples" / "one_page.py"))
    page = (generate.DOCS / "tutorial" / "one-page.md").read_text(encoding="utf-8")
    assert f"```text\n{capsys.readouterr().out}```" in page
