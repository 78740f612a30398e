"""The tally counts what it says: made-up outcomes, no program is run."""

from __future__ import annotations

import pytest

from tests.checker import tally
from tests.checker.battery import Item, Outcome, are_all, is_accused, is_first, is_named


def item(battery, *wanted, group="1", source="text"):
    return Item(battery, group, "a program", source, wanted, sandboxed=True)


def wrong(*ids):
    return Outcome("wrong", ids, 0.5)


RIGHT = Outcome("right", (), 0.5)
ONE, PAIR = item("singles", (1,)), item("pairs", (1, 2), (2, 1))


def test_first_and_all():
    assert is_first(ONE, wrong(1, 9))
    assert not is_first(ONE, wrong(9, 1))
    assert are_all(ONE, wrong(9, 1))
    assert is_first(PAIR, wrong(2))
    assert not are_all(PAIR, wrong(2))
    assert is_first(item("right"), RIGHT)
    assert not is_first(item("right"), Outcome("unknown", (), 0.5))


def test_a_row_that_nobody_can_tell_apart_counts_as_named():
    assert is_named(32, (33,))
    assert not is_named(32, (31,))


@pytest.mark.parametrize("status", ["right", "different"])
@pytest.mark.parametrize("row", [58, 63, 82, 83, 85])
def test_a_note_names_and_accuses_nobody(row, status):
    noted = Outcome(status, (row,), 0.5)
    assert is_first(item("singles", (row,)), noted)
    assert is_first(item("singles", (row,)), Outcome(status, (84, row), 0.5)), "notes have no order"
    assert is_first(item("strangers"), noted)
    assert not is_accused(noted)
    assert is_accused(wrong(row))
    assert not is_first(item("strangers"), wrong(row))


def test_only_wrong_accuses():
    assert not any(is_accused(Outcome(s, (1,), 0.5)) for s in ("unknown", "error", "crash"))


def shares(*done):
    return {row.what: (row.number, row.of) for row in tally.figures(list(done))}


def test_pairs_are_counted_in_four_ways():
    found = shares((PAIR, wrong(1, 2)), (PAIR, wrong(9, 2)), (PAIR, wrong(1, 9, 2)), (PAIR, RIGHT))
    assert found == {
        "two mistakes: the first one named is one of them": (2, 4),
        "two mistakes: one of the first three is": (3, 4),
        "two mistakes: both named": (2, 4),
        "two mistakes: both named, and nothing else": (1, 4),
    }


def test_right_programs_are_accused_or_understood_or_neither():
    right = item("right")
    done = [(right, RIGHT), (right, wrong(3)), (right, Outcome("unknown", (), 1.0))]
    assert shares(*done) == {
        "right programs: accused": (1, 3),
        "right programs: found right": (1, 3),
        "right programs: not understood": (1, 3),
    }
    assert tally.accusations(done) == ["ACCUSED right a program: 3"]


def test_programs_whose_mistake_no_form_can_show_are_left_out_and_counted():
    done = [
        (item("wrong", (1,), group="shown"), wrong(1)),
        (item("wrong", (90,), group="never"), RIGHT),
    ]
    assert shares(*done)["wrong programs by hand: first mistake named"] == (1, 1)
    assert any(note.startswith("1 programs written by hand") for note in tally.notes(done, 0))


def test_strangers_count_whether_wrong_or_right():
    done = [
        (item("strangers", (1,), group="shown"), wrong(1)),
        (item("strangers", (1, 2), (2, 1), group="shown"), wrong(2, 9)),
        (item("strangers", (90,), group="never"), RIGHT),
        (item("strangers", group="right"), RIGHT),
        (item("strangers", group="right"), wrong(3)),
        (item("right"), RIGHT),
    ]
    assert shares(*done) == {
        "programs by strangers: first mistake named, or acquitted": (3, 4),
        "programs by strangers: first mistake named": (2, 2),
        "programs by strangers: every mistake named": (1, 2),
        "right programs: accused": (1, 3),
        "right programs: found right": (2, 3),
        "right programs: not understood": (0, 3),
    }
    assert any(note.startswith("1 programs written by hand") for note in tally.notes(done, 0))


def test_rows_with_failures_say_what_was_named_instead():
    lines = tally.breakdown([(ONE, wrong(1)), (ONE, wrong(5, 6)), (ONE, wrong(5, 6))])
    assert " ".join(lines[0].split()) == "1 bias left out of the forward pass 1/3 [5,6]x2"
    assert lines[1].strip() == "0 rows without a failure"


def test_the_table_of_the_docs_is_made_of_it(tmp_path):
    import json
    import sys
    from pathlib import Path

    root = Path(__file__).resolve().parents[2]
    sys.path.insert(0, str(root / "benchmarks"))
    try:
        import figures
    finally:
        sys.path.remove(str(root / "benchmarks"))
    from docs.pages.figures import page

    figures.write(tmp_path, "checker", figures.checker_table([(ONE, wrong(1))], 7))
    made = json.loads((tmp_path / "checker.json").read_text())
    assert made["date"]
    assert made["machine"]
    assert "| one mistake: named first | 1 | 1 | 100.0 % | 98 % |" in page(tmp_path)
