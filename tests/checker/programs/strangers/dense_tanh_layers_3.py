import numpy as np

class Layer:
    def forward(self, input):
        raise NotImplementedError
    def backward(self, output_gradient, learning_rate):
        raise NotImplementedError

class Dense(Layer):
    def __init__(self, n_in, n_out):
        self.weights = np.random.randn(n_in, n_out) * np.sqrt(1 / n_in)
        self.bias = np.zeros((1, n_out))

    def forward(self, input):
        self.input = input
        return self.input @ self.weights + self.bias

    def backward(self, output_gradient, learning_rate):
        input_gradient = output_gradient @ self.weights.T
        weights_gradient = self.input.T @ output_gradient
        bias_gradient = output_gradient.mean(axis=0, keepdims=True)
        self.weights -= learning_rate * weights_gradient
        self.bias -= learning_rate * bias_gradient
        return input_gradient

class TanhActivation(Layer):
    def forward(self, input):
        self.output = np.tanh(input)
        return self.output

    def backward(self, output_gradient, learning_rate):
        return output_gradient * (1 - self.output ** 2)

def mse(y_true, y_pred):
    return np.mean(np.sum((y_true - y_pred) ** 2, axis=1))

def mse_prime(y_true, y_pred):
    return 2 * (y_pred - y_true) / len(y_true)

def train(network, x, y, epochs, learning_rate):
    for epoch in range(epochs):
        out = x
        for layer in network:
            out = layer.forward(out)
        err = mse(y, out)
        grad = mse_prime(y, out)
        for layer in reversed(network):
            grad = layer.backward(grad, learning_rate)
        if epoch % 100 == 0:
            print(f"{epoch + 1}/{epochs}, error={err:.5f}")

np.random.seed(7)
x = np.random.uniform(-1, 1, (50, 3))
y = np.column_stack([x[:, 0] * x[:, 1], np.sin(3 * x[:, 2])])
network = [Dense(3, 8), TanhActivation(), Dense(8, 6), TanhActivation(), Dense(6, 2)]
train(network, x, y, 400, 0.1)
