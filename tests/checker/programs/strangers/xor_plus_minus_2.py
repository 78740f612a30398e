import numpy as np

# XOR with -1/+1 coding, tanh everywhere, momentum, squared error
def act(v):
    return np.tanh(v)

def act_slope_from_output(a):
    return a * (1 - a)

patterns = np.array([[-1., -1.], [-1., 1.], [1., -1.], [1., 1.]])
desired = np.array([[-1.], [1.], [1.], [-1.]])

gen = np.random.RandomState(15)
layer_sizes = [2, 3, 1]
weights, biases, vel_w, vel_b = [], [], [], []
for fan_in, fan_out in zip(layer_sizes[:-1], layer_sizes[1:]):
    weights.append(gen.uniform(-0.7, 0.7, (fan_in, fan_out)))
    biases.append(gen.uniform(-0.7, 0.7, (1, fan_out)))
    vel_w.append(np.zeros((fan_in, fan_out)))
    vel_b.append(np.zeros((1, fan_out)))

def run(x):
    outs = [x]
    for w, b in zip(weights, biases):
        outs.append(act(outs[-1].dot(w) + b))
    return outs

def backward(outs, desired):
    n = len(desired)
    deltas = [None] * len(weights)
    deltas[-1] = (outs[-1] - desired) / n * act_slope_from_output(outs[-1])
    for i in range(len(weights) - 2, -1, -1):
        deltas[i] = deltas[i + 1].dot(weights[i + 1].T) * act_slope_from_output(outs[i + 1])
    grads_w = [outs[i].T.dot(deltas[i]) for i in range(len(weights))]
    grads_b = [d.sum(axis=0, keepdims=True) for d in deltas]
    return grads_w, grads_b

rate, inertia = 0.1, 0.8
for cycle in range(400):
    outs = run(patterns)
    error = 0.5 * np.sum((outs[-1] - desired) ** 2) / len(desired)
    grads_w, grads_b = backward(outs, desired)
    for i in range(len(weights)):
        vel_w[i] = inertia * vel_w[i] - rate * grads_w[i]
        vel_b[i] = inertia * vel_b[i] - rate * grads_b[i]
        weights[i] += vel_w[i]
        biases[i] += vel_b[i]
    if cycle % 100 == 0:
        print("cycle", cycle, "error", error)
print(run(patterns)[-1].round(2).ravel())
