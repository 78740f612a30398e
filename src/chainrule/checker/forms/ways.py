"""One way to drive a program, and a call made in this way."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np

from chainrule.checker import probes
from chainrule.checker.forms import gradients, sight, tree, words
from chainrule.checker.forms.calling import Pool, Unbound, named_result
from chainrule.checker.forms.data import Data
from chainrule.checker.forms.parameters import Layout
from chainrule.checker.forms.program import Action, Program
from chainrule.checker.forms.tree import Leaf
from chainrule.checker.forms.watch import Watch
from chainrule.checker.observation import Call, Layer
from chainrule.checker.probes import Probe
from chainrule.core.dense import Array


class World:
    """One fresh state of a program: where its parameters are, and what its functions are given."""

    def __init__(self, root: Any, kind: str, program: Program, name: str = "") -> None:
        self.root, self.kind, self.name = (
            root,
            kind,
            name,
        )  # kind: "object" | "container" | "parts" | "globals"
        self.kept: dict[str, Any] = {}  # results that live on, such as an optimiser's memory
        self.steps = 0
        self._program = program

    def target(self, action: Action) -> Callable[..., Any]:
        if action.owner and self.kind == "object":
            return getattr(self.root, action.name)  # type: ignore[no-any-return]
        return action.function  # type: ignore[no-any-return]

    def give(self, pool: Pool) -> None:
        if self.kind == "container":
            pool.parameters, pool.container = self.root, self.name
        elif self.kind == "parts":
            pool.parts = dict(self.root)


Make = Callable[[Any, Any, float], World]  # (x, y, learning rate), both as the learner wants them


class Way(NamedTuple):
    program: Program
    form: str
    make: Callable[[tuple[int, ...] | None, Any, Any], World]
    layout: Layout
    plan: tuple[Action, ...]
    data: Data
    choosable: bool  # the sizes can be chosen
    online: bool = False  # a step after every sample: it is handed one at a time
    seed: int = 0  # of the learner's own generators
    shows: tuple[Action, ...] = ()  # forward and loss functions, asked for what the plan hides

    @property
    def entry(self) -> str:
        said = [f"{a.qualified}({', '.join(a.parameters())})" for a in self.plan]
        return "; ".join(said)

    @property
    def steps(self) -> bool:
        """The last action is one that changes the weights."""
        last = self.plan[-1]
        updating = last.does(words.UPDATE | words.TRAIN) and not last.does(words.BACKWARD)
        return updating or last.takes(words.RATE)


class Seen(NamedTuple):
    """A call, and what is known of it beyond."""

    call: Call
    settings: dict[str, float]
    rate_set: bool
    loss_is: str
    counts: dict[str, int]
    steady: bool = True  # another seed gives the same numbers

    @property
    def whole(self) -> bool:
        """Nothing is missing in the gradients; or the weights were changed."""
        call = self.call
        if call.gradients is None:
            return True
        pairs = zip(call.gradients, call.before, strict=True)
        return all(g is not None and (g.b is None) == (w.b is None) for g, w in pairs)

    @property
    def worth(self) -> int:
        """How much of the learner's numbers this shows."""
        call = self.call
        found = 0
        if call.gradients is not None:
            found += 6 if self.whole else 2
        if call.after is not None and moved(call.before, call.after):
            found += 5
        found = found and found + (call.outputs is not None) + (call.loss is not None)
        return found if self.steady else (found + 1) // 2


def moved(before: Sequence[Layer], after: Sequence[Layer]) -> bool:
    return any(
        not np.array_equal(x, y, equal_nan=True)
        for one, two in zip(before, after, strict=True)
        for x, y in ((one.W, two.W), (one.b, two.b))
        if x is not None and y is not None
    )


def run(way: Way, world: World, probe: Probe, x: Array, y: Array) -> Seen:
    """One call of the plan under watch. What it raises is the learner's."""
    world.steps += 1
    pool = pool_of(way, world, probe, x, y)
    given = {"x": copy.deepcopy(pool.x), "y": copy.deepcopy(pool.y)}
    rate_set = set_rate(world, probe.learning_rate)
    before = way.layout.read(world.root)
    shown = shown_by(way, world, probe, x, y) if way.shows and world.steps == 1 else None
    np.random.seed(way.seed)  # noqa: NPY002  the learner's generator
    random.seed(way.seed)
    results: list[tuple[Action, Any]] = []
    with Watch(way.program.namespace) as watch, np.errstate(all="warn"):
        for stage, action in enumerate(way.plan):
            kind_of_results(pool, results, way, x)
            try:
                results.append((action, pool.call(action, world.target(action))))
            except Exception as error:
                error.stage = stage  # type: ignore[attr-defined]
                raise
    if world.kind in ("container", "parts") and not pool.took_parameters:
        raise Unbound("the parameters")
    world.kept = {k: v for k, v in pool.results.items() if not isinstance(v, float)}
    after, found = understood(way, world, before, results, watch)
    view = sight.View(way.layout, x, y, results, attributes(way, world), watch)
    outputs, hidden = sight.activations(view)
    loss, loss_is = sight.loss(view)
    if shown is not None:
        outputs = outputs if outputs is not None else shown[0]
        hidden = hidden if any(h is not None for h in hidden) else shown[1]
        loss, loss_is = (loss, loss_is) if loss_is == "returned" or not shown[3] else shown[2:]
    call = Call(
        probe.name, x, y, before, found, after,
        probe.learning_rate if rate_set or pool.took_rate else rate_of(way, world),
        outputs, loss, hidden, changed=changed(given, pool),
        warnings=watch.warnings, seen=sight.seen(view),
    )  # fmt: skip
    return Seen(call, pool.settings, rate_set or pool.took_rate, loss_is, dict(watch.counts))


def shown_by(
    way: Way, world: World, probe: Probe, x: Array, y: Array
) -> tuple[Array | None, tuple[Array | None, ...], float | None, str]:
    """Outputs, hidden activations and the loss, asked of a copy by the functions that show them."""
    copied = world
    if world.kind == "object":
        try:
            copied = World(copy.deepcopy(world.root), world.kind, way.program, world.name)
        except Exception:
            return None, (), None, ""
    elif world.kind == "globals":
        return None, (), None, ""
    pool = pool_of(way, copied, probe, x, y)
    results: list[tuple[Action, Any]] = []
    loss: tuple[float | None, str] = (None, "")
    with Watch(way.program.namespace) as watch, np.errstate(all="ignore"):
        for action in way.shows:
            try:
                kind_of_results(pool, results, way, x)
                result = pool.call(action, copied.target(action))
            except Exception:
                continue
            if action.does(words.LOSSES):
                number = tree.as_array(result)
                if number is not None and number.size == 1 and loss[1] == "":
                    kind = "method" if action.owner else "function"
                    loss = float(number.ravel()[0]), f"{kind} {action.name}"
            else:
                results.append((action, result))
    view = sight.View(way.layout, x, y, results, [], watch)
    return (*sight.activations(view), *loss)


def pool_of(way: Way, world: World, probe: Probe, x: Array, y: Array) -> Pool:
    pool = Pool(way.program, way.layout.sizes)
    pool.x, pool.y = way.data.x(x, y), way.data.y(x, y)
    pool.pairs = way.data.pairs(x, y)
    pool.rows, pool.rate, pool.steps = len(x), probe.learning_rate, world.steps
    world.give(pool)
    moments = ("v", "s", "m", "velocity", "t", "memory", "state")
    pool.results = {k: v for k, v in world.kept.items() if k.lower() in moments}
    return pool


def kind_of_results(pool: Pool, results: list[tuple[Action, Any]], way: Way, x: Array) -> None:
    """Sort what came back into outputs, caches and gradients, for arguments of such names."""
    if not results:
        return
    action, result = results[-1]
    parts = result if isinstance(result, tuple) else (result,)
    if action.does(words.BACKWARD):
        pool.of_kind["gradients"] = result
        return
    for part in parts:
        if isinstance(part, np.ndarray) and way.layout.sizes[-1] in part.shape:
            pool.of_kind["outputs"] = part
        elif isinstance(part, dict | list | tuple):
            pool.of_kind["cache"] = part
            if isinstance(part, dict):
                pool.results = {**{k: v for k, v in part.items() if isinstance(k, str)},
                                **pool.results}  # fmt: skip


def set_rate(world: World, rate: float) -> bool:
    """Set an attribute or a constant that is the learning rate."""
    if world.kind == "object":
        holder = vars(world.root) if hasattr(world.root, "__dict__") else {}
    else:
        holder = world._program.namespace
    done = False
    for name, value in list(holder.items()):
        if words.is_(name, words.RATE) and tree.is_number(value) and value > 0:
            holder[name] = rate
            done = True
    if world.kind == "object" and not done:
        return set_rate(World(None, "globals", world._program), rate)
    return done


def rate_of(way: Way, world: World) -> float | None:
    """A learning rate written as a default or a constant."""
    for action in way.plan:
        for name, p in action.parameters().items():
            if words.is_(name, words.RATE) and tree.is_number(p.default):
                return float(p.default)
    return None


def understood(
    way: Way, world: World, before: tuple[Layer, ...], results: list[tuple[Action, Any]], w: Watch
) -> tuple[tuple[Layer, ...] | None, Any]:
    """(the weights afterwards, the gradients), where the call shows them."""
    now = way.layout.read(world.root)
    after = now if moved(before, now) else None
    new = None if after or world.kind in ("object", "globals") else replaced(way, world, results)
    if new is not None:
        world.root = new
        after = way.layout.read(new)
    found = None
    for action, result in reversed(results):
        if new is not None and action is results[-1][0] and len(results) > 1:
            continue
        bag = tree.leaves(named_result(action, result))
        plain = action.does(words.BACKWARD) or not (way.steps or after)
        found = gradients.among(bag, way.layout, world.root, named=not plain or new is not None)
        if found:
            break
    found = found or gradients.among(attributes(way, world), way.layout, world.root)
    return after or (now if way.steps else None), found or gradients.among(
        w.leaves(), way.layout, world.root
    )


def replaced(way: Way, world: World, results: list[tuple[Action, Any]]) -> Any:
    """New parameters among what was returned, in the container they were in; None: none."""
    action, result = results[-1]
    names = named_result(action, result)
    if world.kind == "parts":
        if all(name in names for name in world.root):
            return {name: names[name] for name in world.root}
        parts = list(result) if isinstance(result, tuple | list) else []
        shapes = [np.shape(v) for v in world.root.values()]
        if way.steps and [np.shape(v) for v in parts[: len(shapes)]] == shapes:
            return dict(zip(world.root, parts, strict=False))
        return None
    if not (way.steps or (names.keys() & words.PARAMETERS and not action.does(words.BACKWARD))):
        return None
    candidates = [result, *result] if isinstance(result, tuple) else [result]
    for part in candidates:
        if type(part) is not type(world.root):
            continue
        try:
            layers = way.layout.read(part)
        except (KeyError, IndexError, TypeError, ValueError, AttributeError):
            continue
        fits = zip(layers, way.layout.read(world.root), strict=True)
        if all(one.W.shape == two.W.shape for one, two in fits):
            return part
    return None


def attributes(way: Way, world: World) -> list[Leaf]:
    """The numbers an object, or the module, holds after a call."""
    if world.kind == "object":
        return tree.leaves(world.root)
    if world.kind == "globals":
        return tree.leaves(world.root)
    return []


def changed(given: dict[str, Any], pool: Pool) -> tuple[str, ...]:
    now = {"x": pool.x, "y": pool.y}
    return tuple(n for n in given if not _same(given[n], now[n]))


def _same(one: Any, two: Any) -> bool:
    try:
        return bool(np.array_equal(np.asarray(one), np.asarray(two), equal_nan=True))
    except (ValueError, TypeError):
        return True


def told(error: BaseException, program: Program) -> str:
    """ "ValueError in line 12: shapes (7,5) and (4,5) not aligned" """
    lines = []
    at = error.__traceback__
    while at is not None:
        if at.tb_frame.f_globals is program.namespace:
            lines.append(at.tb_lineno)
        at = at.tb_next
    where = f" in line {lines[-1]}" if lines else ""
    if isinstance(error, Unbound):
        return f"nothing is known to go into the argument {error}"
    return f"{type(error).__name__}{where}: {error}"


def fresh(way: Way, probe: Probe, sizes: tuple[int, ...] | None, x: Any, y: Any) -> World:
    """A new state with the probe's weights in it."""
    world = way.make(sizes, x, y)
    layers = probes.weights(probe, way.layout.shapes(world.root))
    world.root = way.layout.write(world.root, layers)
    return world
