import numpy as np

rs = np.random.RandomState(50)

def sigmoid(z):
    # stable on both sides
    return np.where(z >= 0, 1 / (1 + np.exp(-np.abs(z))), np.exp(-np.abs(z)) / (1 + np.exp(-np.abs(z))))

theta = {'W1': rs.randn(7, 2), 'b1': np.zeros((7, 1)), 'W2': rs.randn(1, 7) * 0.5, 'b2': np.zeros((1, 1))}

def forward(theta, X):
    A1 = np.tanh(theta['W1'].dot(X) + theta['b1'])
    return A1, sigmoid(theta['W2'].dot(A1) + theta['b2'])

def J(theta, X, Y):
    A2 = np.clip(forward(theta, X)[1], 1e-12, 1 - 1e-12)
    return -np.mean(Y * np.log(A2) + (1 - Y) * np.log(1 - A2))

def grad(theta, X, Y):
    m = X.shape[1]
    A1, A2 = forward(theta, X)
    dZ2 = A2 - Y
    dZ1 = np.dot(theta['W2'].T, dZ2) * (1 - np.power(A1, 2))
    return {'W2': dZ2.dot(A1.T) / m, 'b2': np.sum(dZ2, axis=1, keepdims=True) / m,
            'W1': dZ1.dot(X.T) / m, 'b1': np.sum(dZ1, axis=1, keepdims=True) / m}

X = rs.randn(2, 160)
Y = (np.abs(X[0]) > np.abs(X[1])).astype(float).reshape(1, -1)
vel = {k: 0 * p for k, p in theta.items()}
beta = 0.9
for t in range(300):
    grads = grad(theta, X, Y)
    for k in theta:
        vel[k] = beta * vel[k] + (1 - beta) * grads[k]
        theta[k] = theta[k] - 0.8 * vel[k]
    if t % 100 == 0:
        print(t, J(theta, X, Y))
print("final", J(theta, X, Y))
