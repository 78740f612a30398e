"""The contract of equality, as functions of an engine: each raises Differs where it is broken.

The tests call them with the engines there are, `broken` with engines that must not pass.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from chainrule.core import random
from chainrule.engine.batches import Batches
from chainrule.engine.protocol import Chunk, Engine
from chainrule.engine.reference import reference
from chainrule.records import Batch, State
from chainrule.spec import Conventions, Dense, Spec, Training
from tests.contracts.bounds import (
    Differs,
    Share,
    near_gradients,
    near_outputs,
    near_step,
)
from tests.contracts.cases import Run
from tests.contracts.near import Near, gamma
from tests.helpers import Rows, same_bits

LINE = Conventions(batch="sum")


def never() -> bool:
    return False


def train(engine: Engine, run: Run, state: State, first: int, last: int, every: int = 1) -> Chunk:
    """Steps first + 1 ... last of a run, from a state whose arrays stay as they were."""
    held = state._replace(params=dict(state.params), memory=dict(state.memory))
    kept = {**state.params, **state.memory}
    copies = {name: array.copy() for name, array in kept.items()}
    made = engine.train(run.spec, run.training, held, run.rows, run.rates[first:last], every, never)
    if not same_bits(kept, copies):
        raise Differs(f"{run}: the state handed in was changed")
    return made


# ------------------------------------------------------------------------------ 2: one product


def check_products(engine: Engine, sizes: Iterable[tuple[int, int, int]], dtype: str, seed: int):
    """x W + b, xᵀ dz and dz Wᵀ, each alone and whole, within 2 γ_k of the sum of sizes of terms.

    Outputs of all-zero weights are 0, so the loss's slope is −y exactly: nothing but the product
    itself can be off.
    """
    share = Share()
    for n, fan_in, units in sizes:
        rng = np.random.default_rng([seed, n, fan_in, units])
        where = f"{dtype} ({n}, {fan_in}) by ({fan_in}, {units})"
        shapes = (n, fan_in), (fan_in, units), (units,), (n, units)
        x, W, b, y = (rng.normal(size=shape).astype(dtype) for shape in shapes)
        forward(engine, share, where, x, W, b)
        to_the_weights(engine, share, where, x, y)
        to_the_data(engine, share, where, y, W)
    return share


def within(expected: Any, sizes: Any, k: int) -> Near:
    bound = 2 * gamma(k, expected.dtype) * sizes + 4 * np.finfo(expected.dtype).smallest_subnormal
    return Near(expected, bound, bound)


def wide(*arrays: Any) -> list[Any]:
    return [np.abs(array).astype(float) for array in arrays]


def forward(engine: Engine, share: Share, where: str, x: Any, W: Any, b: Any) -> None:
    spec = Spec(len(W), [Dense(len(b), "identity")], dtype=str(x.dtype))
    found = engine.predict(spec, {"0.W": W, "0.b": b}, x)
    sizes = wide(x, W, b)
    share.add(f"z of {where}", found, within(x @ W + b, sizes[0] @ sizes[1] + sizes[2], len(W) + 1))


def to_the_weights(engine: Engine, share: Share, where: str, x: Any, y: Any) -> None:
    spec = Spec(x.shape[1], [Dense(y.shape[1], "identity")], dtype=str(x.dtype), conventions=LINE)
    params = {name: np.zeros(shape, x.dtype) for name, shape in spec.shapes.items()}
    found = engine.gradients(spec, params, Batch(np.arange(len(x)), x, y, None))[1]
    sizes = wide(x, y)
    share.add(f"dW of {where}", found["0.W"], within(-(x.T @ y), sizes[0].T @ sizes[1], len(x)))
    share.add(f"db of {where}", found["0.b"], within(-y.sum(axis=0), sizes[1].sum(axis=0), len(x)))


def to_the_data(engine: Engine, share: Share, where: str, y: Any, W: Any) -> None:
    """dz Wᵀ stands in the gradient of a layer below whose x is the identity matrix."""
    n, fan_in = len(y), len(W)
    layers = [Dense(fan_in, "identity", "none"), Dense(W.shape[1], "identity", "none")]
    spec = Spec(n, layers, dtype=str(y.dtype), conventions=LINE)
    params = {"0.W": np.zeros((n, fan_in), y.dtype), "1.W": W}
    batch = Batch(np.arange(n), np.eye(n, dtype=y.dtype), y, None)
    found = engine.gradients(spec, params, batch)[1]["0.W"]
    sizes = wide(y, W)
    bound = within(-(y @ W.T), sizes[0] @ sizes[1].T, W.shape[1])
    share.add(f"dx of {where}", found, bound)


# ---------------------------------------------------------------------- 2 and 3: whole networks


def check_network(engine: Engine, run: Run, share: Share) -> None:
    """Outputs, loss and gradients of a network within what its own sums may round."""
    a = engine.predict(run.spec, run.state.params, run.rows.x)
    share.add(f"outputs of {run}", a, near_outputs(run.spec, run.state.params, run.rows.x))
    loss, gradients = engine.gradients(run.spec, run.state.params, run.batch)
    near_loss, near = near_gradients(run.spec, run.state.params, run.batch)
    share.add(f"loss of {run}", np.float64(loss), as_float(near_loss))
    same_names(f"gradients of {run}", gradients, near)
    for name, g in near.items():
        share.add(f"gradient of {name} of {run}", gradients[name], g)


def as_float(loss: Near) -> Near:
    return Near(np.float64(loss.value), loss.below, loss.above)


def same_names(where: str, theirs: Any, ours: Any) -> None:
    if list(theirs) != list(ours):
        raise Differs(f"{where}: {list(theirs)}, not {list(ours)}")


def check_step_by_step(engine: Engine, run: Run, share: Share) -> None:
    """Each step from the reference's own state, so small differences can't hide large ones."""
    state, batches = run.state, Batches(run.rows, run.training)
    for i in range(len(run.rates)):
        batch, where = batches(state.step + 1), f"step {state.step + 1} of {run}"
        loss, params, memory = near_step(run.spec, run.training, state, batch, float(run.rates[i]))
        expected, found = (train(e, run, state, i, i + 1) for e in (reference, engine))
        if explodes(expected.state):
            return
        same_bookkeeping(where, found, expected)
        share.add(f"loss of {where}", found.losses[0], as_float(loss))
        for held, near in ((found.state.params, params), (found.state.memory, memory)):
            for name, theta in near.items():
                share.add(f"{name} after {where}", held[name], theta)
        for name in run.spec.frozen:
            if not same_bits(found.state.params[name], state.params[name]):
                raise Differs(f"{where}: {name} is frozen, and moved")
        state = expected.state


def explodes(state: State) -> bool:
    """Whether squares of its numbers overflow: which one does so first is a matter of rounding."""
    arrays = [*state.params.values(), *state.memory.values()]
    most = max(float(np.abs(array).max(initial=0)) for array in arrays)
    return not most < float(np.finfo(arrays[0].dtype).max) ** 0.5


def same_bookkeeping(where: str, found: Chunk, expected: Chunk) -> None:
    """All that is exact: how it ended, which step, names in order, control, shape of losses."""
    for what, theirs, ours in (
        ("ended", found.ended, expected.ended),
        ("step", found.state.step, expected.state.step),
        ("control", found.state.control, expected.state.control),
        ("losses", found.losses.dtype, expected.losses.dtype),
        ("losses", found.losses.shape, expected.losses.shape),
    ):
        if theirs != ours:
            raise Differs(f"{where}: {what} {theirs!r}, not {ours!r}")
    same_names(f"{where}: parameters", found.state.params, expected.state.params)
    same_names(f"{where}: memory", found.state.memory, expected.state.memory)


# -------------------------------------------------------------------------------- 4: same bits


def check_cuts(engine: Engine, run: Run, cuts: Iterable[int], every: int = 1) -> None:
    """A run in one call and the same run cut into calls: the same bits, losses included."""
    steps = len(run.rates)
    whole = train(engine, run, run.state, 0, steps, every)
    state, losses, at = run.state, [], 0
    for cut in [*sorted(cuts), steps]:
        chunk = train(engine, run, state, at, cut, every)
        state, at = chunk.state, cut
        losses.append(chunk.losses)
    same_run(f"{run} cut at {sorted(cuts)}", state, np.concatenate(losses), whole)


def check_again(engine: Engine, run: Run) -> None:
    steps = len(run.rates)
    once, again = (train(engine, run, run.state, 0, steps) for _ in range(2))
    same_run(f"{run} again", again.state, again.losses, once)


def same_run(where: str, state: State, losses: Any, whole: Chunk) -> None:
    if state.step != whole.state.step or state.control != whole.state.control:
        raise Differs(f"{where}: state {state.step}, not {whole.state.step}")
    for kind, theirs, ours in (
        ("parameters", state.params, whole.state.params),
        ("memory", state.memory, whole.state.memory),
        ("losses", {"losses": losses}, {"losses": whole.losses}),
    ):
        for name, array in ours.items():
            if not same_bits(theirs.get(name), array):
                raise Differs(f"{where}: other bits in {kind}, {name}")


def check_losses_asked_for(engine: Engine, run: Run, every: int) -> None:
    """A loss stands at steps that `every` divides, NaN elsewhere, and nothing else is changed."""
    steps = len(run.rates)
    full, some = (train(engine, run, run.state, 0, steps, k) for k in (1, every))
    asked = (run.state.step + 1 + np.arange(steps)) % every == 0
    expected = np.where(asked, full.losses, np.nan)
    same_run(f"{run} with a loss every {every}", some.state, some.losses,
             full._replace(losses=expected))  # fmt: skip


# ------------------------------------------------------------------------------- 1: exact draws


def check_order(engine: Engine, seed: int, epoch: int, n: int, dtype: str = "float64") -> None:
    """The order of rows, read off the losses: at frozen weights of 0, l = y² / 2 of one row."""
    spec = Spec(1, [Dense(1, "identity", "none", ("W",))], dtype=dtype)
    training = Training(batch_size=1, steps=10**9, seed=seed)
    rows = Rows(np.ones((n, 1), dtype), np.arange(n, dtype=dtype)[:, None])
    state = State(epoch * n, {"0.W": np.zeros((1, 1), dtype)}, {}, {})
    chunk = engine.train(spec, training, state, rows, np.full(n, 0.1), 1, never)
    visited = np.sqrt(2 * chunk.losses)
    expected = random.order(seed, epoch, n)
    if not np.array_equal(visited, expected):
        at = int((visited != expected).argmax())
        raise Differs(
            f"order of {n} rows, seed {seed}, epoch {epoch}: row {visited[at]:g} stands at place "
            f"{at}, not {expected[at]}"
        )


def check_batches(engine: Engine, seed: int, n: int, size: int, shuffle: bool) -> None:
    """Which rows make up a step, read off the weights: x is one-hot, so only their weights move."""
    spec = Spec(n, [Dense(1, "identity", "none")], conventions=LINE)
    training = Training(batch_size=size, shuffle=shuffle, steps=10**9, seed=seed)
    rows = Rows(np.eye(n), np.full((n, 1), 1.0))
    state, batches = State(0, {"0.W": np.zeros((n, 1))}, {}, {}), Batches(rows, training)
    for t in range(1, 2 * batches.per_epoch + 2):
        start = state._replace(step=t - 1)
        chunk = engine.train(spec, training, start, rows, np.ones(1), 1, never)
        moved = np.flatnonzero(chunk.state.params["0.W"][:, 0])
        if not np.array_equal(moved, np.sort(batches(t).rows)):
            raise Differs(f"step {t} of {n} rows in batches of {size}: rows {moved}")


def check_mask(
    engine: Engine, seed: int, t: int, units: int, drop_probability: float, n: int,
    *, layer: int = 0, dtype: str = "float64",
) -> None:  # fmt: skip
    """A dropout mask, read off a step: a = 1 everywhere, and row r pulls the weights above by 2^r.

    So the weights hold the mask, row by row in their bits; 1 / (1 − p) has to be a power of two.
    """
    hidden = [Dense(units, "identity", "none") for _ in range(layer + 1)]
    hidden[layer] = Dense(units, "identity", "none", drop_probability=drop_probability)
    spec = Spec(1, [*hidden, Dense(1, "identity", "none")], dtype=dtype, conventions=LINE)
    params = {name: np.eye(*shape, dtype=dtype) for name, shape in spec.shapes.items()}
    params["0.W"] = np.ones((1, units), dtype)
    params[f"{layer + 1}.W"] = np.zeros((units, 1), dtype)
    rows = Rows(np.ones((n, 1), dtype), (2.0 ** np.arange(n)).astype(dtype)[:, None])
    training = Training(steps=10**9, seed=seed, batch_size=n, shuffle=False)
    chunk = engine.train(spec, training, State(t - 1, params, {}, {}), rows, np.ones(1), 1, never)
    bits = random.stream(seed, random.dropout_of_layer(layer), (t - 1) * n * units)
    kept = (random.uniform(bits, n * units).reshape(n, units) > drop_probability).astype(float)
    expected = (kept / (1 - drop_probability) * (2.0 ** np.arange(n))[:, None]).sum(axis=0)
    found = chunk.state.params[f"{layer + 1}.W"][:, 0]
    if not np.array_equal(found, expected):
        raise Differs(
            f"mask ({n}, {units}) of layer {layer}, seed {seed}, step {t}: unit "
            f"{int((found != expected).argmax())} differs"
        )
