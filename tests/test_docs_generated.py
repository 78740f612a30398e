"""The pages that are made from the program are as the program is now: `python docs/generate.py`."""

import json
import runpy

import pytest

from docs import generate


@pytest.mark.parametrize("name", generate.PAGES)
def test_page_is_fresh(name):
    page = (generate.DOCS / name).read_text(encoding="utf-8")
    assert page == generate.PAGES[name](), f"docs/{name} is stale: run `python docs/generate.py`"


def test_a_stale_page_would_be_found(monkeypatch):
    before = generate.tables()
    row = generate.ACTIVATIONS["tanh"]
    monkeypatch.setitem(generate.ACTIVATIONS, "new", row)
    assert generate.tables() != before


def test_every_row_and_command_is_on_its_page():
    tables, commands = generate.tables(), generate.command_line()
    for rows in (
        generate.ACTIVATIONS, generate.LOSSES, generate.OPTIMIZERS, generate.INITIALIZERS,
        generate.PENALTIES, generate.SCHEDULES,
    ):  # fmt: skip
        assert all(f"| `{name}` |" in tables for name in rows)
    assert all(f"### {name}\n" in tables for name in generate.PROBLEMS)
    assert all(f"## {name}\n" in commands for name in generate.COMMANDS)


def test_every_mistake_is_listed_and_no_old_page_is_left():
    listed = generate.mistake_index()
    for row in generate.known_mistakes().values():
        assert f"{row.id}. {row.name}" in listed
    made = {name for name in generate.PAGES if name.startswith("mistakes/")}
    assert {f"mistakes/{path.name}" for path in (generate.DOCS / "mistakes").iterdir()} == made


def test_signs_are_code_and_a_mistake_is_a_link():
    assert generate.signed("# # # # = =. Well.") == "`# # # # = =`. Well."
    assert generate.signed("So 0 0 = = = =, or ×m = ×m = ×m =") == (
        "So `0 0 = = = =`, or `×m = ×m = ×m =`"
    )
    assert generate.signed("x = 0") == "x = 0"
    page = generate.page_name(generate.known_mistakes()[29])
    assert generate.linked("as mistake 29.") == f"as [mistake 29]({page})."


def test_a_bar_in_a_cell_does_not_end_it():
    assert generate.table(["a"], [["|x|"]]).splitlines()[-1] == "| \\|x\\| |"


def test_a_docstring_is_cut_into_formulas_and_notes():
    assert generate.told("θ ← θ − g       (Somebody 1964)\n\n    As it is.") == (
        "`θ ← θ − g`", "(Somebody 1964) As it is.",
    )  # fmt: skip
    assert generate.told("U(−r, r), r = 1: as before.") == ("`U(−r, r), r = 1`", "As before.")
    assert generate.told("0. Fine.") == ("-", "0. Fine.")


def test_figures_are_read(tmp_path):
    figure = {
        "title": "Kills", "date": "2026-01-01", "machine": "a machine", "columns": ["what", "n"],
        "rows": [["kills", 2000], ["share", 0.123456], ["differing", []]], "notes": ["A note."],
        "command": "python benchmarks/figures.py kills",
    }  # fmt: skip
    (tmp_path / "kills.json").write_text(json.dumps(figure), encoding="utf-8")
    page = generate.figures(tmp_path)
    for text in ("## Kills", "| kills | 2,000 |", "| share | 0.1235 |", "| differing | none |"):
        assert text in page
    for text in ("- A note.", "2026-01-01, a machine.", "benchmarks/figures.py kills"):
        assert text in page


def test_no_figures_are_said(tmp_path):
    assert "None have been measured yet" in generate.figures(tmp_path)


def test_the_page_shows_what_one_page_prints(capsys):
    runpy.run_path(str(generate.DOCS.parent / "examples" / "one_page.py"))
    page = (generate.DOCS / "tutorial" / "one-page.md").read_text(encoding="utf-8")
    assert f"```text\n{capsys.readouterr().out}```" in page
