"""How many of 100 starts of a 2-2-1 network never learn XOR, with no mistake anywhere.

python benchmarks/xor_starts.py [--starts 100] [--json]
"""

from __future__ import annotations

import argparse
import json
from dataclasses import replace
from typing import Any

from chainrule.core.activations import ACTIVATIONS
from chainrule.data.problems import find
from chainrule.network import Network
from chainrule.training.loop import fit


def stuck(activation: str, batch_size: int | None, starts: int) -> dict[str, Any]:
    """Of so many starts: how many have not reached the problem's target when its epochs end."""
    xor = find("xor")
    hidden = replace(xor.spec.layers[0], activation=ACTIVATIONS[activation])
    spec = replace(xor.spec, layers=(hidden, *xor.spec.layers[1:]))
    failed = []
    for seed in range(starts):
        training = replace(xor.training, batch_size=batch_size, seed=seed)
        result = fit(Network.start(spec, seed=seed), xor.data(), training)
        if result.ended.reason != "target":
            failed.append(seed)
    rows = "row by row" if batch_size == 1 else "all rows"
    return {"hidden": activation, "update": rows, "starts": starts, "stuck": len(failed),
            "seeds": failed}  # fmt: skip


def table(starts: int) -> list[dict[str, Any]]:
    settings = [(name, size) for name in ("sigmoid", "tanh", "relu") for size in (1, None)]
    return [stuck(name, size, starts) for name, size in settings]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--starts", type=int, default=100)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = table(options.starts)
    if options.json:
        print(json.dumps(rows))
        return
    for row in rows:
        print(f"{row['hidden']:<8} {row['update']:<11} {row['stuck']:>3} of {row['starts']} stuck")


if __name__ == "__main__":
    main()
