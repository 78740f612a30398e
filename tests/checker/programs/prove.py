"""Proof of the labels: ``python tests/checker/programs/prove.py [word ...] [--train]``.

Every program that can be differentiated cheaply has a few lines in ``proofs.json`` that set

* ``P``: its parameters (arrays, lists, dicts of them, or attributes, as the program holds them),
* ``L``: a function without arguments, the loss the program's gradient ought to belong to,
* ``G``: the gradient the program itself uses (often read off one of its own steps).

A program labelled right must agree with central differences of L. A program labelled wrong must
not, and must agree once its ``repair`` (the lines to put in place of the wrong ones) is applied.
``same_gradient`` marks mistakes that lie elsewhere (in the labels, the evaluation, the starting
weights): there only the repaired program is compared. ``--train`` also runs every program.
"""

import contextlib
import io
import json
import math
import pathlib
import sys
import time
import types
import warnings
from unittest import mock

import numpy as np

HERE = pathlib.Path(__file__).parent


def labels():
    out = {}
    for folder in ("teaching", "strangers", "wrong", "right"):
        if not (HERE / folder / "labels.json").exists():
            continue
        for name, label in json.loads((HERE / folder / "labels.json").read_text()).items():
            out[f"{folder}/{name}"] = label
    return out


def proofs():
    return json.loads((HERE / "proofs.json").read_text())


def source(key, repaired=False):
    text = (HERE / key).read_text()
    repair = proofs().get(key, {}).get("repair") if repaired else None
    if repair:
        lines = text.split("\n")
        for start, stop, new in reversed(repair):
            lines[start:stop] = new
        text = "\n".join(lines)
    return text


def execute(text, name="program"):
    """The program's names after it ran. Drawing is replaced by nothing; no window, no file."""
    stubs = {n: mock.MagicMock() for n in ("matplotlib", "matplotlib.pyplot")}
    module = types.ModuleType(name)
    with (
        mock.patch.dict(sys.modules, {**stubs, name: module}),
        contextlib.redirect_stdout(io.StringIO()) as out,
        warnings.catch_warnings(),
    ):
        warnings.simplefilter("ignore")
        exec(compile(text, name, "exec"), module.__dict__)
    module.__dict__["_printed"] = out.getvalue()
    return module.__dict__


class Ref:
    """A parameter held as an attribute or a key: Ref(neuron, 'bias'), Ref(names, 'w1')."""

    def __init__(self, owner, *names):
        self.owner = owner if isinstance(owner, dict | list) else vars(owner)
        self.names = names


def cells(p):
    """All scalar places inside p as (container, index)."""
    if isinstance(p, Ref):
        for n in p.names:
            v = p.owner[n]
            if np.isscalar(v):
                yield p.owner, n
            else:
                yield from cells(v)
    elif isinstance(p, np.ndarray) and p.dtype != object:
        for i in np.ndindex(p.shape):
            yield p, i
    elif isinstance(p, dict):
        for k, v in p.items():
            if np.isscalar(v):
                yield p, k
            else:
                yield from cells(v)
    else:
        for k, v in enumerate(p):
            if np.isscalar(v):
                yield p, k
            else:
                yield from cells(v)


def values(p):
    return np.array([float(c[i]) for c, i in cells(p)])


def numeric(p, loss, h=1e-5):
    g = []
    for c, i in cells(p):
        old = c[i]
        c[i] = old + h
        up = float(loss())
        c[i] = old - h
        down = float(loss())
        c[i] = old
        g.append((up - down) / (2 * h))
    return np.array(g)


def step(p, move, rate):
    """The gradient behind one move of the program, and the parameters put back."""
    p = p() if callable(p) else p
    before = values(p)
    move()
    after = values(p)
    for (c, i), v in zip(list(cells(p)), before, strict=True):
        c[i] = v
    return (before - after) / rate


def compare(key, repaired=False):
    """The largest difference between the program's gradient and its loss's, in tolerances."""
    lines = proofs().get(key, {}).get("proof")
    if not lines:
        return None
    text = source(key, repaired)

    def run(*pairs):
        changed = text
        for old, new in zip(pairs[::2], pairs[1::2], strict=True):
            if old not in changed:
                raise ValueError(f"{key}: no {old!r} in the program")
            changed = changed.replace(old, new)
        return execute(changed)

    def script(loop, names, rate, loss, zero="range(0)", one="range(1)", *pairs):
        """A script's first update: it is run with no and with one round of its loop."""
        a, b = run(loop, zero, *pairs), run(loop, one, *pairs)
        names = names.split()
        p = Ref(a, *names)
        rate = eval(rate, a) if isinstance(rate, str) else rate
        return p, (lambda: eval(loss, a)), (values(p) - values(Ref(b, *names))) / rate

    ns = {
        "run": run,
        "script": script,
        "step": step,
        "Ref": Ref,
        "values": values,
        "np": np,
        "math": math,
        "rng": np.random.default_rng(5),
        "numeric": numeric,
        "tol": 2e-6,
    }
    with contextlib.redirect_stdout(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        exec("\n".join(lines), ns)
        got = ns["G"]
        got = got if isinstance(got, np.ndarray) and got.ndim == 1 else values(got)
        true = numeric(ns["P"], ns["L"], ns.get("h", 1e-5))
    if got.shape != true.shape:
        return math.inf
    return float(np.max(np.abs(got - true)) / max(np.max(np.abs(true)), 1e-12)) / ns["tol"]


def verdict(key, label):
    """'' when the label is borne out, else what contradicts it; None without a cheap proof."""
    entry = proofs().get(key, {})
    if "proof" not in entry:
        return None
    if label["status"] != "wrong":
        d = compare(key)
        return "" if d < 1 else f"labelled {label['status']}, but off by {d:.1e} tolerances"
    d = compare(key, repaired=True)
    if not d < 1:
        return f"the repaired program is off by {d:.1e} tolerances"
    if not entry.get("same_gradient") and compare(key) < 10:
        return "labelled wrong, but agrees with its loss"
    return ""


def main(words, train=False):
    bad = unproved = 0
    for key, label in labels().items():
        if words and not any(w in key for w in words):
            continue
        try:
            said = verdict(key, label)
        except Exception as e:
            said = f"{type(e).__name__}: {e}"
        if said is None:
            unproved += 1
            if words:
                print(f"{key}: no cheap proof")
        elif said:
            bad += 1
            print(f"{key}: {said}")
        if train:
            t = time.time()
            try:
                out = execute(source(key), "__main__")["_printed"].strip().split("\n")
            except Exception as e:
                bad += 1
                out = [f"!! {type(e).__name__}: {e}"]
            print(
                f"   {time.time() - t:4.1f}s {key} {label['ids'] or ''}:",
                " | ".join(out[-2:])[:150],
            )
    print(f"{bad} contradicted, {unproved} without a cheap proof")
    return bad


if __name__ == "__main__":
    sys.exit(bool(main([a for a in sys.argv[1:] if not a.startswith("-")], "--train" in sys.argv)))
