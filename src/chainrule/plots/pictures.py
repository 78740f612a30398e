"""All pictures of a run, in a folder."""

from __future__ import annotations

from pathlib import Path

from chainrule.core.checks import one_of
from chainrule.data.parts import Data
from chainrule.plots import files, page, words
from chainrule.plots.curves import error_figure
from chainrule.plots.data_picture import data_figure
from chainrule.plots.decision_map import decision_figure
from chainrule.plots.files import Picture
from chainrule.plots.film import animation, last_step
from chainrule.plots.scene import Scene
from chainrule.training.run_file import RunFile


def draw(
    run: RunFile, folder: str | Path, *, animate: bool = True, format: str = "webp",
    data: Data | None = None,
) -> list[Picture]:  # fmt: skip
    """before.png, decision.png, error.png, learning.webp, and a page with them all, the last.

    data: needed where the run file was told not to hold it. A picture is written whole or not at
    all; one of the same name is replaced.
    """
    one_of("draw", "format", format, ("webp", "gif"))
    folder, data = Path(folder), data or run.data()
    step = last_step(run)
    made = [_before(run, data, folder), _decision(run, data, folder, step)]
    made.append(_error(run, folder, step))
    if animate:
        made.append(animation(run, data, folder / f"learning.{format}", name=run.source))
    return [*made, page.write(folder, f"{run.source}: {run.spec}", _about(run, step), made)]


def _before(run: RunFile, data: Data, folder: Path) -> Picture:
    alt = words.data_alt(Scene.of(data))
    return files.save(data_figure(data, name=run.source), folder / "before.png", alt)


def _decision(run: RunFile, data: Data, folder: Path, step: int) -> Picture:
    model, scene = run.model(step), Scene.of(data)
    alt = words.decision_alt(scene, model.network, words.measure(model.network, data), step)
    figure = decision_figure(model, data, name=run.source, step=step)
    return files.save(figure, folder / "decision.png", alt)


def _error(run: RunFile, folder: Path, step: int) -> Picture:
    history, loss, stop = run.history(), run.spec.loss.name, run.training.stop_below
    kept = step if len(history) and step < history.points[-1].step else None
    figure = error_figure(history, loss, stop, name=run.source, chosen=kept)
    return files.save(figure, folder / "error.png", words.error_alt(history, loss, stop))


def _about(run: RunFile, step: int) -> str:
    reason = (run.ended or {}).get("reason", "not ended")
    return f"{run.path.name} · {words.plural(step, 'step')} · seed {run.training.seed} · {reason}"
