"""The program in plain NumPy: forward, backward and update, spelt out."""

from __future__ import annotations

from typing import Any

from chainrule.view.settings import Setup, plain_title

ACTIVATIONS = {  # name: f(z), and its slope from z and a
    "identity": ("z", "np.ones_like(z)"),
    "sigmoid": ("1 / (1 + np.exp(-np.maximum(z, -700)))", "a * (1 - a)"),
    "tanh": ("np.tanh(z)", "1 - a * a"),
    "relu": ("np.maximum(z, 0)", "(z > 0).astype(z.dtype)"),
    "leaky_relu": ("np.where(z > 0, z, 0.01 * z)", "np.where(z > 0, 1, 0.01)"),
    "elu": ("np.where(z > 0, z, np.expm1(np.minimum(z, 0)))", "np.where(z > 0, 1, a + 1)"),
    "softplus": ("np.logaddexp(0, z)", "1 / (1 + np.exp(-z))"),
    "silu": ("z / (1 + np.exp(-z))", "silu_slope(z)"),
    "gelu": ("z * phi(z)", "phi(z) + z * np.exp(-z * z / 2) / np.sqrt(2 * np.pi)"),
    "gelu_tanh": ("z / (1 + np.exp(-steep(z)))", "gelu_tanh_slope(z)"),
    "exp": ("np.exp(z)", "a"),
    "softmax": ("np.exp(z - z.max(1, keepdims=True)) / "
                "np.exp(z - z.max(1, keepdims=True)).sum(1, keepdims=True)", ""),
}  # fmt: skip
HELPERS = {
    "silu": "def silu_slope(z):\n    s = 1 / (1 + np.exp(-z))\n    return s + z * s * (1 - s)\n",
    "gelu": "erf = np.vectorize(math.erf)\n\n\ndef phi(z):\n"
            "    return (1 + erf(z / np.sqrt(2))) / 2\n",
    "gelu_tanh": "def steep(z):\n    return 2 * np.sqrt(2 / np.pi) * (z + 0.044715 * z**3)\n\n\n"
                 "def gelu_tanh_slope(z):\n    s = 1 / (1 + np.exp(-steep(z)))\n"
                 "    steeper = 2 * np.sqrt(2 / np.pi) * (1 + 3 * 0.044715 * z * z)\n"
                 "    return s + z * s * (1 - s) * steeper\n",
}  # fmt: skip
LOSSES = {  # name: the loss of each output, and its slope by a, or by z where that is simpler
    "half_squared": ("(a - y) ** 2 / 2", "a - y"),
    "squared": ("(a - y) ** 2", "2 * (a - y)"),
    "absolute": ("np.abs(a - y)", "np.sign(a - y)"),
    "huber": ("np.where(np.abs(a - y) <= {delta}, (a - y) ** 2 / 2, "
              "{delta} * (np.abs(a - y) - {delta} / 2))", "np.clip(a - y, -{delta}, {delta})"),
    "binary_cross_entropy": ("np.logaddexp(0, z) - {y} * z", "a - {y}"),
    "softmax_cross_entropy": ("", ""),
    "poisson": ("a - y * z", "a - y"),
    "hinge": ("np.maximum(0, 1 - (2 * y - 1) * (2 * z - 1))",
              "np.where(1 - (2 * y - 1) * (2 * z - 1) > 0, 2 - 4 * y, 0)"),
}  # fmt: skip
SOFTMAX = """\
def loss_of(z, a, y):
    \"\"\"The loss of each row, and its slope by the last z.\"\"\"
    shifted = z - z.max(1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    per_row, slope = -log_p[np.arange(len(y)), y], np.exp(log_p)
    slope[np.arange(len(y)), y] -= 1
    return per_row, slope
"""
SMOOTHED = """\
def loss_of(z, a, y):
    \"\"\"The loss of each row, and its slope by the last z.\"\"\"
    shifted = z - z.max(1, keepdims=True)
    log_p = shifted - np.log(np.exp(shifted).sum(1, keepdims=True))
    per_row, slope = -log_p[np.arange(len(y)), y], np.exp(log_p) - {e} / z.shape[1]
    slope[np.arange(len(y)), y] -= 1 - {e}
    return (1 - {e}) * per_row - {e} * log_p.mean(1), slope
"""
PLAIN_LOSS = """\
def loss_of(z, a, y):
    \"\"\"The loss of each row, and its slope by the last {by}.\"\"\"
    return ({value}).sum(1){over}, ({slope}){over}
"""
UPDATES = {  # name: what is kept for each parameter, and one step of it
    "sgd": ((), "p -= rate * g"),
    "momentum": (("m",), "m[:] = {momentum} * m + g\n        p -= rate * m"),
    "nesterov": (("m",), "m[:] = {momentum} * m + g\n        p -= rate * (g + {momentum} * m)"),
    "adagrad": (("v",), "v += g * g\n        p -= rate * g / (np.sqrt(v) + {eps})"),
    "rmsprop": (("v",), "v[:] = {beta} * v + (1 - {beta}) * g * g\n"
                        "        p -= rate * g / (np.sqrt(v) + {eps})"),
    "adam": (("m", "v"), "m[:] = {beta1} * m + (1 - {beta1}) * g\n"
             "        v[:] = {beta2} * v + (1 - {beta2}) * g * g\n"
             "        m_hat, v_hat = m / (1 - {beta1}**t), v / (1 - {beta2}**t)\n"
             "        p -= rate * m_hat / (np.sqrt(v_hat) + {eps})"),
}  # fmt: skip
UPDATES["adamw"] = (("m", "v"), "p *= 1 - rate * {decay}\n        " + UPDATES["adam"][1])
RATES = {
    "constant": "{rate}", "step": "{rate} * {factor} ** (epoch // {every})",
    "exponential": "{rate} * {factor}**epoch", "inverse_scaling": "{rate} / t**{power}",
    "cosine": "{rate} * ({end} + (1 - {end}) * (1 + np.cos(np.pi * epoch / {epochs})) / 2)",
}  # fmt: skip
RUN = """

for t in range(1, 11):
    print(f"step {{t}}: loss {{step(t):.12g}}")

if __name__ == "__main__":
    for t in range(11, {total} + 1):
        loss = step(t)
    print(f"step {total}: loss {{loss:.12g}}")
"""
ORDER = '''\
def order(epoch, n):
    """The rows of one pass, shuffled as chainrule shuffles them: told by seed and pass alone."""
    bits = np.random.PCG64(np.random.SeedSequence({seed}, spawn_key=(1,))).advance(epoch * n)
    mask = np.uint64(2 ** (n - 1).bit_length() - 1)
    words = bits.random_raw(n).astype(np.uint64) & ~mask
    return (np.sort(words | np.arange(n, dtype=np.uint64)) & mask).astype(np.intp)
'''
TOP = '''\
"""{title}: {spec}, in plain NumPy."""
{math}import numpy as np

with np.load({file!r}) as file:  # Take away, Data
    data = dict(file)
x, y = data["x"], data["y"]
W = [data[f"{{l}}.W"] for l in range({layers})]
b = [{bias} for l in range({layers})]
kinds = {kinds}
batch_size = {batch}
'''
STEP = '''\
def forward(x):
    """The z and a of every layer; a[0] is the data."""
    z, a = [], [x]
    for l in range({layers}):
        z.append(a[l] @ W[l] + b[l])
        a.append(f(kinds[l], z[l]))
    return z, a


def backward(x, y):
    """The loss of a batch, and how it changes with every W and b."""
    z, a = forward(x)
    per_row, d = loss_of(z[-1], a[-1], y)
    share = {share}
    dz = d * share{first}
    dW, db = [None] * {layers}, [None] * {layers}
    for l in reversed(range({layers})):
        dW[l], db[l] = a[l].T @ dz, {db}
        if l > 0:
            dz = (dz @ W[l].T) * slope(kinds[l - 1], z[l - 1], a[l])
    return (per_row * share).sum(), dW, db
'''
LOOP = '''\
memory = {{}}


def step(t):
    """One step of training: the batch, the gradient, the update. Returns the batch's loss."""
    n = len(x)
    per_pass = -(-n // batch_size)
    epoch, place = divmod(t - 1, per_pass)
    rows = {rows}
    rows = rows[place * batch_size : (place + 1) * batch_size]
    loss, dW, db = backward(x[rows], y[rows])
    rate = {rate}
    params = [("W", l, W[l], dW[l]) for l in {moving_W}]
    params += [("b", l, b[l], db[l]) for l in {moving_b}]
{penalty}    for kind, l, p, g in params:
{decay}{memory}        {update}
    return loss
'''


def program(setup: Setup, file: str) -> str:
    spec, training = setup.spec, setup.training
    names = list(dict.fromkeys(layer.activation.name for layer in spec.layers))
    n = setup.source.data.train.n
    top = TOP.format(
        title=plain_title(setup), spec=spec, file=file, layers=len(spec.layers),
        math="import math\n\n" if "gelu" in names else "", bias=_bias(setup),
        kinds=[layer.activation.name for layer in spec.layers],
        batch=min(training.batch_size or n, n),
    )  # fmt: skip
    parts = [top, *(HELPERS[name] for name in names if name in HELPERS), _functions(names)]
    parts.append(_loss(setup))
    if training.batch_size is not None and training.shuffle:
        parts.append(ORDER.format(seed=training.seed))
    parts += [_step(setup), _loop(setup)]
    return "\n\n".join(parts)


def _bias(setup: Setup) -> str:
    if setup.spec.layers[0].bias == "none":
        return "np.zeros(1)"
    return 'data[f"{l}.b"]'


def _functions(names: list[str]) -> str:
    """f and slope: what each kind of unit answers, and how steeply."""
    f = [f'    if kind == "{name}":\n        return {ACTIVATIONS[name][0]}' for name in names]
    steep = [(name, ACTIVATIONS[name][1]) for name in names if ACTIVATIONS[name][1]]
    slope = [f'    if kind == "{name}":\n        return {text}' for name, text in steep]
    made = "def f(kind, z):\n" + "\n".join(f)
    return made + "\n\n\ndef slope(kind, z, a):\n" + "\n".join(slope or ["    return 1"]) + "\n"


def _loss(setup: Setup) -> str:
    loss, outputs = setup.spec.loss, setup.spec.outputs
    e = getattr(loss, "label_smoothing", 0.0)
    if loss.name == "softmax_cross_entropy":
        return SMOOTHED.format(e=e) if e else SOFTMAX
    value, slope = LOSSES[loss.name]
    y = f"({1 - e} * y + {e / 2})" if e else "y"
    held = {"delta": getattr(loss, "delta", 1.0), "y": y}
    mean = setup.spec.conventions.outputs == "mean" and outputs > 1
    return PLAIN_LOSS.format(
        by=loss.on, value=value.format(**held), slope=slope.format(**held),
        over=f" / {outputs}" if mean else "",
    )  # fmt: skip


def _step(setup: Setup) -> str:
    spec = setup.spec
    first = "" if spec.loss.on == "z" else " * slope(kinds[-1], z[-1], a[-1])"
    if spec.layers[-1].activation.name == "softmax" and spec.loss.on == "a":
        first = "\n    dz = a[-1] * (dz - (dz * a[-1]).sum(1, keepdims=True))"
    shared = spec.layers[0].bias == "shared"
    return STEP.format(
        layers=len(spec.layers), first=first,
        share="1 / len(x)" if spec.conventions.batch == "mean" else "1",
        db="dz.sum(keepdims=True).reshape(1)" if shared else "dz.sum(0)",
    )  # fmt: skip


def _loop(setup: Setup) -> str:
    spec, training = setup.spec, setup.training
    n, optimizer = setup.source.data.train.n, training.optimizer
    kept, update = UPDATES[optimizer.name]
    settings: dict[str, Any] = {
        key: getattr(optimizer, key)
        for key in ("momentum", "beta", "beta1", "beta2", "eps", "decay")
        if hasattr(optimizer, key)
    }  # fmt: skip
    shuffled = training.batch_size is not None and training.shuffle
    moving = [[l for l in range(len(spec.layers)) if f"{l}.{p}" not in spec.frozen] for p in "Wb"]
    if spec.layers[0].bias == "none":
        moving[1] = []
    memory = "".join(
        f'        {name} = memory.setdefault(("{name}", kind, l), np.zeros_like(p))\n'
        for name in kept
    )
    decay = f'        if kind == "W":\n            p *= 1 - rate * {training.decay}\n'
    return (LOOP + RUN).format(
        rows="order(epoch, n)" if shuffled else "np.arange(n)", rate=rate(setup), memory=memory,
        moving_W=moving[0], moving_b=moving[1], update=update.format(**settings),
        decay=decay if training.decay else "", penalty=_penalty(setup),
        total=training.total_steps(n),
    )  # fmt: skip


def rate(setup: Setup) -> str:
    schedule = setup.training.schedule
    held = {key: getattr(schedule, key) for key in ("factor", "every", "power", "end")
            if hasattr(schedule, key)}  # fmt: skip
    epochs = setup.training.epochs or setup.training.steps
    return RATES[schedule.name].format(rate=setup.training.learning_rate, epochs=epochs, **held)


def _penalty(setup: Setup) -> str:
    training, spec = setup.training, setup.spec
    lines = ""
    over = " / len(rows)" if spec.conventions.penalty_over_batch else ""
    for strength, g in ((training.l1, "np.sign(p)"), (training.l2, "p")):
        if strength:
            lines += (
                f'    params = [(k, l, p, g + {strength}{over} * {g} if k == "W" else g)'
                " for k, l, p, g in params]\n"
            )
    if training.clip_norm is not None:
        lines += (
            "    length = np.sqrt(sum((g * g).sum() for *_, g in params))\n"
            f"    shrink = min(1, {training.clip_norm} / length)\n"
            "    params = [(k, l, p, g * shrink) for k, l, p, g in params]\n"
        )
    return lines
