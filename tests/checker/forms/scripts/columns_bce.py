import numpy as np

np.random.seed(1)
X = np.random.randn(2, 40)
Y = (X[0:1] * X[1:2] > 0).astype(float)
m = X.shape[1]
params = {
    "W1": np.random.randn(4, 2) * 0.01,
    "b1": np.zeros((4, 1)),
    "W2": np.random.randn(1, 4) * 0.01,
    "b2": np.zeros((1, 1)),
}


def forward(X, params):
    Z1 = np.dot(params["W1"], X) + params["b1"]
    A1 = np.tanh(Z1)
    Z2 = np.dot(params["W2"], A1) + params["b2"]
    A2 = 1 / (1 + np.exp(-Z2))
    return A2, {"Z1": Z1, "A1": A1, "Z2": Z2, "A2": A2}


def compute_cost(A2, Y):
    logprobs = np.multiply(np.log(A2), Y) + np.multiply(np.log(1 - A2), 1 - Y)
    return float(-np.sum(logprobs) / Y.shape[1])


def backward(params, cache, X, Y):
    A1, A2 = cache["A1"], cache["A2"]
    dZ2 = A2 - Y
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(params["W2"].T, dZ2) * (1 - np.power(A1, 2))
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2}


def update(params, grads, learning_rate=1.2):
    for name in params:
        params[name] = params[name] - learning_rate * grads["d" + name]
    return params


for i in range(10000):
    A2, cache = forward(X, params)
    cost = compute_cost(A2, Y)
    grads = backward(params, cache, X, Y)
    params = update(params, grads)
    if i % 1000 == 0:
        print("Cost after iteration %i: %f" % (i, cost))
