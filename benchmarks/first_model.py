"""How good is `chainrule train my.csv`, with nothing said, beside a tuned MLP of scikit-learn?

python benchmarks/first_model.py [NAME ...] [--splits 10] [--json]

Each of scikit-learn's small sets is written as CSV. For each of the splits, seeds 0, 1, ..., our
score is that of `chainrule train NAME.csv --seed SEED` on its test part, a fifth of the rows. The
other MLP is trained on all the other rows and tested on the same ones; its sizes, penalty and
rate are those that a grid search with cross-validation finds best on the first split's rows.
"""

from __future__ import annotations

import argparse
import csv
import json
import tempfile
import warnings
from pathlib import Path
from typing import Any

import numpy as np

import chainrule as cr
from chainrule.data.splits import split
from chainrule.training.evaluation import evaluate

SETS = ("breast_cancer", "wine", "iris", "diabetes", "digits")
GRID = {
    "mlp__hidden_layer_sizes": [(50,), (100,), (64, 64)],
    "mlp__alpha": [1e-4, 1e-2, 1.0, 10.0],
    "mlp__early_stopping": [False, True],
}


def loaded(name: str) -> Any:
    from sklearn import datasets

    return getattr(datasets, f"load_{name}")()


def write_csv(name: str, folder: Path) -> Path:
    found, path = loaded(name), folder / f"{name}.csv"
    names = [str(n) for n in found.feature_names]
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([*names, "target"])
        for x, y in zip(found.data.tolist(), found.target.tolist(), strict=True):
            writer.writerow([*x, y])
    return path


def ours(path: Path, seed: int) -> float:
    """The held-out score of what `chainrule train PATH --seed SEED` trains."""
    data = cr.Data.from_file(path, seed=seed)
    spec, training = cr.suggest(data, seed=seed)
    model = cr.fit(cr.Network.start(spec, seed=seed), data, training).model
    _, metrics = evaluate(spec, model.network.params, data.fitted(spec))
    return float(metrics["accuracy" if data.task == "classes" else "r2"])


def theirs(name: str, splits: int) -> tuple[list[float], str]:
    """The scores of the tuned MLP, and what the search chose."""
    from sklearn.model_selection import GridSearchCV
    from sklearn.neural_network import MLPClassifier, MLPRegressor
    from sklearn.pipeline import Pipeline
    from sklearn.preprocessing import StandardScaler

    found = loaded(name)
    kind = MLPRegressor if name == "diabetes" else MLPClassifier
    pipeline = Pipeline([
        ("scale", StandardScaler()),
        ("mlp", kind(max_iter=1000, random_state=0)),
    ])  # fmt: skip
    scores, chosen = [], {}
    for seed in range(splits):
        rows = split(len(found.data), test_size=0.2, validation_size=0, seed=seed)
        if not chosen:
            search = GridSearchCV(pipeline, GRID, cv=3)
            chosen = search.fit(found.data[rows.train], found.target[rows.train]).best_params_
        fitted = pipeline.set_params(**chosen, mlp__random_state=seed)
        fitted.fit(found.data[rows.train], found.target[rows.train])
        scores.append(float(fitted.score(found.data[rows.test], found.target[rows.test])))
    return scores, ", ".join(f"{k.removeprefix('mlp__')} {v}" for k, v in chosen.items())


def row(name: str, splits: int, folder: Path) -> dict[str, Any]:
    path = write_csv(name, folder)
    our = np.array([ours(path, seed) for seed in range(splits)])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # of fits of the grid that did not converge
        scores, chosen = theirs(name, splits)
    their = np.array(scores)
    error = float(their.std(ddof=1) / len(their) ** 0.5) if splits > 1 else float("nan")
    return {
        "set": name, "score": "r2" if name == "diabetes" else "accuracy",
        "ours": float(our.mean()), "theirs": float(their.mean()), "standard_error": error,
        "within": bool(our.mean() >= their.mean() - error), "chosen": chosen,
    }  # fmt: skip


def table(names: tuple[str, ...] = SETS, splits: int = 10) -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as folder:
        return [row(name, splits, Path(folder)) for name in names]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("names", nargs="*", default=list(SETS))
    parser.add_argument("--splits", type=int, default=10)
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args()
    rows = table(tuple(options.names), options.splits)
    if options.json:
        print(json.dumps(rows))
        return
    for each in rows:
        print(
            f"{each['set']:<14} {each['score']:<9} {each['ours']:.4f} beside {each['theirs']:.4f} "
            f"± {each['standard_error']:.4f}  {'within' if each['within'] else 'BELOW'}  "
            f"({each['chosen']})"
        )


if __name__ == "__main__":
    main()
