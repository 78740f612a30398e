"""chainrule info [RUN]"""

from __future__ import annotations

from typing import Annotated, Any

from cyclopts import Parameter

from chainrule.cli.options import Json, Quiet
from chainrule.cli.screen import Screen


def info(
    path: Annotated[str | None, Parameter(name="RUN", help="A run file or a model file.")] = None,
    /,
    *,
    of: Annotated[
        str | None, Parameter(help="One number: 1.W[0,0], or the source's name, w5.")
    ] = None,
    step: Annotated[
        int | None, Parameter(help="After so many updates. [default: the last]")
    ] = None,
    as_json: Json = False,
    quiet: Quiet = False,
) -> int:
    """What runs here, or what a run or model file holds."""
    from chainrule.core.errors import UsageError

    screen = Screen("info", as_json=as_json, quiet=quiet)
    if step is not None and of is None:
        raise UsageError(
            "info --step", "--of beside it: which number", "no --of", 'Try --of "0.W[0,0]".'
        )
    if path is None:
        about = _machine()
    elif of is not None:
        about = _number(screen, path, of, step)
    else:
        about = _model(path) if path.endswith(".safetensors") else _run(path)
    screen.give(**about)
    for key, value in about.items():
        screen.say(f"{key:<12} {_words(value)}")
    return 0


def _machine() -> dict[str, Any]:
    import platform

    import numpy as np

    from chainrule import __version__
    from chainrule.engine.choice import compiled, why_not_native
    from chainrule.engine.reference import reference

    native = compiled()
    blas = np.show_config(mode="dicts")["Build Dependencies"]["blas"]
    return {
        "chainrule": __version__,
        "engine": (native or reference).name,
        "why": why_not_native() or "It is compiled; what it can't do runs on the reference.",
        "instructions": getattr(native, "target", None),
        "threads": getattr(native, "threads", None),
        "fingerprint": (native or reference).fingerprint,
        "python": platform.python_version(),
        "numpy": np.__version__,
        "blas": f"{blas['name']} {blas['version']}",
        "machine": f"{platform.system()} {platform.machine()}",
    }


def _run(path: str) -> dict[str, Any]:
    from chainrule.training.run_file import RunFile

    with RunFile(path) as run:
        steps, history = run.steps(), run.history()
        ended = run.ended
        return {
            "run": str(run.path),
            "source": run.source,
            "network": str(run.spec),
            "parameters": run.spec.parameters,
            "training": {**run.training.to_json(), "optimizer": run.training.optimizer.name},
            "state": ended["reason"] if ended else "not ended: chainrule resume goes on",
            "steps": steps[-1] if steps else 0,
            "snapshots": len(steps),
            "points": len(history),
            "loss": history.points[-1].train if len(history) else None,
            "engine": run.meta("engine"),
            "fingerprint": run.meta("fingerprint"),
            "same_bits": run.same_bits() is None,
            "holds_data": run.holds_data,
            "versions": run.meta("versions"),
        }


def _model(path: str) -> dict[str, Any]:
    from chainrule.model import load

    model = load(path)
    spec = model.network.spec
    prepared = model.preparation
    return {
        "model": path,
        "network": str(spec),
        "parameters": spec.parameters,
        "loss": spec.loss.name,
        "dtype": spec.dtype,
        "columns": [column.name for column in prepared.used] if prepared else None,
        "task": prepared.target.task if prepared else None,
    }


def _number(screen: Screen, path: str, of: str, step: int | None) -> dict[str, Any]:
    from chainrule.trace.address import parse
    from chainrule.training.run_file import RunFile

    with RunFile(path) as run:
        names = run.meta("names") or {}
        if step is not None and step not in run.steps():
            announce_replay(screen, run, step)
        state = run.state(step)
        asked = parse(of, {name: theta.shape for name, theta in state.params.items()}, names)
        value = state.params[asked.name][asked.place]
        return {"address": names.get(of, of), "step": state.step, "value": value.tolist()}


def announce_replay(screen: Screen, run: Any, step: int) -> None:
    """A state without a snapshot is computed again: how long, and whether to the bit."""
    seconds = run.replay_seconds(step)
    if seconds > 1:
        screen.note(f"computing step {step} again: about {seconds:.0f} s")
    if difference := run.same_bits():
        screen.note(f"note: {difference}")


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return ", ".join(f"{k} {_words(v)}" for k, v in value.items() if v is not None)
    return "-" if value is None else str(value)
