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
    """List the built-in problems and sets, or show one and write its rows."""
    from chainrule.core.errors import UsageError
    from chainrule.data import problems
    from chainrule.data.sets import SETS

    screen = Screen("data", as_json=as_json, quiet=quiet)
    if name is None:
        if output is not None:
            raise UsageError("data --output", "a NAME", "none", "chainrule data circles --output -")
        return _list(screen, [problems.as_json(p) for p in problems.PROBLEMS.values()])
    problem = _known_set(name, seed) if name in SETS else problems.find(name)
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


def _known_set(name: str, seed: int | None) -> Any:
    """A known set as a problem, with the network suggested for it."""
    from chainrule.data.problem import Problem
    from chainrule.data.sets import SETS, load
    from chainrule.data.suggestion import suggest

    data, known = load(name, seed=seed), SETS[name]
    source = f"{known.source}; licence: {known.licence}"
    return Problem(name, known.title, source, lambda _: data, *suggest(data))


def _list(screen: Screen, rows: list[dict[str, Any]]) -> int:
    from dataclasses import asdict

    from chainrule.data.sets import SETS

    screen.give(problems=rows, sets=[asdict(known) for known in SETS.values()])
    for row in rows:
        screen.say(f"{row['name']:<20} {row['network']:<24} {row['title']}")
    screen.say()
    for known in SETS.values():
        rows_of = f"{known.rows:,} rows, {known.inputs} inputs"
        screen.say(f"{known.name:<20} {rows_of:<24} {known.title}")
    screen.say()
    screen.say("The last six are real data: scikit-learn brings them, and mnist is fetched once.")
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

    scaled = made.preparation is not None and made.preparation.is_fitted
    text_of = "{:.15g}".format if scaled else repr  # scaling there and back costs the last digit
    lines = [",".join(name.replace(",", " ") for name in made.column_names)]
    for part_name, part in made.parts.items():
        x, y, _ = part.block(0, part.n)
        x = made.preparation.unscaled(x) if made.preparation else x
        for inputs, answer in zip(x.tolist(), made.answers_of(y), strict=True):
            lines.append(",".join([*map(text_of, inputs), *map(str, answer), part_name]))
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
