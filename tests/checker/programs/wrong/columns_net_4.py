import numpy as np

def leaky(Z):
    return np.where(Z > 0, Z, 0.1 * Z)

def forward_propagation(X, weights):
    Z1 = np.dot(weights["W1"], X) + weights["b1"]
    A1 = leaky(Z1)
    Z2 = np.dot(weights["W2"], A1) + weights["b2"]
    A2 = leaky(Z2)
    Z3 = np.dot(weights["W3"], A2) + weights["b3"]
    A3 = 1 / (1 + np.exp(-Z3))
    return A3, (Z1, A1, Z2, A2, Z3, A3)

def compute_cost(A3, Y):
    A3 = np.clip(A3, 1e-10, 1 - 1e-10)
    return float(-np.mean(Y * np.log(A3) + (1 - Y) * np.log(1 - A3)))

def backward_propagation(X, Y, weights, cache):
    Z1, A1, Z2, A2, Z3, A3 = cache
    m = X.shape[1]
    dZ3 = (A3 - Y)
    dW3 = np.dot(dZ3, A2.T) / m
    db3 = np.sum(dZ3, axis=1, keepdims=True) / m
    dZ2 = np.dot(weights["W3"].T, dZ3) * np.where(Z2 > 0, 1, 0)
    dW2 = np.dot(dZ2, A1.T) / m
    db2 = np.sum(dZ2, axis=1, keepdims=True) / m
    dZ1 = np.dot(weights["W2"].T, dZ2) * np.where(Z1 > 0, 1, 0)
    dW1 = np.dot(dZ1, X.T) / m
    db1 = np.sum(dZ1, axis=1, keepdims=True) / m
    return {"dW1": dW1, "db1": db1, "dW2": dW2, "db2": db2, "dW3": dW3, "db3": db3}

def model(X, Y, layers=(2, 8, 4, 1), learning_rate=0.3, num_iterations=600):
    np.random.seed(1)
    weights = {}
    for l in range(1, len(layers)):
        weights["W%d" % l] = np.random.randn(layers[l], layers[l - 1]) * np.sqrt(2 / layers[l - 1])
        weights["b%d" % l] = np.zeros((layers[l], 1))
    for i in range(num_iterations):
        A3, cache = forward_propagation(X, weights)
        grads = backward_propagation(X, Y, weights, cache)
        for k in weights:
            weights[k] = weights[k] - learning_rate * grads["d" + k]
        if i % 200 == 0:
            print("Cost after iteration %d: %.5f" % (i, compute_cost(A3, Y)))
    return weights

np.random.seed(4)
X = np.random.randn(2, 150)
Y = (X[:1] * X[1:] > 0).astype(float)
weights = model(X, Y, num_iterations=600)
print("train accuracy", np.mean((forward_propagation(X, weights)[0] > 0.5) == Y))
