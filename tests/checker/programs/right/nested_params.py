import numpy as np

def swish(z):
    return z / (1 + np.exp(-z))

def swish_grad(z):
    s = 1 / (1 + np.exp(-z))
    return s + z * s * (1 - s)

def init(rng, d, h, k):
    return {"hidden": {"W": rng.normal(size=(d, h)) * np.sqrt(2 / d), "b": np.zeros(h)},
            "out": {"W": rng.normal(size=(h, k)) * np.sqrt(1 / h), "b": np.zeros(k)}}

def forward(p, X, t):
    z = X @ p["hidden"]["W"] + p["hidden"]["b"]
    a = swish(z)
    s = a @ p["out"]["W"] + p["out"]["b"]
    s = s - s.max(axis=-1, keepdims=True)
    logp = s - np.log(np.exp(s).sum(axis=-1, keepdims=True))
    loss = -logp[np.arange(len(t)), t].mean()
    return loss, (X, t, z, a, logp)

def backward(p, cache):
    X, t, z, a, logp = cache
    ds = np.exp(logp)
    ds[np.arange(len(t)), t] -= 1
    ds /= len(t)
    dz = (ds @ p["out"]["W"].T) * swish_grad(z)
    return {"hidden": {"W": X.T @ dz, "b": dz.sum(0)}, "out": {"W": a.T @ ds, "b": ds.sum(0)}}

rng = np.random.default_rng(5)
t = rng.integers(0, 4, 160)
X = np.array([[1, 1], [-1, 1], [-1, -1], [1, -1]])[t] + rng.normal(0, .4, (160, 2))
params = init(rng, 2, 12, 4)
for i in range(250):
    loss, cache = forward(params, X, t)
    g = backward(params, cache)
    for name in params:
        for q in params[name]:
            params[name][q] -= 0.5 * g[name][q]
    if i % 50 == 0:
        print(f"{i:4d} {loss:.4f}")
