"""How many ill runs the doctor names, how many healthy ones it accuses, and what it costs.

python benchmarks/doctor_report.py [--sample] [--seed 1000] [--json]

Each illness is given to 25 runs; 300 runs are healthy, by a measure of their own: see
tests/doctor/battery.py. The thresholds were set on seeds below 1,000; figures are stated for seed
1,000. --sample takes a run or two of each.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from tests.doctor.battery import FINAL, ILLS, healthy_outcomes, ill


def report(runs: int, healthy: int, seed: int) -> dict[str, Any]:
    """The rows of the table, and the figures that are promised."""
    rows, costs = [], []
    for name in ILLS:
        made = [ill(name, number, seed) for number in range(runs)]
        costs += [each.cost for each in made]
        named = sum(name in each.ids for each in made)
        first = sum(each.ids[:1] == [name] for each in made)
        rows.append({"illness": name, "named": named, "first": first, "runs": runs})
    well = list(healthy_outcomes(healthy, seed))
    good = [each for each in well if each.is_healthy]
    costs += [each.cost for each in good]
    accused = [each.ids for each in good if each.ids]
    left = [each for each in well if not each.is_healthy]
    longer = [each for each in left if "unfinished" in each.ids or each.diagnosis.notes]
    return {
        "rows": rows,
        "named": sum(row["named"] for row in rows),
        "runs": runs * len(ILLS),
        "accused": len(accused),
        "healthy": len(good),
        "not_healthy": len(left),
        "told_to_go_on": len(longer),
        "told_nothing": sum(not each.ids and not each.diagnosis.notes for each in left),
        "wrongly_named": sorted({name for ids in accused for name in ids}),
        "cost_median": float(np.median(costs)),
        "cost_worst": max(costs),
        "seed": seed,
    }


def notes(found: dict[str, Any]) -> list[str]:
    """The report's figures, a sentence each."""
    wrongly = ", ".join(found["wrongly_named"]) or "nothing"
    return [
        f"{found['named']} of {found['runs']} ill runs are named "
        f"({100 * found['named'] / found['runs']:.1f} %).",
        f"{found['accused']} of {found['healthy']} healthy runs are accused "
        f"({100 * found['accused'] / found['healthy']:.1f} %), of {wrongly}; "
        f"{found['not_healthy']} more were drawn and left out, for they had learnt too little.",
        f"Of these, {found['told_to_go_on']} are told that the loss was still falling, "
        f"{found['told_nothing']} that nothing was found; the others have an illness.",
        f"Cost, in what is allowed (3 % of the training time, or 50 ms if that is more): "
        f"{100 * found['cost_median']:.0f} % in the median, {100 * found['cost_worst']:.0f} % at "
        "worst; processor time.",
        f"Seed {found['seed']}; the thresholds were set on other seeds.",
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sample", action="store_true")
    parser.add_argument("--seed", type=int, default=FINAL)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    found = report(1 if options.sample else 25, 12 if options.sample else 300, options.seed)
    if options.json:
        print(json.dumps(found))
        return
    for row in found["rows"]:
        print(f"{row['illness']:<22} {row['named']:>3} of {row['runs']}, first {row['first']:>3}")
    print("\n".join(notes(found)))


if __name__ == "__main__":
    main()
