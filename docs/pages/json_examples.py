"""Commands that are run for the page of the command line, and the objects that they print."""

from __future__ import annotations

import contextlib
import io
import json
import os
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from chainrule.cli.app import run
from docs.pages.markdown import DOCS, code, table

EXAMPLES = {  # the commands that are run for their objects, in this order, in one folder
    "train": ["train xor --steps 2000 --run xor.chainrule --pictures none"],
    "resume": ["resume xor.chainrule --steps 4000 --pictures none"],
    "plot": ["plot xor.chainrule --animation none"],
    "export": ["export xor.chainrule"],
    "predict": ["predict xor.chainrule xor.csv"],
    "data": ["data", "data circles --output circles.csv"],
    "info": [
        "info",
        "info xor.chainrule",
        "info xor.chainrule --of 1.W[0,0] --step 5",
        "info xor.safetensors",
    ],
    "explain": ["explain mazur --of 0.z[0,0]"],
    "check": ["check my_net.py"],
    "doctor": ["doctor xor.chainrule", "doctor --why-stuck mazur"],
}
SERVES = {  # what is printed by commands that go on until Ctrl-C; a test holds them to it
    "studio": ("studio moons", {
        "schema": 1, "command": "studio", "url": "http://127.0.0.1:8765/?token=a-long-random-text",
    }),
}  # fmt: skip
MEANINGS = {
    "url": "the address of the page, good once; it is printed when requests are answered",
    "schema": "1; a later version only adds keys, or counts this up",
    "command": "the command",
    "error": "what went wrong: `called`, `needs`, `got`, `do`; nothing else is there then",
    "run": "the run file",
    "target": "the columns that are predicted, where they have names",
    "network": "sizes and activations",
    "engine": "which engine computed, `native` or `reference`: "
    "[which does what](../how-to/fast-training.md)",
    "why": "why that engine",
    "dtype": "`float64` or `float32`",
    "seed": "of the start, the order of the rows, and made-up data",
    "steps": "updates made",
    "epochs": "passes over the training rows made; not always a whole number",
    "state": "the step whose parameters are the model",
    "info.state": "how the run ended, or that it has not",
    "loss": "the mean loss of a row, by part (`test` is null where there is none)",
    "info.loss": "of a run: the last mean loss of a training row; of a model: the name of its loss",
    "metrics": '`accuracy`, or `rmse`, `mae`, `r2`; `on` says of which part: "test" or "train"',
    "by_target": "the metrics of each column of numbers, where a table has several",
    "always": "the most frequent class, and the `accuracy` of answering nothing else; else null",
    "ended": "`finished`, `target`, `no improvement` or `interrupted`",
    "pictures": "the files that were drawn",
    "doctor": "what `chainrule doctor` says of the run",
    "of": "what was asked about",
    "status": "`right`, `different` (right, in its own convention), `wrong`, `unknown`, `error`",
    "mistakes": "the [mistakes](../mistakes/index.md) found, the one to mend first stands first",
    "conventions": "how the program means its loss, its batch and its arrays",
    "form": "how the program was understood",
    "message": "why there is no better answer, where there is none",
    "agreement": "for each array of gradients its relative difference from the truth, or null",
    "isolated": "whether the program ran [behind a wall](../how-to/check-your-own-code.md)",
    "shapes": "the shapes of the weights and biases that it was tried with",
    "check.names": "what the program calls each array of gradients",
    "check.seconds": "that the program took",
    "cause": "`healthy`, `bug`, `bad luck` or `settings`; of a program `unknown`, too",
    "findings": "the [illnesses](illnesses.md) found, the one to mend first stands first",
    "starts": "`stuck` of `of` trained starts; null without `--why-stuck`",
    "notes": "what was read, and what could not be looked at",
    "seconds": "spent in training",
    "problems": "one object a problem",
    "problem": "the problem that was named",
    "output": "the file that was written, or null",
    "file": "the rows that were read",
    "predict.run": "the run or model file",
    "rows": "how many rows",
    "answers": "a list for each column of answers; with `--output` it is in the file instead",
    "score": "`accuracy`, or `rmse`, `mae`, `r2`, where the file has the right answers; else null",
    "sets": "one object a set of real data",
    "source": "the problem, the file, or `arrays`",
    "parameters": "how many numbers the network has",
    "training": "all settings of [Training](settings.md)",
    "snapshots": "states held in the file",
    "points": "points of the history",
    "fingerprint": "how the machine rounds: [what is promised](../why/guarantees.md)",
    "same_bits": "whether this machine computes the very bits of the run",
    "holds_data": "whether the data is in the file",
    "versions": "of what made the run",
    "explain.source": "the run file or the problem",
    "explain.step": "the step that is explained: it leads from state t − 1 to state t",
    "explain.of": "the [address](addresses.md), or null: then `chapters` tell the whole step",
    "root": "the key of the number that was asked for",
    "nodes": "every number by its key: formula with letters and with numbers, and the keys of its "
    "`parts`; of a long sum `rest` is how many terms are left, and their sum",
    "address": "[of the number](addresses.md)",
    "step": "the state that the number is of",
    "value": "the number, or nested lists of numbers",
    "model": "the model file",
    "to": "the format of the file",
    "columns": "the names of the inputs, or null where no preparation is held",
    "task": "`classes` or `numbers`; null where it is not known",
    "chainrule": "version",
    "python": "version",
    "numpy": "version",
    "instructions": "the instruction set that the native engine uses, or null",
    "threads": "how many threads it uses where that pays, or null",
    "blas": "the library that multiplies matrices for the reference engine",
    "machine": "system and processor",
}
ANYWHERE = {  # values that depend on the machine, as the page shows them
    "seconds": 0.12, "fingerprint": "7049e8f1da64", "numpy": "2.4.0", "python": "3.12.0",
    "chainrule": "0.1.0", "blas": "scipy-openblas 0.3.31", "machine": "Linux x86_64",
    "snapshots": 3, "instructions": "avx2", "threads": 4,
    "why": "It is compiled; what it can't do runs on the reference.",
}  # fmt: skip


def json_part(name: str) -> Iterator[str]:
    """Each example's object, and what its keys mean, each key once."""
    explained = {"schema", "command"}
    for line, made in _examples(name):
        keys = [key for key in made if key not in explained]
        yield f"`chainrule {line} --json`:\n\n```json\n{pretty(made)}\n```"
        if keys:
            meanings = [MEANINGS.get(f"{name}.{key}") or MEANINGS[key] for key in keys]
            yield table(["key", "meaning"], list(zip(map(code, keys), meanings, strict=True)))
        explained |= set(keys)


def _examples(name: str) -> Iterator[tuple[str, dict[str, Any]]]:
    if name in SERVES:
        yield SERVES[name]
    for line in EXAMPLES.get(name, []):
        exit_code, made = said(f"{line} --json")
        assert exit_code == 0, f"{line}: {made}"
        yield line, made


def said(line: str) -> tuple[int, dict[str, Any]]:
    """The exit code and the object of a command line."""
    exit_code, out, _ = printed(line)
    return exit_code, json.loads(out)


def printed(line: str) -> tuple[int, str, str]:
    """A command line, run here and now: its exit code, and what it prints on stdout and stderr."""
    out, err = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        exit_code = run(line.split())
    return exit_code, out.getvalue(), err.getvalue()


def pretty(value: Any) -> str:
    """JSON with an item a line at the outside, and short things on one line."""
    value = settled(value)
    lines = [f"  {json.dumps(k)}: {folded(v)}" for k, v in value.items()]
    return "{\n" + ",\n".join(lines) + "\n}"


def folded(value: Any) -> str:
    """A list or an object that is long stands on several lines, an item each."""
    text = json.dumps(value, ensure_ascii=False)
    if len(text) < 90 or not isinstance(value, dict | list):
        return text
    if isinstance(value, list):
        items, (begin, end) = [json.dumps(item, ensure_ascii=False) for item in value], "[]"
    else:
        items = [f"{json.dumps(k)}: {json.dumps(v, ensure_ascii=False)}" for k, v in value.items()]
        begin, end = "{}"
    return f"{begin}\n    " + ",\n    ".join(items) + f"\n  {end}"


def settled(value: Any, key: str = "") -> Any:
    """The same on every machine: six digits, and stand-ins for what the machine decides."""
    if key == "engine" and value == "reference":  # where there is no compiler
        return "native"
    if key in ANYWHERE and value is not None:
        return ANYWHERE[key]
    if isinstance(value, dict):
        return {k: settled(v, k) for k, v in value.items()}
    if isinstance(value, list):
        return [settled(v) for v in value]
    return float(f"{value:.6g}") if isinstance(value, float) else value


@contextlib.contextmanager
def working_folder() -> Iterator[None]:
    """A temporary folder with the files that the commands read."""
    home = os.getcwd()
    with tempfile.TemporaryDirectory(prefix="chainrule-pages-") as folder:
        shutil.copy(DOCS / "how-to" / "files" / "my_net.py", folder)
        (Path(folder) / "xor.csv").write_text("x1,x2\n0,1\n1,1\n")
        os.chdir(folder)
        try:
            yield
        finally:
            os.chdir(home)
