import numpy as np

def softmax(s):
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return e / e.sum(axis=1, keepdims=True)

def loss_and_grads(params, X, y, l2):
    n = X.shape[0]
    h = np.tanh(X.dot(params['W1']) + params['b1'])
    scores = h.dot(params['W2']) + params['b2']
    p = softmax(scores)
    loss = -np.log(p[np.arange(n), y] + 1e-12).sum() / n
    loss += l2 * (np.sum(params['W1'] ** 2) + np.sum(params['W2'] ** 2))

    ds = p.copy()
    ds[np.arange(n), y] -= 1
    ds /= n
    grads = {}
    grads['W2'] = h.T.dot(ds) + l2 * params['W2']
    grads['b2'] = ds.sum(axis=0)
    dh = ds.dot(params['W2'].T) * (1 - h ** 2)
    grads['W1'] = X.T.dot(dh) + l2 * params['W1']
    grads['b1'] = dh.sum(axis=0)
    return loss, grads

if __name__ == '__main__':
    rng = np.random.RandomState(30)
    y = rng.randint(0, 4, 160)
    X = np.array([[2, 0, 0], [0, 2, 0], [0, 0, 2], [-1, -1, -1]])[y] + 0.5 * rng.randn(160, 3)
    params = {'W1': rng.randn(3, 8) * 0.6, 'b1': np.zeros(8), 'W2': rng.randn(8, 4) * 0.4, 'b2': np.zeros(4)}
    for it in range(200):
        loss, grads = loss_and_grads(params, X, y, 1e-3)
        for k in params:
            params[k] -= 0.3 * grads[k]
        if it % 50 == 0:
            print(it, loss)
