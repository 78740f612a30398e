import numpy

# neural network class definition
class neuralNetwork:

    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.inodes = inputnodes
        self.hnodes = hiddennodes
        self.onodes = outputnodes
        self.w_i_h = numpy.random.normal(0.0, pow(self.inodes, -0.5), (self.hnodes, self.inodes))
        self.w_h_o = numpy.random.normal(0.0, pow(self.hnodes, -0.5), (self.onodes, self.hnodes))
        self.lr = learningrate
        self.activation_function = lambda x: 1.0 / (1.0 + numpy.exp(-x))

    def train(self, inputs_list, targets_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        targets = numpy.array(targets_list, ndmin=2).T
        hidden_outputs = self.activation_function(numpy.dot(self.w_i_h, inputs))
        final_outputs = self.activation_function(numpy.dot(self.w_h_o, hidden_outputs))

        output_errors = targets - final_outputs
        hidden_errors = numpy.dot((self.w_h_o / numpy.sum(self.w_h_o, axis=1, keepdims=True)).T, output_errors)

        self.w_h_o += self.lr * numpy.dot((output_errors * final_outputs * (1.0 - final_outputs)), numpy.transpose(hidden_outputs))
        self.w_i_h += self.lr * numpy.dot((hidden_errors * hidden_outputs * (1.0 - hidden_outputs)), numpy.transpose(inputs))

    def query(self, inputs_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        hidden_outputs = self.activation_function(numpy.dot(self.w_i_h, inputs))
        return self.activation_function(numpy.dot(self.w_h_o, hidden_outputs))

numpy.random.seed(11)
n = neuralNetwork(4, 8, 2, 0.3)
records = []
for k in range(60):
    v = numpy.random.uniform(0.01, 0.99, 4)
    records.append((v, [0.99, 0.01] if v[0] + v[1] > v[2] + v[3] else [0.01, 0.99]))
for e in range(300):
    for inputs, targets in records:
        n.train(inputs, targets)
scorecard = [int(numpy.argmax(n.query(i)) == numpy.argmax(t)) for i, t in records]
print("performance =", sum(scorecard) / len(scorecard))
