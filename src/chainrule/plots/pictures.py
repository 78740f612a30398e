"""All pictures of a run, in a folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from chainrule.core.checks import one_of
from chainrule.core.errors import UsageError
from chainrule.data.parts import Data
from chainrule.plots import page, words
from chainrule.plots.files import Picture
from chainrule.plots.kinds import KINDS, Kind
from chainrule.plots.sight import Sight
from chainrule.training.run_file import RunFile


def draw(
    run: RunFile, folder: str | Path, *, animate: bool = True, format: str = "webp",
    data: Data | None = None, only: Sequence[str] = (),
) -> list[Picture]:  # fmt: skip
    """Draw what fits the data: before.png, decision.png, ... and a page with them all, the last.

    data: needed where the run file was told not to hold it. only: names of `KINDS`, drawn without
    a page. A picture is written whole or not at all; one of the same name is replaced.
    """
    one_of("draw", "format", format, ("webp", "gif"))
    sight = Sight(run, data, format=format)
    folder, kinds = Path(folder), wanted(sight, tuple(only), animate=animate)
    made = [kind.write(sight, folder) for kind in kinds]
    if only:
        return made
    about = {kind.name: (kind.heading, kind.look) for kind in kinds}
    title = f"{run.source}: {run.spec}"
    return [*made, page.write(folder, title, _about(run, sight.step), made, about)]


def wanted(sight: Sight, only: tuple[str, ...], *, animate: bool) -> list[Kind]:
    """The kinds to draw: those asked for, or those that fit."""
    for name in only:
        one_of("draw", "only", name, tuple(KINDS))
        if not KINDS[name].fits(sight):
            fitting = ", ".join(kind.name for kind in KINDS.values() if kind.fits(sight))
            raise UsageError(
                f"draw {name!r} of {sight.run.path.name}", "a picture that fits its data",
                f"{sight.scene.inputs} inputs, {_answers(sight)}", f"These fit: {fitting}.",
            )  # fmt: skip
    if only:
        return [kind for kind in KINDS.values() if kind.name in only]
    fit = [kind for kind in KINDS.values() if kind.fits(sight)]
    return [kind for kind in fit if animate or kind.name != "learning"]


def _answers(sight: Sight) -> str:
    scene = sight.scene
    return f"{len(scene.classes)} classes" if scene.classes else "numbers as answers"


def _about(run: RunFile, step: int) -> str:
    reason = (run.ended or {}).get("reason", "not ended")
    return f"{run.path.name} · {words.plural(step, 'step')} · seed {run.training.seed} · {reason}"
