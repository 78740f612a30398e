import math, random

def dot(v, w):
    return sum(v_i * w_i for v_i, w_i in zip(v, w))

def sigmoid(t):
    return 1 / (1 + math.exp(-t))

def neuron_output(weights, inputs):
    return sigmoid(dot(weights, inputs))

def feed_forward(neural_network, input_vector):
    """takes a list of layers, each a list of neurons, each a list of weights (last one is the bias)"""
    outputs = []
    for layer in neural_network:
        with_bias = input_vector + [1]
        output = [neuron_output(neuron, with_bias) for neuron in layer]
        outputs.append(output)
        input_vector = output
    return outputs

def backpropagate(network, input_vector, targets):
    hidden_outputs, outputs = feed_forward(network, input_vector)
    output_deltas = [output * (1 - output) * (output - target)
                     for output, target in zip(outputs, targets)]
    for i, output_neuron in enumerate(network[-1]):
        for j, hidden_output in enumerate(hidden_outputs + [1]):
            output_neuron[j] -= output_deltas[i] * hidden_output
    hidden_deltas = [h * (1 - h) * dot(output_deltas, [n[i] for n in network[-1]])
                     for i, h in enumerate(hidden_outputs)]
    for i, hidden_neuron in enumerate(network[0]):
        for j, inp in enumerate(input_vector + [1]):
            hidden_neuron[j] -= hidden_deltas[i] * inp

random.seed(1)
network = [[[random.uniform(-1, 1) for _ in range(3)] for _ in range(4)],
           [[random.uniform(-1, 1) for _ in range(5)]]]
for _ in range(8000):
    for inp, tgt in zip([[0, 0], [0, 1], [1, 0], [1, 1]], [[0], [1], [1], [0]]):
        backpropagate(network, inp, tgt)
for inp in [[0, 0], [0, 1], [1, 0], [1, 1]]:
    print(inp, round(feed_forward(network, inp)[-1][0], 3))
