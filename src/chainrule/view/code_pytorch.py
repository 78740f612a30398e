"""The program in PyTorch: its gradients come from autograd, its update from torch.optim."""

from __future__ import annotations

from typing import Any

from chainrule.view.code_numpy import ORDER, RUN, rate
from chainrule.view.settings import Setup, plain_title

ACTIVATIONS = {
    "identity": "z", "sigmoid": "torch.sigmoid(z)", "tanh": "torch.tanh(z)",
    "relu": "torch.relu(z)", "leaky_relu": "F.leaky_relu(z, 0.01)", "elu": "F.elu(z)",
    "softplus": "F.softplus(z)", "silu": "F.silu(z)", "gelu": "F.gelu(z)",
    "gelu_tanh": 'F.gelu(z, approximate="tanh")', "exp": "torch.exp(z)",
    "softmax": "torch.softmax(z, 1)",
}  # fmt: skip
LOSSES = {
    "half_squared": "((a - y) ** 2 / 2)", "squared": "((a - y) ** 2)", "absolute": "(a - y).abs()",
    "huber": 'F.huber_loss(a, y, reduction="none", delta={delta})',
    "binary_cross_entropy": 'F.binary_cross_entropy_with_logits(z, {y}, reduction="none")',
    "softmax_cross_entropy": 'F.cross_entropy(z, y, reduction="none", label_smoothing={e})',
    "poisson": "(torch.exp(z) - y * z)",
    "hinge": "torch.relu(1 - (2 * y - 1) * (2 * z - 1))",
}  # fmt: skip
OPTIMIZERS = {
    "sgd": "torch.optim.SGD(params, lr=1.0)",
    "momentum": "torch.optim.SGD(params, lr=1.0, momentum={momentum})",
    "nesterov": "torch.optim.SGD(params, lr=1.0, momentum={momentum}, nesterov=True)",
    "adagrad": "torch.optim.Adagrad(params, lr=1.0, eps={eps})",
    "rmsprop": "torch.optim.RMSprop(params, lr=1.0, alpha={beta}, eps={eps})",
    "adam": "torch.optim.Adam(params, lr=1.0, betas=({beta1}, {beta2}), eps={eps})",
    "adamw": "torch.optim.AdamW(params, lr=1.0, betas=({beta1}, {beta2}), eps={eps}, "
             "weight_decay={decay})",
}  # fmt: skip
PROGRAM = '''\
"""{title}: {spec}, in PyTorch."""
import numpy as np
import torch
import torch.nn.functional as F

with np.load({file!r}) as file:  # Take away, Data
    data = dict(file)
x, y = torch.tensor(data["x"]), torch.tensor(data["y"])
W = [torch.tensor(data[f"{{l}}.W"]) for l in range({layers})]
b = [{bias} for l in range({layers})]
params = [W[l] for l in {moving_W}] + [b[l] for l in {moving_b}]
for p in params:
    p.requires_grad_()
optimizer = {optimizer}  # its rate is set in each step
batch_size = {batch}


{order}def f(kind, z):
{functions}


def forward(x):
    """The last z and a."""
    a = x
    for l, kind in enumerate({kinds}):
        z = a @ W[l] + b[l]
        a = f(kind, z)
    return z, a


def step(t):
    """One step of training; returns the batch's loss."""
    n = len(x)
    per_pass = -(-n // batch_size)
    epoch, place = divmod(t - 1, per_pass)
    rows = {rows}
    rows = torch.as_tensor(rows[place * batch_size : (place + 1) * batch_size])
    z, a = forward(x[rows])
    loss = loss_of(z, a, y[rows])
    optimizer.zero_grad()
    (loss{penalty}).backward()
{clip}    rate = {rate}
    for group in optimizer.param_groups:
        group["lr"] = rate
{decay}    optimizer.step()
    return loss.item()


def loss_of(z, a, y):
    return {loss}
'''


def program(setup: Setup, file: str) -> str:
    spec, training = setup.spec, setup.training
    names = list(dict.fromkeys(layer.activation.name for layer in spec.layers))
    n = setup.source.data.train.n
    layers, shuffled = len(spec.layers), training.batch_size is not None and training.shuffle
    frozen = spec.frozen
    moving = [[l for l in range(layers) if f"{l}.{p}" not in frozen] for p in "Wb"]
    has_bias = spec.layers[0].bias != "none"
    functions = "\n".join(
        f'    if kind == "{name}":\n        return {ACTIVATIONS[name]}' for name in names
    )
    clip = (  # torch's own clip_grad_norm_ adds 1e-6 to the length
        "    length = sum((p.grad**2).sum() for p in params).sqrt()\n    for p in params:\n"
        f"        p.grad *= min(1.0, {training.clip_norm} / length)\n"
    )
    decay = (
        "    with torch.no_grad():\n        for w in W:\n"
        f"            w.mul_(1 - rate * {training.decay})\n"
    )
    return (PROGRAM + RUN).format(
        title=plain_title(setup), spec=spec, file=file, layers=layers,
        bias='torch.tensor(data[f"{l}.b"])' if has_bias else "torch.zeros(1, dtype=x.dtype)",
        moving_W=moving[0], moving_b=moving[1] if has_bias else [], optimizer=_optimizer(setup),
        batch=min(training.batch_size or n, n), functions=functions,
        order=ORDER.format(seed=training.seed) + "\n\n" if shuffled else "",
        kinds=[layer.activation.name for layer in spec.layers],
        rows="order(epoch, n)" if shuffled else "np.arange(n)", penalty=_penalty(setup),
        clip=clip if training.clip_norm is not None else "", rate=rate(setup),
        decay=decay if training.decay else "", loss=_loss(setup), total=training.total_steps(n),
    )  # fmt: skip


def _optimizer(setup: Setup) -> str:
    optimizer: Any = setup.training.optimizer
    known = ("momentum", "beta", "beta1", "beta2", "eps", "decay")
    held = {key: getattr(optimizer, key) for key in known if hasattr(optimizer, key)}
    return OPTIMIZERS[optimizer.name].format(**held)


def _loss(setup: Setup) -> str:
    loss, how = setup.spec.loss, setup.spec.conventions
    e = getattr(loss, "label_smoothing", 0.0)
    y = f"({1 - e} * y + {e / 2})" if e else "y"
    each = LOSSES[loss.name].format(delta=getattr(loss, "delta", 1.0), e=e, y=y)
    if loss.targets == "columns":
        over = ".mean(1)" if how.outputs == "mean" else ".sum(1)"
        each = f"{each}{over}"
    return f"{each}.{how.batch}()"


def _penalty(setup: Setup) -> str:
    training = setup.training
    over = " / len(rows)" if setup.spec.conventions.penalty_over_batch else ""
    text = ""
    if training.l1:
        text += f" + {training.l1}{over} * sum(w.abs().sum() for w in W)"
    if training.l2:
        text += f" + {training.l2 / 2}{over} * sum((w * w).sum() for w in W)"
    return text
