"""Ten lines a learner completes where their program isn't understood.

A file that defines `chainrule_check` is understood by it alone. It is one of

    chainrule_check(params, X, y) -> gradients                        [(dW, db), ...]
    chainrule_check(params, X, y, learning_rate) -> new parameters    [(W, b), ...]

in our layout: params is a list of (W, b), one pair a layer, W (fan_in, units) and b (units,);
X has a sample in each row; y is (samples, outputs). An optional `chainrule_sizes = (2, 4, 1)` says
inputs, hidden units and outputs where not all sizes will do.
"""

from __future__ import annotations

from chainrule.checker.forms import plans, words
from chainrule.checker.forms.program import Action, Program, functions, methods

NAME = "chainrule_check"
SIZES = "chainrule_sizes"


def template(program: Program) -> str:
    """The lines to add to the learner's file, filled in as far as it is known."""
    action = _likeliest(program)
    lines = [
        f"{SIZES} = (2, 4, 1)  # inputs, hidden units, outputs: as your program can take them",
        "",
        "",
        f"def {NAME}(params, X, y):",
        '    """X: a sample a row. params: [(W, b), ...], W (fan_in, units), b (units,)."""',
        "    (W1, b1), (W2, b2) = params",
        "    # hand these to your code, in its own layout",
        *_call(action),
        "    return [(dW1, db1), (dW2, db2)]  # or take learning_rate, and return the new (W, b)",
    ]
    return "\n".join(lines) + "\n"


def _call(action: Action | None) -> list[str]:
    if action is None:
        return ["    dW1, db1, dW2, db2 = ...  # <- your gradients"]
    arguments = ", ".join(_argument(name) for name in action.parameters())
    if not action.owner:
        return [f"    dW1, db1, dW2, db2 = {action.name}({arguments})  # <- complete this"]
    return [
        f"    net = {action.owner}(...)  # <- make one, and put W1, b1, W2, b2 into it",
        f"    dW1, db1, dW2, db2 = net.{action.name}({arguments})  # <- complete this",
    ]


def _argument(name: str) -> str:
    if words.is_(name, words.X):
        return "X"
    if words.is_(name, words.Y):
        return "y"
    if words.parameter_role(name) and name[-1:].isdigit():
        return name
    return f"{name}=..."


def _likeliest(program: Program) -> Action | None:
    """What looks most like their backward pass."""
    actions = [a for cls in program.classes().values() for a in methods(program, cls)]
    for plan in plans.plans([*functions(program), *actions], program):
        return max(plan, key=lambda a: a.does(words.BACKWARD))
    return None
