"""What is said of a run before it begins and when it has ended."""

from __future__ import annotations

import os
import shlex
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from chainrule.cli.paths import folder_for
from chainrule.cli.published import published, tell_published
from chainrule.cli.screen import Screen
from chainrule.core.errors import UsageError
from chainrule.core.initializers import Given, NumpyLegacy
from chainrule.core.tables import row_to_text
from chainrule.data.problems import PROBLEMS, Problem
from chainrule.doctor.examine import diagnose
from chainrule.doctor.findings import Diagnosis
from chainrule.doctor.words import headline
from chainrule.spec import Spec, Training
from chainrule.training.evaluation import (
    always_the_same,
    evaluate,
    metrics_by_target,
    part_loss,
)  # fmt: skip
from chainrule.training.run_file import RunFile

UNEVEN = 1.2  # times what equal classes would give: then always the same class is told
BLOCKS = "▁▂▃▄▅▆▇█"
WHY = {
    "finished": "all steps made",
    "target": "the target is reached",
    "no improvement": "no improvement; the best state is taken",
    "interrupted": "interrupted; all is kept",
    "not finite": "a number was not finite",
}


def introduce(screen: Screen, run: RunFile, problem: Problem | None) -> None:
    """What is going to be trained, on what, and how."""
    spec, training, data = run.spec, run.training, run.data()
    title = f"{run.source}: {problem.title}" if problem else f"{run.path.name}, from its last state"
    parts = ", ".join(f"{part.n} {name}" for name, part in data.parts.items())
    batch = "all rows" if training.batch_size is None else f"batches of {training.batch_size}"
    screen.say(title)
    screen.say(f"  network   {spec}, {spec.parameters} parameters, {spec.dtype}")
    screen.say(f"  rows      {parts}")
    screen.say(
        f"  training  {row_to_text(training.optimizer)}, learning rate "
        f"{training.learning_rate:g}{_schedule(training)}, {batch}, "
        f"loss {row_to_text(spec.loss)}, seed {training.seed}"
    )
    if more := list(_more(spec, training)):
        screen.say(f"  with      {', '.join(more)}")
    if training.patience is not None and data.validation is None:
        screen.say("  note      patience is judged on the training rows: none are for validation")
    for note in problem.notes if problem else ():
        screen.say(f"  note      {note}")


def tell_starts(screen: Screen, starts: dict[str, Any] | None) -> None:
    """How many starts did, of which this run is the best."""
    if starts is not None:
        least, half, most = ("∞" if loss is None else f"{loss:.4g}" for loss in starts["losses"])
        reached = starts["reached"]
        reach = "" if reached is None else f"{reached} reach the target; "
        screen.say(
            f"  starts    {starts['of']}: {reach}train loss from {least} over {half} to {most}; "
            f"this is the best"
        )


def _schedule(training: Training) -> str:
    text = row_to_text(training.schedule)
    return "" if text == "constant" else f" ({text})"


def _more(spec: Spec, training: Training) -> Iterator[str]:
    """What the plain training of a plain network has not."""
    for p in dict.fromkeys(p for _, p in spec.drops):
        yield f"dropout {p:g}"
    for name in ("l1", "l2", "decay", "clip_norm"):
        if value := getattr(training, name):
            yield f"{name.replace('_', ' ')} {value:g}"
    if training.class_weight is not None:
        weights = training.class_weight
        told = weights if isinstance(weights, str) else ", ".join(f"{w:g}" for w in weights)
        yield f"weights of classes {told}"


def finish(
    screen: Screen, run: RunFile, pictures: str | None, animation: str, *, force: bool,
    more: dict[str, Any] | None = None,
) -> int:  # fmt: skip
    """What came out, then the pictures, then what to try next; and the exit code.

    more: what the object of --json has beside that.

    An interrupted run is not drawn: whoever pressed Ctrl-C wants the prompt.
    """
    result, code = summary(run), 0
    diagnosis = diagnose(run)
    _tell(screen, run, result)
    _tell_doctor(screen, run, diagnosis)
    made: list[str] = []
    try:
        if result["ended"] == "interrupted":
            code = 130
        else:
            made = draw(screen, run, pictures, animation, force=force)
    except KeyboardInterrupt:
        code = 130
        screen.note(f"pictures not finished: chainrule plot {run.path} makes them")
    screen.give(**result, **(more or {}), doctor=diagnosis.to_json(), pictures=made)
    _tell_pictures(screen, made)
    _tell_next(screen, run, result)
    return code


def summary(run: RunFile) -> dict[str, Any]:
    """The run as `--json` gives it."""
    ended = run.ended or {"reason": "interrupted", "step": run.steps()[-1]}
    state, raw = run.state(ended["step"]), run.data()
    data = raw.fitted(run.spec)
    losses, metrics = evaluate(run.spec, state.params, data, run.engine)
    history, figures, same = run.history(), published(run), always_the_same(raw)
    each = {}
    if _units_differ(run):
        each = metrics_by_target(run.spec, state.params, data, run.engine)
    return (
        {
            "run": str(run.path),
            "task": raw.task,
            "target": list(raw.preparation.target.names) if raw.preparation else [],
            "network": str(run.spec),
            "engine": run.meta("engine"),
            "dtype": run.spec.dtype,
            "seed": run.training.seed,
            "steps": run.steps()[-1],
            "epochs": run.steps()[-1] / run.training.steps_per_epoch(data.train.n),
            "state": state.step,
            "loss": {"train": losses["train"], "test": losses.get("test")}
            | {name: loss for name, loss in losses.items() if name == "validation"},
            "metrics": metrics,
            "always": None if same is None else {"class": same[0], "accuracy": same[1]},
            "ended": ended["reason"],
            "seconds": round(history.points[-1].seconds, 3) if len(history) else 0.0,
        }
        | ({"published": figures} if figures else {})
        | ({"by_target": each} if each else {})
    )


def draw(
    screen: Screen, run: RunFile, asked: str | None, animation: str, *, force: bool,
    only: tuple[str, ...] = (),
) -> list[str]:  # fmt: skip
    """Make the pictures; without matplotlib, say how to get them and go on."""
    folder = folder_for(run.path, asked, force=force)
    if folder is None:
        return []
    from chainrule import plots

    screen.note("drawing ...")
    try:
        made = plots.draw(
            run, folder, animate=animation != "none", only=only,
            format="gif" if animation == "gif" else "webp",
        )  # fmt: skip
    except UsageError as error:
        if asked is not None:
            raise
        screen.note(f"no pictures: {error}")
        return []
    return [str(picture.path) for picture in made]


def _tell(screen: Screen, run: RunFile, result: dict[str, Any]) -> None:
    history = run.history()
    began = history.points[0].train if len(history) else float("nan")
    reason, steps = WHY[result["ended"]], result["steps"]
    screen.say()
    screen.say(
        f"  loss      {began:.4g} {sparkline(history['train'])} {result['loss']['train']:.6g}   "
        f"after {steps} step{'s' * (steps != 1)}, {result['seconds']:.1f} s: {reason}"
        f"{' (the loss of the rows, without the penalty)' if run.training.penalties else ''}"
    )
    screen.say(f"  {_metrics_line(result['metrics'])}{_told_always(run, result['always'])}")
    for name, metrics in result.get("by_target", {}).items():
        screen.say(f"            {name}: {_named(metrics)}")
    for line in answers_lines(run):
        screen.say(f"  {line}")
    tell_published(screen, run, result.get("published", []))
    holds = "holds the data: --no-data keeps it out" if run.holds_data else "without the data"
    screen.say(f"  run       {result['run']}  ({holds})")


def _tell_doctor(screen: Screen, run: RunFile, diagnosis: Diagnosis) -> None:
    more = f": chainrule doctor {run.path}" if diagnosis.findings or diagnosis.notes else ""
    screen.say(f"  doctor    {headline(diagnosis)}{more}")


def _tell_pictures(screen: Screen, made: list[str]) -> None:
    """The page that shows them all, and what is on it."""
    if made:
        names = ", ".join(Path(path).stem for path in made[:-1])
        screen.say(f"  pictures  {made[-1]}  ({names})")


def _tell_next(screen: Screen, run: RunFile, result: dict[str, Any]) -> None:
    screen.say()
    for k, command in enumerate(next_commands(run, result)):
        screen.say(f"  {'next' if k == 0 else '    '}      {command}")


def sparkline(values: Any, width: int = 24) -> str:
    """A curve in one line, its height on a log scale."""
    values = np.asarray(values, dtype=float)
    values = values[np.isfinite(values) & (values > 0)]
    if len(values) < 2:
        return "→"
    picked = np.log(values[np.linspace(0, len(values) - 1, width).astype(int)])
    low, high = picked.min(), picked.max()
    height = (picked - low) / (high - low) if high > low else np.zeros(width)
    return "".join(BLOCKS[int(h * (len(BLOCKS) - 1) + 0.5)] for h in height)


def next_commands(run: RunFile, result: dict[str, Any]) -> list[str]:
    """The three commands most worth trying now."""
    path = os.fspath(run.path)
    other = "xor" if run.source != "xor" else "circles"
    if result["ended"] == "interrupted":
        return [f"chainrule {command} {path}" for command in ("resume", "plot", "info")]
    file = (run.meta("data") or {}).get("file")
    if file and "path" in file:
        name = shlex.quote(os.path.relpath(file["path"]))
        return [
            f"chainrule predict {path} {name} --output predictions.csv",
            f"chainrule doctor {path}", f"chainrule export {path}",
        ]  # fmt: skip
    look = f"chainrule info {path} --of {next(iter(run.meta('names') or ['0.W']))} --step 1"
    drawn = not all(isinstance(layer.init, Given | NumpyLegacy) for layer in run.spec.layers)
    again = f"chainrule train {run.source} --seed {run.training.seed + 1}"
    longer = f"chainrule resume {path} --steps {2 * max(1, int(result['steps']))}"
    return [again if drawn and run.source in PROBLEMS else longer, look, f"chainrule train {other}"]


def _metrics_line(metrics: dict[str, Any]) -> str:
    on = "test" if metrics["on"] == "test" else "training"
    if "accuracy" in metrics:
        return f"accuracy  {100 * metrics['accuracy']:.1f} % of the {on} rows"
    return f"errors    {_named(metrics)} on the {on} rows"


def _named(metrics: dict[str, Any]) -> str:
    return ", ".join(f"{k} {v:.6g}" for k, v in metrics.items() if k != "on")


def _units_differ(run: RunFile) -> bool:
    """Several columns of numbers of a table: one error for all of them says little."""
    target = run.preparation.target if run.preparation else None
    return target is not None and target.is_scaled and len(target.names) > 1


def _told_always(run: RunFile, always: dict[str, Any] | None) -> str:
    """What nobody has to learn for, where the classes are uneven."""
    k = len(run.preparation.target.classes) if run.preparation else 0
    if always is None or always["accuracy"] < UNEVEN / max(k, 1):
        return ""
    return f" (always {always['class']!r}: {100 * always['accuracy']:.1f} %)"


def answers_lines(run: RunFile) -> list[str]:
    """For a small table: what the network answers, row by row."""
    data = run.data()
    if data.train.n > 8:
        return []
    state = run.state(run.ended["step"] if run.ended else None)
    _, a = part_loss(run.spec, state.params, data.fitted(run.spec).train, run.engine)
    x, y, _ = data.train.block(0, data.train.n)
    x = data.preparation.unscaled(x) if data.preparation else x
    y, a = data.in_units(y), data.in_units(a)
    rows = zip(x.tolist(), y.tolist(), a.tolist(), strict=True)
    words = [(_numbers(i), _numbers(t), _numbers(o, ".6f")) for i, t, o in rows]
    return [
        f"{'answers' if k == 0 else '':<10}{i} → {o}  (right: {t})"
        for k, (i, t, o) in enumerate(words)
    ]


def _numbers(values: Any, form: str = "g") -> str:
    return " ".join(f"{v:{form}}" for v in (values if isinstance(values, list) else [values]))
