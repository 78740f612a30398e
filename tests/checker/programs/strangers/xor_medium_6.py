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
wh = np.random.normal(size=(inputLayerNeurons, hiddenLayerNeurons))
bh = np.random.normal(size=(1, hiddenLayerNeurons))
wo = np.random.normal(size=(hiddenLayerNeurons, outputLayerNeurons))
bo = np.random.normal(size=(1, outputLayerNeurons))

print("Initial hidden weights: ", end='')
print(*wh)

# Training algorithm
for _ in range(epochs):
    # Forward Propagation
    hidden_layer_activation = np.dot(inputs, wh)
    hidden_layer_activation += bh
    hidden_layer_output = sigmoid(hidden_layer_activation)

    output_layer_activation = np.dot(hidden_layer_output, wo)
    output_layer_activation += bo
    predicted_output = sigmoid(output_layer_activation)

    # Backpropagation
    error = expected_output - predicted_output
    d_out = error * sigmoid_derivative(predicted_output)


    # Updating Weights and Biases
    wo += hidden_layer_output.T.dot(d_out) * lr
    bo += np.sum(d_out, axis=0, keepdims=True) * lr
    error_hidden_layer = d_out.dot(wo.T)
    d_hid = error_hidden_layer * sigmoid_derivative(hidden_layer_output)
    wh += inputs.T.dot(d_hid) * lr
    bh += np.sum(d_hid, axis=0, keepdims=True) * lr

print("Final hidden weights: ", end='')
print(*wh)
print("\nOutput from neural network after 3,000 epochs: ", end='')
print(*predicted_output)
