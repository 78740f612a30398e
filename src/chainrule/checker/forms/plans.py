"""Which of a learner's functions to call, and in which order."""

from __future__ import annotations

import ast
import itertools

from chainrule.checker.forms import words
from chainrule.checker.forms.program import Action, Program

MOST = 24


def plans(actions: list[Action], program: Program) -> list[tuple[Action, ...]]:
    """Sequences of calls that could give gradients or a step, the most natural first."""
    usable = [a for a in actions if not a.does(words.NOT_ENTRY)]
    forwards = _forwards(usable)
    backs = _backwards(usable, program)
    updates = [a for a in usable if _updates(a)]
    trains = _trains(usable)
    found: list[tuple[Action, ...]] = []
    for back in backs[:4]:
        for forward in (*((f,) for f in forwards[:3]), ()):
            for update in (*((u,) for u in updates[:3]), ()):
                found.append((*forward, back, *update))
    found.sort(key=lambda plan: _needless(plan))
    single = [(t,) for t in trains]
    first = [plan for plan in single if plan[0].does({"step", "gradient", "gradients", "grad"})]
    rest = [plan for plan in single if plan not in first]
    steps = [(f, u) for f, u in itertools.product(forwards[:2], updates) if u.takes(words.Y)]
    return [*first, *found, *rest, *steps][: MOST * 2]


def trainings(actions: list[Action]) -> list[Action]:
    """Functions that train by themselves, by their names."""
    usable = [a for a in actions if not a.does(words.NOT_ENTRY)]
    return [a for a in _trains(usable) if a.does(words.TRAIN)]


def _needless(plan: tuple[Action, ...]) -> bool:
    """A forward call before a function of everything."""
    back = next((a for a in plan if a.does(words.BACKWARD | words.LOSSES)), plan[0])
    alone = not back.owner and back.takes(words.X) and back.takes(words.Y)
    return alone and plan[0] is not back and not (back.takes(words.CACHE | words.OUTPUTS))


def shows(actions: list[Action], program: Program) -> tuple[Action, ...]:
    """Functions that show outputs or a loss: forward, then loss, whatever its name."""
    usable = [a for a in actions if not a.does(words.NOT_ENTRY)]
    losses = [
        a
        for a in usable
        if a.does(words.LOSSES)
        and not a.does(words.BACKWARD | words.INNER | {"plot", "derivative", "d"})
        and (a.takes(words.Y | words.PAIRS) or (a.owner and not a.parameters()))
    ]
    losses.sort(key=lambda a: not a.does({"compute", "loss", "cost"}))
    losses = losses or [a for a in usable if _may_be_loss(a, program)]
    return (*_forwards(usable)[:2], *losses[:2])


def is_loss(action: Action) -> bool:
    """Among what shows: what is no forward pass is a loss."""
    return action.does(words.LOSSES) or not action.does(words.FORWARD)


def _may_be_loss(action: Action, program: Program) -> bool:
    """total(w, X, Y), J(theta, x, y): it returns a value, and compares nothing with ==."""
    other = words.FORWARD | words.BACKWARD | words.UPDATE | words.TRAIN | words.INNER | words.START
    node = program.nodes().get(action.qualified)
    of = words.X | words.PARAMETERS | words.OUTPUTS
    if node is None or action.does(other) or not (action.takes(words.Y) and action.takes(of)):
        return False
    returns = [n.value for n in ast.walk(node) if isinstance(n, ast.Return) and n.value]
    equal = any(isinstance(n, ast.Eq | ast.NotEq) for n in ast.walk(node))
    many = any(isinstance(value, ast.Tuple | ast.List | ast.Dict) for value in returns)
    return bool(returns) and not equal and not many and not action.takes(words.RATE)


def _forwards(actions: list[Action]) -> list[Action]:
    found = [
        a
        for a in actions
        if a.does(words.FORWARD) and not a.does(words.BACKWARD | words.LOSSES | words.INNER)
    ]
    whole = {"forward", "feedforward", "propagate", "propagation"}
    found.sort(key=lambda a: (not a.does(whole), a.does({"predict"}), not a.takes(words.X)))
    return [a for a in found if not a.takes(words.Y) or a.does(whole)]


def _backwards(actions: list[Action], program: Program) -> list[Action]:
    single = {"relu", "sigmoid", "softmax"}
    found = [
        a
        for a in actions
        if (a.does(words.BACKWARD) and not a.does(single))
        or (a.does(words.LOSSES) and any(words.is_(n, words.GRADIENTS) for n in a.returns))
    ]
    called = _called(program)
    inner = words.INNER - {"layer"}
    found.sort(
        key=lambda a: (
            not (a.takes(words.Y) or a.takes(words.PAIRS) or not a.parameters()),
            a.does(inner),
            any(other.name in called.get(a.name, ()) for other in found),
        )
    )
    return found


def _called(program: Program) -> dict[str, set[str]]:
    """Who calls a function: {"linear_backward": {"model_backward"}}."""
    found: dict[str, set[str]] = {}
    for name, node in program.nodes().items():
        for part in ast.walk(node):
            if isinstance(part, ast.Call):
                callee = getattr(part.func, "id", getattr(part.func, "attr", ""))
                found.setdefault(callee, set()).add(name.split(".")[-1])
    return found


def _updates(action: Action) -> bool:
    both = action.takes(words.X) and action.takes(words.Y)
    pairs = action.takes(words.PAIRS) and not action.takes(words.GRADIENTS)
    return action.does(words.UPDATE) and not (both or pairs or action.does(words.BACKWARD))


def _trains(actions: list[Action]) -> list[Action]:
    """Functions of samples and targets (or of a data set) that may make a step."""
    found = []
    for action in actions:
        if action.does(words.BACKWARD | words.INNER) and not action.does(
            words.TRAIN | words.UPDATE
        ):
            continue
        has = (action.takes(words.X) and action.takes(words.Y)) or action.takes(words.PAIRS)
        known = action.does(words.TRAIN | words.UPDATE)
        if known and (has or not action.takes(words.GRADIENTS)):
            found.append((not has, action.does(words.TRAIN), action))
        elif has and not action.does(words.LOSSES | words.FORWARD):
            found.append((True, True, action))
    return [action for *_, action in sorted(found, key=lambda row: row[:2])]
