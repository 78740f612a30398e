"""A program rewritten so that its loops report, and that one turn of a loop can be taken alone."""

from __future__ import annotations

import ast
import copy
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from types import CodeType

from chainrule.checker.forms.script_heard import Hearing
from chainrule.checker.forms.script_spoken import Listener

HOOKS, VALUES, TAKEN = "__loops__", "__values__", "__taken__"
Scope = ast.Module | ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Loop:
    """One `for` or `while` of the file."""

    number: int
    line: int
    node: ast.For | ast.While  # with hooks inside
    scope: Scope
    inside: tuple[int, ...]  # the loops around it in the same scope, outermost first
    of_class: str  # where its function is a method

    @property
    def targets(self) -> set[str]:
        """The names that the loop itself sets."""
        if isinstance(self.node, ast.While):
            return set()
        return {n.id for n in ast.walk(self.node.target) if isinstance(n, ast.Name)}

    @property
    def function(self) -> str:
        return "" if isinstance(self.scope, ast.Module) else self.scope.name


def without_magics(source: str) -> str:
    """Lines of notebooks (`%matplotlib inline`, `!pip ...`) become empty: line numbers stay."""
    return "\n".join(
        "" if line.lstrip().startswith(("%", "!", "get_ipython(")) else line
        for line in source.splitlines()
    )


def rewritten(source: str) -> tuple[ast.Module, list[Loop]]:
    """The tree with hooks in every loop and function, and the loops."""
    tree = Hearing().visit(Listener().visit(ast.parse(without_magics(source))))
    loops: list[Loop] = []
    _visit(tree, tree, (), "", loops)
    return ast.fix_missing_locations(tree), loops


def _visit(
    node: ast.AST, scope: Scope, inside: tuple[int, ...], of: str, loops: list[Loop]
) -> None:
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef):
            _visit(child, child, (), of, loops)
        elif isinstance(child, ast.ClassDef):
            _visit(child, scope, inside, child.name, loops)
        elif isinstance(child, ast.For | ast.While):
            number = len(loops)
            loops.append(Loop(number, child.lineno, child, scope, inside, of))
            _visit(child, scope, (*inside, number), of, loops)
            _hook(child, number)
        else:
            _visit(child, scope, inside, of, loops)


def _hook(loop: ast.For | ast.While, number: int) -> None:
    call = ast.Expr(_call("at", ast.Constant(number)))
    loop.body.insert(0, ast.copy_location(call, loop))
    if isinstance(loop, ast.For):
        loop.iter = ast.copy_location(_call("over", ast.Constant(number), loop.iter), loop.iter)


def _call(name: str, *args: ast.expr) -> ast.Call:
    what = ast.Attribute(ast.Name(HOOKS, ast.Load()), name, ast.Load())
    return ast.Call(what, list(args), [])


def one_turn(loop: Loop, path: str, names: list[str]) -> CodeType:
    """Code that takes one turn of the loop.

    In a module it runs in the namespace itself. In a function it defines `__step__(names...)`,
    which leaves its locals in __taken__.
    """
    body = copy.deepcopy(loop.node.body[1:])  # without its own hook
    target = (
        loop.node.target if isinstance(loop.node, ast.For) else ast.Name("__turn__", ast.Store())
    )
    turn: ast.stmt = ast.For(copy.deepcopy(target), ast.Name(VALUES, ast.Load()), body, [])
    if not isinstance(loop.scope, ast.Module):
        turn = _as_function(loop, turn, names)
    module = ast.Module([turn], [])
    for node in ast.walk(module):
        if isinstance(node, ast.stmt | ast.expr) and not hasattr(node, "lineno"):
            ast.copy_location(node, loop.node)
    return compile(ast.fix_missing_locations(module), path, "exec")


def _as_function(loop: Loop, turn: ast.stmt, names: list[str]) -> ast.stmt:
    shared = [n for n in ast.walk(loop.scope) if isinstance(n, ast.Global)]
    gone = {name for n in shared for name in n.names}
    keep = ast.parse(f"{TAKEN}.update(locals())").body
    arguments = ast.arguments(
        [], [ast.arg(n) for n in names if n not in gone], None, [], [], None, []
    )
    body: list[ast.stmt] = [ast.Global(sorted(gone))] if gone else []
    body.append(ast.Try([turn], [], [], keep))
    step = ast.FunctionDef("__step__", arguments, body, [], None, None)
    step.type_params = []  # type: ignore[attr-defined]  # Python 3.12
    for node in ast.walk(step):
        if isinstance(node, ast.Nonlocal):
            raise SyntaxError("the loop changes names of an outer function")
    return _as_method(loop.of_class, step) if loop.of_class else step


def _as_method(of_class: str, step: ast.FunctionDef) -> ast.stmt:
    """Inside a class of the same name, so that `self.__w` means the same."""
    lines = ast.parse(f"class {of_class}:\n    pass\n__step__ = {of_class}.__step__").body
    holder = lines[0]
    assert isinstance(holder, ast.ClassDef)
    holder.body = [step]
    return ast.If(ast.Constant(True), lines, [])


def assignments(source: str) -> dict[str, int]:
    """name → the last line that sets it. `self.W1`, `W[0]` and `W1` are told apart."""
    lines: dict[str, int] = {}
    for target, line in _targets(ast.parse(without_magics(source))):
        lines[target] = line
    return lines


def _targets(tree: ast.AST) -> Iterator[tuple[str, int]]:
    for node in ast.walk(tree):
        if not isinstance(node, ast.Assign | ast.AugAssign | ast.AnnAssign):
            continue
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            parts = target.elts if isinstance(target, ast.Tuple | ast.List) else [target]
            for part in parts:
                yield ast.unparse(part), node.lineno
                if isinstance(part, ast.Subscript):
                    yield ast.unparse(part.value), node.lineno


def literals(source: str, keep: Callable[[float], bool] = lambda _: True) -> set[float]:
    """Every number written in the file."""
    tree = ast.parse(without_magics(source))
    numbers = (n.value for n in ast.walk(tree) if isinstance(n, ast.Constant))
    return {float(n) for n in numbers if isinstance(n, int | float) and keep(float(n))}
