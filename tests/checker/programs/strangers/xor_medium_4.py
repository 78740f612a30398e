import numpy as np

def sigmoid(x):
    return 1 / (1 + np.exp(-x))

def sigmoid_derivative(x):
    return x * (1 - x)

# Input datasets
inputs = np.array([[0,0],[0,1],[1,0],[1,1]])
expected_output = np.array([[0],[1],[1],[0]])

epochs = 3000
lr = 0.3
inputLayerNeurons, hiddenLayerNeurons, outputLayerNeurons = 2, 3, 1

np.random.seed(42)
# Random weights and bias initialization
hidden_weights = np.random.normal(size=(inputLayerNeurons, hiddenLayerNeurons))
hidden_bias = np.random.normal(size=(1, hiddenLayerNeurons))
output_weights = np.random.normal(size=(hiddenLayerNeurons, outputLayerNeurons))
output_bias = np.random.normal(size=(1, outputLayerNeurons))

print("Initial hidden weights: ", end='')
print(*hidden_weights)

# Training algorithm
for _ in range(epochs):
    # Forward Propagation
    hidden_layer_activation = np.dot(inputs, hidden_weights)
    hidden_layer_activation += hidden_bias
    hidden_layer_output = sigmoid(hidden_layer_activation)

    output_layer_activation = np.dot(hidden_layer_output, output_weights)
    output_layer_activation += output_bias
    predicted_output = sigmoid(output_layer_activation)

    # Backpropagation
    error = expected_output - predicted_output
    d_predicted_output = error * sigmoid_derivative(predicted_output)

    error_hidden_layer = d_predicted_output.dot(output_weights.T)
    d_hidden_layer = error_hidden_layer * sigmoid_derivative(hidden_layer_output)

    # Updating Weights and Biases
    output_weights += hidden_layer_output.T.dot(d_predicted_output) * lr
    output_bias += np.sum(d_predicted_output, axis=0, keepdims=True) * lr
    hidden_weights += inputs.T.dot(d_hidden_layer) * lr
    hidden_bias += np.sum(d_hidden_layer, axis=0, keepdims=True) * lr

print("Final hidden weights: ", end='')
print(*hidden_weights)
print("\nOutput from neural network after 3,000 epochs: ", end='')
print(*predicted_output)
