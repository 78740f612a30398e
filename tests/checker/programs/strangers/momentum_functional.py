import numpy as np


def init(rng, sizes):
    return [(rng.normal(0, (2 / m) ** 0.5, (m, n)), np.zeros(n)) for m, n in zip(sizes, sizes[1:])]


def forward(params, x):
    hs = [x]
    for i, (W, b) in enumerate(params):
        z = hs[-1] @ W + b
        hs.append(np.maximum(z, 0) if i < len(params) - 1 else z)
    return hs


def value_and_grad(params, x, y):
    hs = forward(params, x)
    logits = hs[-1] - hs[-1].max(1, keepdims=True)
    logp = logits - np.log(np.exp(logits).sum(1, keepdims=True))
    value = -(y * logp).sum(1).mean()
    g = (y - np.exp(logp)) / len(x)
    grads = []
    for (W, b), h in zip(params[::-1], hs[-2::-1]):
        grads.append((h.T @ g, g.sum(0)))
        g = (g @ W.T) * (h > 0)
    return value, grads[::-1]


def sgd_momentum(params, grads, velocity, lr=0.1, mu=0.9):
    velocity = [(mu * vW - lr * gW, mu * vb - lr * gb) for (vW, vb), (gW, gb) in zip(velocity, grads)]
    params = [(W + vW, b + vb) for (W, b), (vW, vb) in zip(params, velocity)]
    return params, velocity


if __name__ == "__main__":
    rng = np.random.default_rng(0)
    x = rng.normal(size=(120, 4))
    y = np.eye(3)[x[:, :3].argmax(1)]
    params = init(rng, (4, 16, 16, 3))
    velocity = [(np.zeros_like(W), np.zeros_like(b)) for W, b in params]
    for step in range(200):
        value, grads = value_and_grad(params, x, y)
        params, velocity = sgd_momentum(params, grads, velocity)
        if step % 50 == 0:
            print(step, value)
