"""Which finding comes from which other one: causes first, and what follows from them after."""

from __future__ import annotations

from dataclasses import replace

from chainrule.doctor.findings import Finding

_START = ("symmetric_start", "unscaled_inputs", "unscaled_answers", "exploding_gradients")
_RATE = ("rate_too_high", "rate_too_low")
_DEAD = ("saturated_units", "dead_relus", "vanishing_gradients")
_REST = (
    "constant_target", "out_of_reach", "penalty_too_strong", "label_imbalance", "linear_network",
    "unfinished",
)  # fmt: skip

CAUSES: dict[str, tuple[str, ...]] = {
    "not_finite": ("exploding_gradients", "rate_too_high", "unscaled_inputs", "unscaled_answers"),
    "saturated_units": ("unscaled_inputs", "exploding_gradients", "rate_too_high"),
    "dead_relus": ("unscaled_inputs", "exploding_gradients", "rate_too_high"),
    "vanishing_gradients": ("unscaled_inputs", *_RATE, "saturated_units", "dead_relus"),
    "large_weights": ("exploding_gradients", "rate_too_high"),
    "swinging_loss": ("unscaled_inputs", "unscaled_answers", "exploding_gradients",
                      "rate_too_high"),
    "rate_too_high": ("unscaled_inputs", "unscaled_answers", "exploding_gradients"),
    "rate_too_low": ("unscaled_inputs", "unscaled_answers"),
    "unfinished": (*_START, *_RATE, *_DEAD, "penalty_too_strong"),
    "constant_predictions": (*_START, *_RATE, *_DEAD, *_REST),
    "inputs_ignored": (*_START, *_RATE, *_DEAD, *_REST, "constant_predictions"),
    "stuck": (*_START, *_RATE, *_DEAD, *_REST, "constant_predictions", "inputs_ignored"),
}  # fmt: skip


UNLESS: dict[str, tuple[str, ...]] = {"unfinished": _RATE}  # more steps at that rate are no help


def ordered(findings: list[Finding]) -> tuple[Finding, ...]:
    """The same, those that stand for themselves first; the others with the id of their cause."""
    ids = {finding.id for finding in findings}
    left = [each for each in findings if not ids.intersection(UNLESS.get(each.id, ()))]
    told = [_with_cause(finding, {each.id for each in left}) for finding in left]
    return tuple(sorted(told, key=lambda finding: bool(finding.because)))


def _with_cause(finding: Finding, ids: set[str]) -> Finding:
    causes = [cause for cause in CAUSES.get(finding.id, ()) if cause in ids]
    roots = [cause for cause in causes if not ids.intersection(CAUSES.get(cause, ()))]
    return replace(finding, because=(roots or causes or [""])[0])
