"""chainrule data [NAME]"""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from chainrule.cli.options import Force, Json, Quiet
from chainrule.cli.screen import Screen


def data(
    name: Annotated[str | None, Parameter(name="NAME", help="Of a built-in problem.")] = None,
    /,
    *,
    output: Annotated[
        str | None,
        Parameter(
            allow_leading_hyphen=True, help="Write the rows as CSV to this file; - is the screen."
        ),
    ] = None,
    seed: Annotated[int | None, Parameter(help="Of made-up data.")] = None,
    force: Force = False,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """List the built-in problems, or show one and write its rows."""
    from chainrule.core.errors import UsageError
    from chainrule.data import problems

    screen = Screen("data", as_json=as_json, quiet=quiet)
    if name is None:
        if output is not None:
            raise UsageError("data --output", "a NAME", "none", "chainrule data circles --output -")
        return _list(screen, [problems.as_json(p) for p in problems.PROBLEMS.values()])
    problem = problems.find(name)
    made = problem.data(seed)
    if output is not None:
        if output == "-" and as_json:
            raise UsageError(
                "data --output - --json", "one of the two on stdout", "both", "Give a file name."
            )
        _write(screen, made, output, force=force)
    screen.give(problem=problems.as_json(problem), output=output)
    if output != "-":
        _show(screen, problem, problems.as_json(problem))
    return 0


def _list(screen: Screen, rows: list[dict[str, Any]]) -> int:
    screen.give(problems=rows)
    for row in rows:
        screen.say(f"{row['name']:<20} {row['network']:<16} {row['title']}")
    screen.say()
    screen.say(
        "chainrule train NAME trains one, chainrule data NAME --output FILE writes its rows."
    )
    return 0


def _show(screen: Screen, problem: Any, row: dict[str, Any]) -> None:
    screen.say(f"{row['name']}: {row['title']}")
    screen.say(f"  rows      {', '.join(f'{n} {part}' for part, n in row['rows'].items())}")
    screen.say(f"  network   {row['network']}, loss {problem.spec.loss.name}")
    screen.say(f"  source    {row['source']}")
    for note in problem.notes:
        screen.say(f"  note      {note}")


def _write(screen: Screen, made: Any, output: str, *, force: bool) -> None:
    """All parts as CSV: the columns, the answer, and the part a row belongs to."""
    from pathlib import Path

    from chainrule.core.errors import UsageError
    from chainrule.model import write_safely

    lines = [",".join(made.column_names)]
    for part_name, part in made.parts.items():
        x, y, _ = part.block(0, part.n)
        for inputs, answer in zip(x.tolist(), made.answers_of(y), strict=True):
            lines.append(",".join([*map(repr, inputs), *map(str, answer), part_name]))
    text = "\n".join(lines) + "\n"
    if output == "-":
        print(text, end="")
        return
    if Path(output).exists() and not force:
        raise UsageError(
            f"data --output {output}", "a path that is free", "a file of that name",
            "Choose another, or replace it with --force.",
        )  # fmt: skip
    write_safely(Path(output), text.encode())
    screen.note(f"{len(lines) - 1} rows in {output}")
