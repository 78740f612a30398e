import numpy as np

# A, B, C drawn in a grid of 5 x 6
a = [0,0,1,1,0,0, 0,1,0,0,1,0, 1,1,1,1,1,1, 1,0,0,0,0,1, 1,0,0,0,0,1]
b = [0,1,1,1,1,0, 0,1,0,0,1,0, 0,1,1,1,1,0, 0,1,0,0,1,0, 0,1,1,1,1,0]
c = [0,1,1,1,1,0, 0,1,0,0,0,0, 0,1,0,0,0,0, 0,1,0,0,0,0, 0,1,1,1,1,0]
y = np.array([[1,0,0], [0,1,0], [0,0,1]])
x = [np.array(a).reshape(1, 30), np.array(b).reshape(1, 30), np.array(c).reshape(1, 30)]

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def f_forward(x, w1, w2):
    a1 = sigmoid(x.dot(w1))
    return sigmoid(a1.dot(w2))

def generate_wt(x, y):
    return np.random.randn(x * y).reshape(x, y)

def loss(out, Y):
    s = np.square(out - Y)
    return np.sum(s) / 2

def back_prop(x, y, w1, w2, alpha):
    # hidden layer
    a1 = sigmoid(x.dot(w1))
    # output layer
    a2 = sigmoid(a1.dot(w2))
    d2 = (a2 - y) * a2 * (1 - a2)
    d1 = np.multiply(w2.dot(d2.T).T, np.multiply(a1, 1 - a1))
    w1_adj = x.T.dot(d1)
    w2_adj = a1.T.dot(d2)
    w1 = w1 - alpha * w1_adj
    w2 = w2 - alpha * w2_adj
    return w1, w2

def train(x, Y, w1, w2, alpha=0.1, epoch=10):
    losses = []
    for j in range(epoch):
        l = []
        for i in range(len(x)):
            l.append(loss(f_forward(x[i], w1, w2), Y[i]))
            w1, w2 = back_prop(x[i], Y[i:i + 1], w1, w2, alpha)
        losses.append(sum(l))
        if j % 20 == 0:
            print("epochs:", j + 1, "loss:", sum(l))
    return losses, w1, w2

np.random.seed(8)
w1 = generate_wt(30, 5)
w2 = generate_wt(5, 3)
epoch = 100
losses, w1, w2 = train(x, y, w1, w2, 0.5, epoch)
print([int(np.argmax(f_forward(v, w1, w2))) for v in x])
