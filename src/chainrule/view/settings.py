"""What a person chose, as flat names and plain values; and all that follows from it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, quote

from chainrule.core.activations import ACTIVATIONS, Activation
from chainrule.core.errors import UsageError
from chainrule.core.initializers import Given, GlorotUniform, Initializer, Zeros
from chainrule.core.losses import LOSSES, Loss
from chainrule.core.optimizers import OF_ONE_LENGTH, OPTIMIZERS
from chainrule.core.schedules import SCHEDULES
from chainrule.core.tables import look_up
from chainrule.data.problems import with_hidden
from chainrule.spec import Conventions, Spec, Training
from chainrule.view.fields import DRAWN, SETTINGS, check, refused
from chainrule.view.sets import Kept, Source, source_of

PARAMETERS = 1_000_000  # of a network at most
LONGEST, MOST = 100_000, 100  # characters of an address, and settings
OF_PAGE = ("hide", "view")  # of an address, what is no setting
ADAM_RATE = 0.01  # where only the optimiser was chosen: its steps are about this long
OF_TRAINING = (
    "learning_rate", "batch_size", "l1", "l2", "decay", "clip_norm", "epochs", "stop_below",
    "patience", "seed",
)  # fmt: skip


@dataclass(frozen=True)
class Chosen:
    """The data, and every setting that somebody changed; the rest is as it suits the data."""

    data: str = "circles"
    changes: tuple[tuple[str, Any], ...] = ()

    @classmethod
    def of(cls, settings: Mapping[str, Any]) -> Chosen:
        """Checked one by one, in the order of the form."""
        found = {name: check(name, value) for name, value in settings.items()}
        data = str(found.pop("data", "circles"))
        return cls(data, tuple((name, found[name]) for name in SETTINGS if name in found))

    def having(self, settings: Mapping[str, Any], *, whole: bool = False) -> Chosen:
        """These settings beside the old ones; another data source begins with its own."""
        fresh = whole or settings.get("data", self.data) != self.data
        before = {} if fresh else dict(self.changes)
        return Chosen.of({"data": self.data, **before, **settings})

    @property
    def settings(self) -> dict[str, Any]:
        return dict(self.changes)

    def to_json(self) -> dict[str, Any]:
        return {"data": self.data, **self.settings}

    def to_address(self, hide: tuple[str, ...] = (), *, projector: bool = False) -> str:
        """#data=moons&hidden=8:tanh,8:tanh&learning_rate=0.03"""
        said = {"data": self.data, **{name: _said(name, v) for name, v in self.changes}}
        if hide:
            said["hide"] = ",".join(hide)
        if projector:
            said["view"] = "projector"
        pairs = (f"{quote(name)}={quote(text, safe=':,.-()=')}" for name, text in said.items())
        return "#" + "&".join(pairs)

    @classmethod
    def from_address(cls, text: str) -> Chosen:
        """The inverse; `hide` and `view` are the page's own affair."""
        if len(text) > LONGEST:
            raise UsageError("the address", f"at most {LONGEST:,} characters", f"{len(text):,}",
                             "Open a run file instead.")  # fmt: skip
        count = text.count("&") + 1
        if count > MOST:
            raise UsageError("the address", f"at most {MOST} settings", f"{count:,}",
                             "Take out what is no setting.")  # fmt: skip
        pairs = parse_qsl(text.removeprefix("#"), keep_blank_values=True)
        found = {name: _read(name, value) for name, value in pairs if name not in OF_PAGE}
        return cls.of(found)


def _said(name: str, value: Any) -> str:
    if value is None:
        return "none"
    kind = SETTINGS[name].kind
    if kind == "layers":
        return ",".join(f"{units}:{activation}" for units, activation in value) or "none"
    if kind == "several":
        return ",".join(quote(each, safe="()^*") for each in value)
    if kind == "points":
        return ",".join(f"{x:g}:{y:g}:{k}" for x, y, k in value)
    return str(value)


def _read(name: str, text: str) -> Any:
    """Texts of an address as the setting's values; what can't be read stays text, for `check`."""
    kind = SETTINGS[name].kind if name in SETTINGS else "choice"
    if text == "none" and name in SETTINGS and SETTINGS[name].may_be_none:
        return None
    if kind in ("number", "whole"):
        return _number(text)
    parts = [] if text in ("", "none") else text.split(",")
    if kind == "several":
        return [dict(parse_qsl(f"a={part}")).get("a", part) for part in parts]
    if kind == "layers":
        split = [part.partition(":") for part in parts]
        return [[_number(units), activation or "tanh"] for units, _, activation in split]
    if kind == "points":
        return [[_number(each) for each in part.split(":")] for part in parts]
    return text


def _number(text: str) -> Any:
    try:
        found = json.loads(text, parse_constant=str)
    except (ValueError, RecursionError):
        return text
    return found if isinstance(found, int | float) else text


@dataclass(frozen=True, eq=False)
class Setup:
    """Ready to train."""

    chosen: Chosen
    source: Source
    spec: Spec
    training: Training


def plain_title(setup: Setup) -> str:
    """The title as a program can have it in a text: a file's name could hold the end of one."""
    return re.sub(r"[^\w .,()-]", "_", setup.source.title)[:80]


def set_up(chosen: Chosen, kept: Kept) -> Setup:
    """What the settings mean; whatever does not go together is said in four parts."""
    settings = chosen.settings
    source = source_of(chosen.data, settings, kept)
    training = training_of(source.training, settings)
    spec = spec_of(source.spec, settings)
    if spec.parameters > PARAMETERS:
        raise refused("hidden", f"a network of at most {PARAMETERS:,} numbers", spec.parameters)
    source.data.fitted(spec)  # says what does not fit
    return Setup(chosen, source, spec, training)


def training_of(usual: Training, settings: Mapping[str, Any]) -> Training:
    changes = {name: settings[name] for name in OF_TRAINING if name in settings}
    if "optimizer" in settings:
        changes["optimizer"] = look_up(OPTIMIZERS, "optimizer", settings["optimizer"])
        was_long = usual.optimizer.name in OF_ONE_LENGTH
        if changes["optimizer"].name in OF_ONE_LENGTH and not was_long:
            changes.setdefault("learning_rate", ADAM_RATE)
    if "schedule" in settings:
        changes["schedule"] = look_up(SCHEDULES, "schedule", settings["schedule"])
    if "epochs" in settings:
        changes["steps"] = None
    return replace(usual, **changes)


def spec_of(usual: Spec, settings: Mapping[str, Any]) -> Spec:
    spec = usual
    if "hidden" in settings or any(_is_given(spec, l) for l in range(len(spec.layers))):
        spec = _with_layers(spec, settings)
    if "loss" in settings:
        spec = _with_loss(spec, settings["loss"])
    changes: dict[str, Any] = {}
    if "init" in settings:
        changes["init"] = look_up(DRAWN, "initializer", settings["init"])
        changes["bias_init"] = Zeros()
    if "bias" in settings:
        changes["bias"] = settings["bias"]
    layers = [replace(layer, **changes) for layer in spec.layers]
    if drop := settings.get("drop_probability"):
        layers[:-1] = [replace(layer, drop_probability=drop) for layer in layers[:-1]]
    if "output" in settings:
        output: Activation = look_up(ACTIVATIONS, "activation", settings["output"])
        layers[-1] = replace(layers[-1], activation=output)
    how = Conventions(**{**spec.conventions.to_json(), **_only(settings, "batch")})
    return replace(
        spec, layers=tuple(layers), conventions=how, dtype=settings.get("dtype", spec.dtype)
    )


def _only(settings: Mapping[str, Any], *names: str) -> dict[str, Any]:
    return {name: settings[name] for name in names if name in settings}


def _is_given(spec: Spec, l: int) -> bool:
    """Whether its start is written down, for one size of network alone, and the size is another."""
    layer, shape = spec.layers[l], (spec.sizes[l], spec.sizes[l + 1])
    if not isinstance(layer.init, Given):
        return False
    values = layer.init.values
    return (len(values), len(values[0]) if values else 0) != shape


def _with_layers(spec: Spec, settings: Mapping[str, Any]) -> Spec:
    """Hidden layers of these units and activations, set up like the first."""
    if "hidden" not in settings:
        return _drawn(spec)
    wanted = settings["hidden"]
    if isinstance(spec.layers[0].init, Given):
        spec = _drawn(spec)
    spec = with_hidden(spec, tuple(units for units, _ in wanted))
    pairs = zip(spec.layers[:-1], wanted, strict=True)
    hidden = [replace(layer, activation=activation) for layer, (_, activation) in pairs]
    return replace(spec, layers=(*hidden, spec.layers[-1]))


def _drawn(spec: Spec) -> Spec:
    """The same with a start that is drawn, and nothing frozen."""
    init: Initializer = GlorotUniform()
    layers = [
        replace(layer, init=init, bias_init=Zeros(), bias="unit", frozen=())
        for layer in spec.layers
    ]
    return replace(spec, layers=tuple(layers))


def _with_loss(spec: Spec, text: str) -> Spec:
    """Another loss brings the activation that it contains, and an output for each class."""
    loss: Loss = look_up(LOSSES, "loss", text)
    last = spec.layers[-1]
    if loss.last is not None:
        last = replace(last, activation=loss.last)
    elif last.activation.output_only:
        last = replace(last, activation="sigmoid")
    if loss.targets == "labels" and last.units == 1:
        last = replace(last, units=2)
    return replace(spec, layers=(*spec.layers[:-1], last), loss=loss)
