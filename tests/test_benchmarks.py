"""The scripts behind the figures run: on small samples, and never as a timed test."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]


def test_figures_on_small_samples(tmp_path):
    names = ["networks", "kills", "circles", "pictures"]
    subprocess.run(
        [sys.executable, "benchmarks/figures.py", *names, "--tiny", "--to", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for name in names[:3]:
        made = json.loads((tmp_path / "figures" / f"{name}.json").read_text())
        assert made["rows"]
        assert made["date"]
        assert made["machine"]
    kills = dict(json.loads((tmp_path / "figures" / "kills.json").read_text())["rows"])
    assert kills["differing"] == kills["unreadable"] == []
    assert (tmp_path / "pictures" / "error.png").stat().st_size > 10_000


def test_the_checkers_report_on_a_small_sample(seed):
    done = subprocess.run(
        [sys.executable, "benchmarks/checker_report.py", "--sample", "1", "--jobs", "2",
         "--only", "a,b,d", "--seed", str(seed), "--list-failures"],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=300,
    ).stdout  # fmt: skip
    assert "one mistake: named first" in done
    assert "right programs: accused" in done
    assert "3 of 3 programs" in done
