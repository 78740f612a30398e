"""Ill runs are named, healthy ones are not accused: a sample of the battery drawn by --seed.

The whole of it: python benchmarks/doctor_report.py
"""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from chainrule.doctor.illnesses import ILLNESSES
from tests.doctor.battery import FINAL, ILLS, healthy, ill, outcome

ROOT = Path(__file__).resolve().parents[2]


def test_ill_runs_are_named(rng):
    """One of each illness. Of the whole battery 98 % are named: three missed would be far off."""
    cases = [(name, int(rng.integers(25))) for name in ILLS]
    missed = [(name, n) for name, n in cases if name not in ill(name, n, FINAL).ids]
    assert len(missed) <= 2, missed


def test_healthy_runs_are_not_accused(battery):
    """Of the whole battery 1 % are."""
    made = [outcome(healthy(number, FINAL)) for number in battery(range(300))]
    accused = [each.ids for each in made if each.is_healthy and each.ids]
    assert sum(each.is_healthy for each in made) >= 0.6 * len(made)
    assert len(accused) <= max(1, 0.02 * len(made)), accused


def test_every_row_but_two_has_runs_that_have_it():
    assert set(ILLNESSES) - set(ILLS) == {"large_weights", "swinging_loss"}


@pytest.mark.parametrize("name", ["symmetric_start", "out_of_reach", "constant_target"])
def test_without_its_row_an_illness_is_not_named(name, monkeypatch):
    """The battery can fail."""
    others = {key: row for key, row in ILLNESSES.items() if key != name}
    monkeypatch.setattr("chainrule.doctor.examine.ILLNESSES", others)
    assert name not in ill(name, 0, FINAL).ids


def test_a_case_is_the_same_on_every_call():
    first, again = healthy(3, FINAL), healthy(3, FINAL)
    np.testing.assert_array_equal(first.x, again.x)
    assert first.training == again.training


def test_the_report_counts(monkeypatch):
    made = runpy.run_path(str(ROOT / "benchmarks" / "doctor_report.py"))
    names = ["constant_target", "out_of_reach"]
    monkeypatch.setitem(made["report"].__globals__, "ILLS", names)
    found = made["report"](2, 2, FINAL)
    assert [row["illness"] for row in found["rows"]] == names
    assert (found["named"], found["runs"], found["healthy"]) == (4, 4, 2)
    assert "4 of 4 ill runs are named (100.0 %)." in made["notes"](found)
