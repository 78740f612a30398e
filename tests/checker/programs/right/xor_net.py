import numpy as np

X = np.array([[0,0],[0,1],[1,0],[1,1]])
y = np.array([[0],[1],[1],[0]])

def sigmoid(x):
    return 1/(1 + np.exp(-x))

def d_sigmoid(x):
    return x * (1 - x)

lr = 0.5
np.random.seed(10)
wh = np.random.uniform(-1, 1, size=(2,4))
bh = np.random.uniform(-1, 1, size=(1,4))
wout = np.random.uniform(-1, 1, size=(4,1))
bout = np.random.uniform(-1, 1, size=(1,1))

for i in range(5000):
    hidden = sigmoid(np.dot(X, wh) + bh)
    output = sigmoid(np.dot(hidden, wout) + bout)
    E = y - output
    d_output = E * d_sigmoid(output)
    d_hidden = d_output.dot(wout.T) * d_sigmoid(hidden)
    wout += hidden.T.dot(d_output) * lr
    bout += np.sum(d_output, axis=0, keepdims=True) * lr
    wh += X.T.dot(d_hidden) * lr
    bh += np.sum(d_hidden, axis=0, keepdims=True) * lr

hidden = sigmoid(np.dot(X, wh) + bh)
print(sigmoid(np.dot(hidden, wout) + bout).round(3))
