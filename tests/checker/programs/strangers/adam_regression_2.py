import numpy as np

# Regression with an MLP and Adam, everything in plain functions
rng = np.random.default_rng(2024)
X = rng.uniform(-2, 2, size=(64, 2))
T = (X[:, :1] ** 2 - X[:, 1:]) / 3

def init(sizes):
    params = []
    for n_in, n_out in zip(sizes[:-1], sizes[1:]):
        params.append(rng.normal(0, np.sqrt(1.0 / n_in), (n_in, n_out)))
        params.append(np.zeros(n_out))
    return params

def predict(params, X):
    W1, b1, W2, b2 = params
    return np.tanh(X @ W1 + b1) @ W2 + b2

def loss_and_grads(params, X, T):
    W1, b1, W2, b2 = params
    n = len(X)
    H = np.tanh(X @ W1 + b1)
    P = H @ W2 + b2
    E = P - T
    loss = 0.5 * np.sum(E ** 2) / n
    dP = E / n
    dW2 = H.T @ dP
    db2 = dP.sum(0)
    dH = dP @ W2.T
    dZ = dH * (1 - H * H)
    dW1 = X.T @ dZ
    db1 = dZ.sum(0)
    return loss, [dW1, db1, dW2, db2]

def adam(params, X, T, steps=300, lr=0.02, beta1=0.9, beta2=0.999, eps=1e-8):
    m = [np.zeros_like(p) for p in params]
    v = [np.zeros_like(p) for p in params]
    for t in range(1, steps + 1):
        loss, grads = loss_and_grads(params, X, T)
        for i, g in enumerate(grads):
            m[i] = beta1 * m[i] + (1 - beta1) * g
            v[i] = beta2 * v[i] + (1 - beta2) * g ** 2
            m_hat = m[i] / (1 - beta1 ** t)
            v_hat = v[i] / (1 - beta2 ** t)
            params[i] = params[i] - lr * m_hat / (np.sqrt(v_hat) + eps)
        if t % 100 == 0:
            print("step", t, "loss", round(float(loss), 5))
    return params

if __name__ == "__main__":
    params = init([2, 10, 1])
    start = [p.copy() for p in params]
    params = adam(params, X, T)
    print("mean abs error", np.abs(predict(params, X) - T).mean())
