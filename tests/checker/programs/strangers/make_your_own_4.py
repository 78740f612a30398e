# neural network class definition, after the book with the 28x28 pictures
import numpy

class ThreeLayer:

    def __init__(self, inputnodes, hiddennodes, outputnodes, learningrate):
        self.inodes = inputnodes
        self.hnodes = hiddennodes
        self.onodes = outputnodes
        # link weight matrices, wih and who
        self.wih = numpy.random.normal(0.0, pow(self.inodes, -0.5), (self.hnodes, self.inodes))
        self.who = numpy.random.normal(0.0, pow(self.hnodes, -0.5), (self.onodes, self.hnodes))
        self.lr = learningrate
        # activation function is the sigmoid function
        self.activation_function = lambda x: 1.0 / (1.0 + numpy.exp(-x))

    def train(self, inputs_list, targets_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        targets = numpy.array(targets_list, ndmin=2).T

        hidden_inputs = numpy.dot(self.wih, inputs)
        hidden_outputs = self.activation_function(hidden_inputs)
        final_inputs = numpy.dot(self.who, hidden_outputs)
        final_outputs = self.activation_function(final_inputs)

        output_errors = targets - final_outputs
        output_delta = output_errors * final_outputs * (1.0 - final_outputs)
        hidden_errors = numpy.dot(self.who.T, output_delta)
        hidden_delta = hidden_errors * hidden_outputs * (1.0 - hidden_outputs)

        self.who += self.lr * numpy.dot(output_delta, hidden_outputs.T)
        self.wih -= self.lr * numpy.dot(hidden_delta, inputs.T)

    def query(self, inputs_list):
        inputs = numpy.array(inputs_list, ndmin=2).T
        hidden_outputs = self.activation_function(numpy.dot(self.wih, inputs))
        return self.activation_function(numpy.dot(self.who, hidden_outputs))


numpy.random.seed(11)
input_nodes, hidden_nodes, output_nodes = 9, 6, 3
n = ThreeLayer(input_nodes, hidden_nodes, output_nodes, 0.4)

shapes = numpy.array([[1,1,1,0,0,0,0,0,0], [0,1,0,0,1,0,0,1,0], [1,0,1,0,1,0,1,0,1]])
records = [(k % 3, shapes[k % 3] + 0.1 * numpy.random.randn(9)) for k in range(30)]

epochs = 20
for e in range(epochs):
    for label, pixels in records:
        inputs = pixels * 0.99 + 0.01
        targets = numpy.zeros(output_nodes) + 0.01
        targets[label] = 0.99
        n.train(inputs, targets)

scorecard = [int(numpy.argmax(n.query(p * 0.99 + 0.01)) == label) for label, p in records]
print("performance =", sum(scorecard) / len(scorecard))
