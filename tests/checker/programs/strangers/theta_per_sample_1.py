import numpy as np

def f(u):
    return np.tanh(u)

def fprime(u):
    return 1.0 - np.tanh(u) ** 2

def forward(x, theta):
    u = theta["A"] @ x + theta["a"]
    h = f(u)
    v = theta["B"] @ h + theta["b"]
    return u, h, v

def cost(theta, xs, ts):
    total = 0.0
    for x, t in zip(xs, ts):
        _, _, v = forward(x, theta)
        total += 0.5 * np.sum((v - t) ** 2)
    return total / len(xs)

def gradient(theta, xs, ts):
    gA = np.zeros_like(theta["A"])
    ga = np.zeros_like(theta["a"])
    gB = np.zeros_like(theta["B"])
    gb = np.zeros_like(theta["b"])
    for x, t in zip(xs, ts):
        u, h, v = forward(x, theta)
        dv = v - t
        gB += np.outer(dv, h)
        gb += dv
        dh = theta["B"].T @ dv
        du = dh * fprime(h)
        gA += np.outer(du, x)
        ga += du
    n = len(xs)
    return {"A": gA / n, "a": ga / n, "B": gB / n, "b": gb / n}

def gradient_descent(theta, xs, ts, rate, rounds):
    for r in range(rounds):
        g = gradient(theta, xs, ts)
        for key in theta:
            theta[key] = theta[key] - rate * g[key]
        if r % 25 == 0:
            print("round %3d cost %.5f" % (r, cost(theta, xs, ts)))
    return theta

np.random.seed(31)
xs = np.random.uniform(-1, 1, (30, 3))
ts = np.stack([xs[:, 0] + xs[:, 1] * xs[:, 2], xs[:, 0] ** 2], axis=1)
theta = {"A": np.random.randn(6, 3) * 0.6, "a": np.zeros(6),
         "B": np.random.randn(2, 6) * 0.4, "b": np.zeros(2)}
theta = gradient_descent(theta, xs, ts, 0.3, 100)
print("final cost", cost(theta, xs, ts))
