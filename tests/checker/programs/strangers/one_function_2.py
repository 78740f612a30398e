import numpy as np

def train_network(X, y, hidden=(8, 5), rate=0.4, rounds=150, seed=0, verbose=True):
    """Everything in a single function. y: column of 0/1. Returns the learned weights."""
    random = np.random.RandomState(seed)
    logistic = lambda q: 1.0 / (1.0 + np.exp(-q))
    widths = [X.shape[1]] + list(hidden) + [1]
    weights = [random.standard_normal((widths[i], widths[i + 1])) / widths[i] ** 0.5 for i in range(len(widths) - 1)]
    shifts = [np.zeros(w) for w in widths[1:]]
    n = X.shape[0]
    for r in range(rounds):
        # forward
        signals = [X]
        for W, s in zip(weights, shifts):
            signals.append(logistic(signals[-1] @ W + s))
        prediction = signals[-1]
        entropy = -np.mean(y * np.log(prediction) + (1 - y) * np.log(1 - prediction))
        # backward
        blame = (prediction - y) / n
        weight_steps, shift_steps = [], []
        for level in reversed(range(len(weights))):
            weight_steps.insert(0, signals[level].T @ blame)
            shift_steps.insert(0, blame.sum(axis=0))
            blame = (blame @ weights[level].T) * signals[level] * (1 - signals[level])
        # learn
        for level in range(len(weights)):
            weights[level] -= rate * weight_steps[level]
            shifts[level] -= rate * shift_steps[level]
        if verbose and r % 50 == 0:
            print("round", r, "cross entropy", entropy)
    return weights, shifts

rs = np.random.RandomState(9)
X = rs.rand(80, 3) * 2 - 1
y = ((X[:, 0] + X[:, 1]) * X[:, 2] > 0).astype(float).reshape(80, 1)
weights, shifts = train_network(X, y)
print([W.shape for W in weights])
