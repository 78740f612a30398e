"""The section of the problems, on the page of the tables."""

from __future__ import annotations

from collections.abc import Iterator

from chainrule.data.problems import PROBLEMS, Problem
from chainrule.spec import Training
from docs.pages.markdown import code, table


def section() -> str:
    told = "\n\n".join(map(problem_section, PROBLEMS.values()))
    return f"""## Problems

`chainrule train NAME`. Each has data, a network and settings.

{told}"""


def problem_section(problem: Problem) -> str:
    title = problem.title if problem.title.endswith("?") else f"{problem.title}."
    parts = [f"### {problem.name}", title, "\n".join(f"- {line}" for line in facts(problem))]
    if problem.published:
        figures = [(f.what, code(f.figure), f.wrong or "right") for f in problem.published]
        parts.append(table(["the source prints", "figure", ""], figures))
    return "\n\n".join(parts)


def facts(problem: Problem) -> Iterator[str]:
    """Where it is from, its rows, network and training, and what is special about it."""
    spec = problem.spec
    rows = ", ".join(f"{part.n} {name}" for name, part in problem.data().parts.items())
    adds = f"batch {spec.conventions.batch}, outputs {spec.conventions.outputs}"
    yield f"Source: {problem.source}."
    yield f"Rows: {rows}."
    yield f"Network: {spec}, {spec.parameters} parameters, loss {spec.loss.name} ({adds})."
    yield f"Training: {training_told(problem.training)}."
    yield from problem.notes
    if problem.names:
        named = ", ".join(f"{code(k)} is {code(v)}" for k, v in problem.names.items())
        yield f"The source's names: {named}."


def training_told(training: Training) -> str:
    batch = "all rows" if training.batch_size is None else f"batches of {training.batch_size}"
    order = "" if training.shuffle or training.batch_size is None else ", in the order of the data"
    length = f"{training.epochs:,} epochs" if training.epochs else f"{training.steps:,} steps"
    stop = f", until the loss is below {training.stop_below:g}" if training.stop_below else ""
    rate = f"learning rate {training.learning_rate:g}"
    return f"{training.optimizer.name}, {rate}, {batch}{order}, at most {length}{stop}"
