import numpy as np

def sigma(Z):
    return 1 / (1 + np.exp(-Z))

def with_one(A):
    return np.concatenate([A, np.ones((1, A.shape[1]))], axis=0)

def outputs(Theta, X):
    acts = [X]
    for T in Theta:
        acts.append(sigma(T @ with_one(acts[-1])))
    return acts

def Jcost(Theta, X, target):
    return 0.5 * np.sum((outputs(Theta, X)[-1] - target) ** 2) / X.shape[1]

def nabla(Theta, X, target):
    acts = outputs(Theta, X)
    m = X.shape[1]
    delta = (acts[-1] - target) * acts[-1] * (1 - acts[-1])
    result = []
    for l in range(len(Theta) - 1, -1, -1):
        result.append(delta @ with_one(acts[l]).T / m)
        if l > 0:
            delta = (Theta[l][:, :-1].T @ delta) * acts[l] * (1 - acts[l])
    return result[::-1]

rs = np.random.RandomState(88)
Theta = [rs.randn(6, 3), rs.randn(4, 7), rs.randn(2, 5)]
X = rs.uniform(-1, 1, (2, 80))
target = np.vstack([X[0] > 0.1, X[1] > X[0]]) * 0.8 + 0.1
for it in range(400):
    for T, g in zip(Theta, nabla(Theta, X, target)):
        T -= 3.0 * g
    if it % 100 == 99:
        print(it + 1, Jcost(Theta, X, target))
