"""Measure every figure that the docs state, and write docs/figures/*.json: `make figures`.

    python benchmarks/figures.py [NAME ...] [--tiny] [--to FOLDER]

Each figure is a table with the date, the machine and the command that makes it. --tiny runs all
of them on small samples, as a test that the scripts work; its figures state nothing.
"""

from __future__ import annotations

import argparse
import datetime
import json
import platform
import shutil
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "benchmarks")]

import checker_report  # noqa: E402
import doctor_report  # noqa: E402
import first_model as first_models  # noqa: E402
import large_csv  # noqa: E402
import mnist as digits  # noqa: E402
import reference_overhead  # noqa: E402
import xor_starts  # noqa: E402

from chainrule.data.problems import find  # noqa: E402
from chainrule.network import Network  # noqa: E402
from chainrule.training.loop import fit  # noqa: E402
from chainrule.training.run_writer import RunWriter  # noqa: E402
from tests.checker import tally  # noqa: E402


class Table(NamedTuple):
    title: str
    columns: list[str]
    rows: list[list[Any]]
    notes: list[str]


def networks(tiny: bool) -> Table:
    from tests.random_networks import check_networks

    found = check_networks(20 if tiny else 2050, seed=0)
    rows = [[name, value] for name, value in found.items()]
    return Table(
        "Gradients of random networks against the complex step", ["what", "figure"], rows,
        ["Worst relative error of a tensor: max |ours − complex step| / max |complex step|."],
    )  # fmt: skip


def kills(tiny: bool) -> Table:
    from tests.training.kills import kill_runs

    with tempfile.TemporaryDirectory() as folder:
        found = kill_runs(4 if tiny else 300, seed=0, folder=Path(folder))
    return Table(
        "Runs killed by SIGKILL at random moments and resumed", ["what", "figure"],
        [[name, value] for name, value in found.items()],
        ["Compared byte by byte with the undisturbed run: parameters, memory, control, history."],
    )  # fmt: skip


def overhead(tiny: bool) -> Table:
    rows = [reference_overhead.measure(job, 1 if tiny else 7) for job in reference_overhead.jobs()]
    return Table(
        "The readable engine beside a loop written by hand", ["job", "ratio", "promised at most"],
        [[f"{r['job']}: {r['what']}, {r['dtype']}", r["ratio"], r["at_most"]] for r in rows],
        ["Ratio of times, median of 7 pairs run in turn in one process."],
    )  # fmt: skip


def xor(tiny: bool) -> Table:
    rows = xor_starts.table(3 if tiny else 100)
    return Table(
        "Starts of a 2-2-1 network that never learn XOR", ["hidden", "update", "stuck", "starts"],
        [[r["hidden"], r["update"], r["stuck"], r["starts"]] for r in rows],
        ["`chainrule train xor` with seeds 0, 1, ...: stuck is a half squared error above 0.001 "
         "after 20,000 epochs."],
    )  # fmt: skip


def circles(tiny: bool) -> Table:
    problem = find("circles")
    rows = []
    for seed in range(3 if tiny else 20):
        network = Network.start(problem.spec, seed=seed)
        result = fit(network, problem.data(seed), problem.training)
        rows.append([seed, result.ended.reason, result.ended.state.step])
    reached = [step for _, reason, step in rows if reason == "target"]
    return Table(
        "Circles from 20 starts", ["seed", "ended", "steps"], rows,
        [f"{len(reached)} of {len(rows)} reach a mean squared error below 0.005, after "
         f"{int(np.median(reached))} steps in the median."],
    )  # fmt: skip


def doctor(tiny: bool) -> Table:
    found = doctor_report.report(1, 3, seed=1000) if tiny else doctor_report.report(25, 300, 1000)
    return Table(
        "Ill runs that the doctor names", ["illness", "named", "as the first", "runs"],
        [[r["illness"], r["named"], r["first"], r["runs"]] for r in found["rows"]],
        doctor_report.notes(found),
    )  # fmt: skip


def checker(tiny: bool) -> Table:
    return checker_table(checker_report.report(2 if tiny else None), checker_report.SEED)


def checker_table(done: tally.Done, seed: int) -> Table:
    return Table(
        "Mistakes that the checker names, and right programs that it accuses",
        ["what", "number", "of", "share", "promised"],
        [[row.what, row.number, row.of, row.share, row.promised or "–"]
         for row in tally.figures(done)],
        tally.notes(done, seed),
    )  # fmt: skip


def first_model(tiny: bool) -> Table:
    rows = first_models.table(("iris",), 2) if tiny else first_models.table()
    return Table(
        "`chainrule train my.csv` beside a tuned MLP of scikit-learn",
        ["set", "score", "ours", "theirs", "their standard error", "within", "their settings"],
        [[r["set"], r["score"], r["ours"], r["theirs"], r["standard_error"], r["within"],
          r["chosen"]] for r in rows],
        ["Mean scores of the test parts of 10 splits. Within: ours is at least theirs less one "
         "standard error of their mean.",
         "Theirs is trained on all rows but the test's, with the settings that a grid search with "
         "cross-validation (24 settings, 3 folds) finds best on the first split.",
         "Ours are the defaults. They were chosen in sight of these five sets: one width, one "
         "penalty and one length for all of them."],
    )  # fmt: skip


def mnist(tiny: bool) -> Table:
    found = digits.measured(1 if tiny else 10)
    return Table(
        "The founding project's network on MNIST", ["what", "figure"],
        [["network", found["network"]], ["rows to learn from", found["rows"]],
         ["rows held out", found["held_out"]], ["epochs", found["epochs"]],
         ["accuracy held out", found["accuracy"]], ["seconds", round(found["seconds"], 1)]],
        ["10,000 digits, fetched by `python benchmarks/fetch_mnist.py`; Adam, 0.001, batches of "
         "64, float32."],
    )  # fmt: skip


def large(tiny: bool) -> Table:
    found = large_csv.measured(0.002 if tiny else 1.0, 1, None)
    return Table(
        "A CSV of 1 GB", ["what", "figure"],
        [["GB of CSV", found["gigabytes"]], ["rows", found["rows"]], ["columns", found["columns"]],
         ["highest memory, MB", found["peak_megabytes"]], ["seconds in all", found["seconds"]],
         ["of these in training", found["seconds_training"]], ["epochs", found["epochs"]],
         ["accuracy of the test rows", found["accuracy"]]],
        ["`chainrule train FILE --epochs 1 --batch-size 256`, the rows on disk. With "
         "OPENBLAS_NUM_THREADS=1, on a machine of two cores that others used at the same time."],
    )  # fmt: skip


def contract(tiny: bool) -> Table:
    from tests.contracts import battery

    runs, most = (8, 2) if tiny else (4000, 70)
    found = battery.measured_everywhere(runs, most)
    return Table(
        "The native engine held to the reference: the contract of equality",
        ["what", *(each["target"] for each in found)], battery.rows_of(found),
        ["One product: x W + b, xᵀ dz and dz Wᵀ alone, float32 and float64, each size from 1 to 70 "
         "in each of the three dimensions, and all sizes at the edges of tiles with each other.",
         "Step by step: random networks and trainings, each step from the reference's own state; "
         "the bound is the reference's step run on numbers that carry their doubt.",
         "A share of a bound above 1 breaks the contract, and stops the measurement."],
    )  # fmt: skip


def pictures(tiny: bool, folder: Path) -> None:
    """The pictures of the README, from the very command that it shows."""
    from chainrule import plots

    problem = find("circles")
    data = problem.data()
    with tempfile.TemporaryDirectory() as work:
        network = Network.start(problem.spec, seed=problem.training.seed)
        with RunWriter.create(
            Path(work) / "circles.chainrule", network, data, problem.training
        ) as run:
            fit(network, data, problem.training, run=run)
            made = plots.draw(run, Path(work) / "pictures", animate=not tiny)
        folder.mkdir(parents=True, exist_ok=True)
        for picture in made:
            if picture.path.suffix != ".html":
                shutil.copy(picture.path, folder / picture.path.name)


TABLES: dict[str, Callable[[bool], Table]] = {
    "networks": networks, "kills": kills, "overhead": overhead, "xor": xor, "circles": circles,
    "doctor": doctor, "checker": checker, "first_model": first_model, "mnist": mnist,
    "large": large, "contract": contract,
}  # fmt: skip


def write(folder: Path, name: str, table: Table) -> None:
    about = {
        **table._asdict(),
        "date": datetime.date.today().isoformat(),
        "machine": machine(),
        "command": f"python benchmarks/figures.py {name}",
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.json").write_text(json.dumps(about, indent=1, ensure_ascii=False) + "\n")


def machine() -> str:
    """The processor, the systems and the versions that the figures belong to."""
    cpu = platform.machine()
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
        cpu = next(line.partition(":")[2].strip() for line in lines if "model name" in line)
    except (OSError, StopIteration):
        pass
    return (
        f"{cpu} ({platform.machine()}), {platform.system()}, "
        f"Python {platform.python_version()}, NumPy {np.__version__}"
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", help=f"of {', '.join([*TABLES, 'pictures'])}")
    parser.add_argument("--tiny", action="store_true")
    parser.add_argument("--to", type=Path, default=ROOT / "docs")
    options = parser.parse_args()
    for name in options.names or [*TABLES, "pictures"]:
        print(f"{name} ...", flush=True)
        if name == "pictures":
            pictures(options.tiny, options.to / "pictures")
            continue
        table = TABLES[name](options.tiny)
        write(options.to / "figures", name, table)
        print(table.title)
        for row in table.rows:
            print("   ", *row, sep="  ")
        print("   ", *table.notes)


if __name__ == "__main__":
    main()
