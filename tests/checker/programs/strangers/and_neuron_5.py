import numpy as np

# single sigmoid neuron learning AND (logistic regression by gradient descent)
X = np.array([[0., 0.], [0., 1.], [1., 0.], [1., 1.]])
y = np.array([[0.], [0.], [0.], [1.]])

rng = np.random.RandomState(6)
w = rng.randn(2, 1) * 0.1
b = np.zeros((1, 1))
alpha = 1.0
m = X.shape[0]

def predict_proba(X):
    return 1 / (1 + np.exp(-(X @ w + b)))

for i in range(500):
    a = predict_proba(X)
    cost = (1 / m) * np.sum(-y * np.log(a) + (1 - y) * np.log(1 - a))
    dz = a - y
    dw = (1 / m) * X.T @ dz
    db = (1 / m) * np.sum(dz, axis=0, keepdims=True)
    w -= alpha * dw
    b -= alpha * db
    if i % 100 == 0:
        print("iteration", i, "cost", cost)

print("weights", w.ravel(), "bias", b)
print("predictions", (predict_proba(X) > 0.5).astype(int).ravel())
