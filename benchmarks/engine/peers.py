"""The trainings, by each peer as its users would write them when they want speed.

`PEERS[name](job, dtype, threads)` lays out data and weights, compiles what can be compiled, and
returns run(steps) -> (seconds, weights): trained from the start, the clock around the steps alone.
"""

from __future__ import annotations

from collections.abc import Callable
from time import perf_counter
from typing import Any

import numpy as np
from jobs import Job, Weights

Run = Callable[[int], tuple[float, Weights]]


def slices(job: Job) -> list[slice]:
    return [slice(i, min(i + job.batch, job.rows)) for i in range(0, job.rows, job.batch)]


def numpy(job: Job, dtype: str, threads: int) -> Run:
    """By hand, as a course would end: no classes, no names, weights changed in place."""
    x, y = job.data(dtype)
    y = np.eye(job.sizes[-1], dtype=dtype)[y] if job.classes else y
    cuts = slices(job)
    sigmoid, rate = job.activation == "sigmoid", np.dtype(dtype).type(job.learning_rate)
    factor = 1 if job.classes else 2 / job.sizes[-1]

    def run(steps: int) -> tuple[float, Weights]:
        W = [w for w, _ in job.starts(dtype)]
        B = [b for _, b in job.starts(dtype)]
        last = len(W) - 1
        clock = perf_counter()
        for t in range(steps):
            cut = cuts[t % len(cuts)]
            xb, yb = x[cut], y[cut]
            a = [xb]
            for k in range(last + 1):
                z = a[-1] @ W[k]
                if B[k] is not None:
                    z += B[k]
                if job.classes and k == last:
                    z -= z.max(1, keepdims=True)
                    e = np.exp(z)
                    a.append(e / e.sum(1, keepdims=True))
                else:
                    a.append(1 / (1 + np.exp(-z)) if sigmoid else np.maximum(z, 0))
            d = (a[-1] - yb) * (factor / len(xb))
            if not job.classes:
                d *= a[-1] * (1 - a[-1])
            for k in range(last, -1, -1):
                dW, db = a[k].T @ d, None if B[k] is None else d.sum(0)
                if k:
                    d = (d @ W[k].T) * (a[k] * (1 - a[k]) if sigmoid else a[k] > 0)
                W[k] -= rate * dW
                if db is not None:
                    B[k] -= rate * db
        return perf_counter() - clock, list(zip(W, B, strict=True))

    return run


def sklearn(job: Job, dtype: str, threads: int) -> Run:
    """MLPClassifier: its last layer and loss are its own, log loss; and it always has biases."""
    import warnings

    from sklearn.neural_network import MLPClassifier

    warnings.simplefilter("ignore")  # that it has not converged
    x, y = job.data(dtype)
    labels = y if job.classes else y.argmax(1) if y.shape[1] > 1 else y[:, 0].astype(int)

    class Started(MLPClassifier):
        """Starts from the given weights: scikit-learn has no public way to hand them in."""

        def _init_coef(self, fan_in: int, fan_out: int, dtype: Any) -> Any:
            W, b = next(self.given)
            return W.copy(), np.zeros(fan_out, dtype) if b is None else b.copy()

    def run(steps: int) -> tuple[float, Weights]:
        net = Started(
            job.sizes[1:-1], solver="sgd", batch_size=job.batch, shuffle=False, momentum=0,
            activation="logistic" if job.activation == "sigmoid" else "relu", alpha=0, tol=0,
            learning_rate_init=job.learning_rate, max_iter=steps // job.per_epoch,
            n_iter_no_change=10**9,
        )  # fmt: skip
        net.given = iter(job.starts(dtype))
        clock = perf_counter()
        net.fit(x, labels)
        return perf_counter() - clock, list(zip(net.coefs_, net.intercepts_, strict=True))

    return run


def torch(job: Job, dtype: str, threads: int) -> Run:
    """Eager, with torch.optim.SGD in its fastest form for so few tensors, batches cut ahead."""
    import torch as t
    from torch import nn

    t.set_num_threads(threads)
    kind = getattr(t, dtype)
    x, y = (t.from_numpy(part) for part in job.data(dtype))
    batches = list(zip(t.split(x, job.batch), t.split(y, job.batch), strict=True))
    loss_of = nn.CrossEntropyLoss() if job.classes else nn.MSELoss()

    def network() -> nn.Sequential:
        parts: list[nn.Module] = []
        for W, b in job.starts(dtype):
            layer = nn.Linear(*W.shape, bias=b is not None, dtype=kind)
            with t.no_grad():
                layer.weight.copy_(t.from_numpy(W.T))
                if b is not None:
                    layer.bias.copy_(t.from_numpy(b))
            parts += [layer, nn.Sigmoid() if job.activation == "sigmoid" else nn.ReLU()]
        return nn.Sequential(*(parts[:-1] if job.classes else parts))

    def run(steps: int) -> tuple[float, Weights]:
        net = network()
        update = t.optim.SGD(net.parameters(), job.learning_rate, foreach=False)
        clock = perf_counter()
        for step in range(steps):
            xb, yb = batches[step % len(batches)]
            update.zero_grad()
            loss_of(net(xb), yb).backward()
            update.step()
        seconds = perf_counter() - clock
        layers = [part for part in net if isinstance(part, nn.Linear)]
        return seconds, [
            (l.weight.detach().numpy().T, None if l.bias is None else l.bias.detach().numpy())
            for l in layers
        ]

    return run


def jax(job: Job, dtype: str, threads: int) -> Run:
    """The whole training is one compiled function: jit over a scan over batches."""
    import jax as j
    import jax.numpy as jnp

    j.config.update("jax_enable_x64", dtype == "float64")
    x, y = job.data(dtype)
    y = np.eye(job.sizes[-1], dtype=dtype)[y] if job.classes else y
    whole = job.rows // job.batch
    cut = whole * job.batch
    batches = tuple(jnp.asarray(part[:cut].reshape(whole, job.batch, -1)) for part in (x, y))
    rest = tuple(jnp.asarray(part[cut:]) for part in (x, y))  # scan wants equal shapes
    rate = np.dtype(dtype).type(job.learning_rate)
    curve = j.nn.sigmoid if job.activation == "sigmoid" else j.nn.relu

    def loss_of(weights: Any, x: Any, y: Any) -> Any:
        for k, (W, b) in enumerate(weights):
            z = x @ W if b is None else x @ W + b
            x = z if job.classes and k == len(weights) - 1 else curve(z)
        if job.classes:
            return -(j.nn.log_softmax(x) * y).sum(1).mean()
        return ((x - y) ** 2).mean()

    def step(weights: Any, batch: Any) -> Any:
        slopes = j.grad(loss_of)(weights, *batch)
        return j.tree.map(lambda w, g: w - rate * g, weights, slopes), None

    def epoch(weights: Any, batches: Any, rest: Any) -> Any:
        if whole == 1:  # a scan of one batch is only in the way
            weights, _ = step(weights, tuple(part[0] for part in batches))
        else:
            weights, _ = j.lax.scan(step, weights, batches)
        return step(weights, rest)[0] if len(rest[0]) else weights

    compiled: dict[int, Any] = {}

    def run(steps: int) -> tuple[float, Weights]:
        epochs = steps // job.per_epoch
        start = j.tree.map(jnp.asarray, job.starts(dtype))
        if epochs not in compiled:
            many = j.jit(lambda w, b, r: j.lax.fori_loop(0, epochs, lambda _, w: epoch(w, b, r), w))
            compiled[epochs] = many.lower(start, batches, rest).compile()
        clock = perf_counter()
        found = j.block_until_ready(compiled[epochs](start, batches, rest))
        seconds = perf_counter() - clock
        return seconds, [(np.asarray(W), None if b is None else np.asarray(b)) for W, b in found]

    return run


def chainrule_spec(job: Job, dtype: str) -> Any:
    from chainrule.spec import Conventions, Spec

    return Spec.chain(
        job.sizes, job.activation, loss=job.loss, dtype=dtype,
        bias="unit" if job.biases else "none", conventions=Conventions(outputs="mean"),
    )  # fmt: skip


def chainrule_params(job: Job, dtype: str) -> dict[str, Any]:
    named = enumerate(job.starts(dtype))
    found = {f"{k}.{p}": part for k, pair in named for p, part in zip("Wb", pair, strict=True)}
    return {name: part for name, part in found.items() if part is not None}


def chainrule_weights(job: Job, params: dict[str, Any]) -> Weights:
    return [(params[f"{k}.W"], params.get(f"{k}.b")) for k in range(len(job.sizes) - 1)]


def chainrule_training(job: Job, steps: int) -> Any:
    from chainrule.spec import Training

    batch = job.batch if job.batch < job.rows else None
    return Training(learning_rate=job.learning_rate, steps=steps, batch_size=batch, shuffle=False)


def engine_named(name: str) -> Any:
    """One of chainrule's engines; ImportError where it is not built here."""
    if name == "reference":
        from chainrule.engine.reference import reference

        return reference
    from chainrule.engine import native

    if why := native.why_not():
        raise ImportError(why)
    return native.native


def chainrule(name: str) -> Callable[[Job, str, int], Run]:
    """One call of an engine, with a loss at every point that a history could want: 1,000 a run."""

    def prepare(job: Job, dtype: str, threads: int) -> Run:
        from chainrule.data.in_memory import InMemory
        from chainrule.records import State

        engine, spec = engine_named(name), chainrule_spec(job, dtype)
        rows, params = InMemory(*job.data(dtype)), chainrule_params(job, dtype)
        if refused := engine.supports(spec, chainrule_training(job, 1)):
            raise ImportError(f"chainrule {name}: {refused}")

        def run(steps: int) -> tuple[float, Weights]:
            training, rates = chainrule_training(job, steps), np.full(steps, job.learning_rate)
            clock = perf_counter()
            made = engine.train(
                spec, training, State(0, params, {}, {}), rows, rates, max(1, steps // 1000),
                lambda: False,
            )  # fmt: skip
            seconds = perf_counter() - clock
            assert made.ended == "done", made.ended
            return seconds, chainrule_weights(job, made.state.params)

        return run

    return prepare


def chainrule_fit(job: Job, dtype: str, threads: int) -> Run:
    """All that the library does: data checked and copied, events, losses of all rows, metrics."""
    from chainrule.data.parts import Data
    from chainrule.network import Network
    from chainrule.training.loop import fit

    network = Network(chainrule_spec(job, dtype), chainrule_params(job, dtype))
    data = Data.from_arrays(*job.data(dtype))

    def run(steps: int) -> tuple[float, Weights]:
        training = chainrule_training(job, steps)
        clock = perf_counter()
        found = fit(network, data, training)
        return perf_counter() - clock, chainrule_weights(job, found.model.network.params)

    return run


PEERS: dict[str, Callable[[Job, str, int], Run]] = {
    "chainrule native": chainrule("native"),
    "chainrule fit()": chainrule_fit,
    "chainrule reference": chainrule("reference"),
    "JAX": jax,
    "NumPy": numpy,
    "PyTorch": torch,
    "scikit-learn": sklearn,
}
