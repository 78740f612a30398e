import numpy as np

class NeuralNetwork:
    def __init__(self, learning_rate):
        self.weights = np.array([np.random.randn(), np.random.randn()])
        self.bias = np.random.randn()
        self.learning_rate = learning_rate

    def _sigmoid(self, x):
        return 1 / (1 + np.exp(-x))

    def _sigmoid_deriv(self, x):
        return self._sigmoid(x) * (1 - self._sigmoid(x))

    def predict(self, input_vector):
        layer_1 = np.dot(input_vector, self.weights) + self.bias
        return self._sigmoid(layer_1)

    def _compute_gradients(self, input_vector, target):
        layer_1 = np.dot(input_vector, self.weights) + self.bias
        prediction = self._sigmoid(layer_1)
        derror_dprediction = 2 * (prediction - target)
        dprediction_dlayer1 = self._sigmoid_deriv(layer_1)
        dlayer1_dbias = 1
        dlayer1_dweights = input_vector
        derror_dbias = derror_dprediction * dprediction_dlayer1 * dlayer1_dbias
        derror_dweights = derror_dprediction * dprediction_dlayer1 * dlayer1_dweights
        return derror_dbias, derror_dweights

    def _update_parameters(self, derror_dbias, derror_dweights):
        self.bias = self.bias - derror_dbias * self.learning_rate
        self.weights[:] = self.weights - derror_dweights * self.learning_rate

    def train(self, input_vectors, targets, iterations):
        cumulative_errors = []
        for it in range(iterations):
            i = np.random.randint(len(input_vectors))
            b, w = self._compute_gradients(input_vectors[i], targets[i])
            self._update_parameters(b, w)
            if it % 1000 == 0:
                cumulative_errors.append(sum((self.predict(x) - t) ** 2 for x, t in zip(input_vectors, targets)))
        return cumulative_errors

np.random.seed(6)
input_vectors = np.array([[3, 1.5], [2, 1], [4, 1.5], [3, 4], [3.5, 0.5], [2, 0.5], [5.5, 1], [1, 1]])
targets = np.array([0, 1, 0, 0, 0, 1, 0, 1])
neural_network = NeuralNetwork(learning_rate=0.1)
errors = neural_network.train(input_vectors, targets, 10000)
print(errors)
