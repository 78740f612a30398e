"""Mistakes, what was noticed beside them, and conventions: put together as a verdict."""

from __future__ import annotations

from chainrule.checker.account import Account
from chainrule.checker.beyond import cautions
from chainrule.checker.case import Case
from chainrule.checker.expected import Expected
from chainrule.checker.naming import Namer, in_order
from chainrule.checker.shapes import odd_shapes, of_shapes
from chainrule.checker.truth import agreement
from chainrule.checker.unaccounted import misshapen
from chainrule.checker.verdict import Mistake, Verdict


def verdict_of(
    case: Case, account: Account | None, mistakes: list[Mistake], conventions: dict[str, object],
    wants: Expected | None = None,
) -> Verdict:  # fmt: skip
    found = list({mistake.id: mistake for mistake in reversed(mistakes)}.values())[::-1]
    extra = cautions(case, Namer(case, account), {mistake.id for mistake in found})
    found += [mistake for mistake, severe in extra if severe]
    if not any(mistake.where == "bias gradient" for mistake in found):
        found += of_shapes(case, Namer(case, account))
    if not found and odd_shapes(case):
        return misshapen(case)
    status = "wrong" if found else "right" if wants is None or wants.ours(account) else "different"
    if not found:
        found = [mistake for mistake, _ in extra]
        status = "different" if {58, 63} & {mistake.id for mistake in found} else status
    if account is None:
        return Verdict(status, in_order(found), conventions, case.reading.form)
    return Verdict(
        status,
        in_order(found),
        {**conventions, "samples": case.reading.layout.get("samples", "rows")},
        case.reading.form,
        agreement=agreement(case, account, wants.base if wants else None),
    )
