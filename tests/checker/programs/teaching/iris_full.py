import numpy as np

# columns are flowers, rows are measurements
rs = np.random.RandomState(6)
kind = np.repeat([0, 1, 2], 40)
mu = np.array([[5.0, 3.4, 1.5, 0.2], [5.9, 2.8, 4.3, 1.3], [6.6, 3.0, 5.5, 2.0]]).T
X = mu[:, kind] + 0.3 * rs.randn(4, 120)
X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
Y = np.eye(3)[:, kind]

sigma = lambda z: 1 / (1 + np.exp(-z))
theta = {'W1': rs.randn(5, 4) * 0.5, 'b1': np.zeros((5, 1)), 'W2': rs.randn(3, 5) * 0.5, 'b2': np.zeros((3, 1))}

def propagate(X):
    A1 = sigma(theta['W1'] @ X + theta['b1'])
    return A1, sigma(theta['W2'] @ A1 + theta['b2'])

def cost(A2, Y):
    A2 = np.clip(A2, 1e-10, 1 - 1e-10)
    return float(-np.sum(Y * np.log(A2) + (1 - Y) * np.log(1 - A2)) / Y.shape[1])

def gradients(X, Y):
    m = X.shape[1]
    A1, A2 = propagate(X)
    dZ2 = A2 - Y
    dZ1 = (theta['W2'].T @ dZ2) * A1 * (1 - A1)
    return {'W2': dZ2 @ A1.T / m, 'b2': dZ2.sum(axis=1, keepdims=True) / m,
            'W1': dZ1 @ X.T / m, 'b1': dZ1.sum(axis=1, keepdims=True) / m}

n_iter = 400
for i in range(n_iter):
    g = gradients(X, Y)
    for k in theta:
        theta[k] = theta[k] - 1.0 * g[k]
    if i % 100 == 0:
        print(i, cost(propagate(X)[1], Y))
print("correct:", np.sum(propagate(X)[1].argmax(axis=0) == kind), "of", len(kind))
