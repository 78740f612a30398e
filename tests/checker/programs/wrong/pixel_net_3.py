import numpy as np

rs = np.random.RandomState(8)
pictures = rs.randint(0, 256, (4, 36))
kind = rs.randint(0, 4, 200)
pixels = np.clip(pictures[kind] + 30 * rs.randn(200, 36), 0, 255).astype(np.uint8)

x = (pixels.astype(float) - 128) / 128.0
W1, b1 = rs.randn(36, 15) / 6, np.zeros(15)
W2, b2 = rs.randn(15, 4) / 4, np.zeros(4)

def forward(x):
    layer1 = 1 / (1 + np.exp(-(x @ W1 + b1)))
    s = layer1 @ W2 + b2
    e = np.exp(s - s.max(axis=1, keepdims=True))
    return layer1, e / e.sum(axis=1, keepdims=True)

for epoch in range(120):
    layer1, p = forward(x)
    d = p.copy()
    d[np.arange(len(x)), kind] -= 1
    d /= len(x)
    dh = d @ W2.T * layer1 * (1 - layer1)
    W2 -= 0.5 * layer1.T @ d
    b2 -= 0.5 * d.sum(axis=0)
    W1 -= 0.5 * x.T @ dh
    b1 -= 0.5 * dh.sum(axis=0)
    if epoch % 40 == 39:
        print(epoch + 1, "accuracy", np.mean(np.argmax(forward(x)[1]) == kind))
