# ex4, moved over from Octave to numpy
import numpy as np

def sigmoid(z):
    g = 1.0 / (1.0 + np.exp(-z))
    return g

def sigmoidGradient(z):
    g = sigmoid(z) * (1 - sigmoid(z))
    return g

def randInitializeWeights(L_in, L_out):
    epsilon_init = np.sqrt(6.0 / (L_in + L_out))
    return np.random.rand(L_out, 1 + L_in) * 2 * epsilon_init - epsilon_init

def nnCostFunction(nn_params, input_layer_size, hidden_layer_size, num_labels, X, y, lam):
    cut = hidden_layer_size * (input_layer_size + 1)
    Theta1 = np.reshape(nn_params[:cut], (hidden_layer_size, input_layer_size + 1), order='F')
    Theta2 = np.reshape(nn_params[cut:], (num_labels, hidden_layer_size + 1), order='F')
    m = X.shape[0]

    # feedforward
    a1 = np.column_stack([np.ones(m), X])
    z2 = a1.dot(Theta1.T)
    a2 = np.column_stack([np.ones(m), sigmoid(z2)])
    z3 = a2.dot(Theta2.T)
    a3 = sigmoid(z3)
    # labels are 1..num_labels
    Y = np.eye(num_labels)[y - 1, :]
    J = np.sum(-Y * np.log(a3 + 1e-15) - (1 - Y) * np.log(1 - a3 + 1e-15)) / m
    J = J + lam / (2 * m) * (np.sum(Theta1[:, 1:] ** 2) + np.sum(Theta2[:, 1:] ** 2))

    # backpropagation
    d3 = a3 - Y
    d2 = d3.dot(Theta2[:, 1:]) * sigmoidGradient(z2)
    Theta1_grad = d2.T.dot(a1) / m
    Theta2_grad = d3.T.dot(a2) / m
    Theta1_grad = Theta1_grad + lam / m * Theta1
    Theta2_grad = Theta2_grad + lam / m * Theta2
    grad = np.concatenate([Theta1_grad.ravel(order='F'), Theta2_grad.ravel(order='F')])
    return J, grad

def predict(Theta1, Theta2, X):
    h1 = sigmoid(np.column_stack([np.ones(len(X)), X]).dot(Theta1.T))
    h2 = sigmoid(np.column_stack([np.ones(len(X)), h1]).dot(Theta2.T))
    return np.argmax(h2, axis=1) + 1

np.random.seed(1)
y = np.random.randint(1, 4, 120)
X = np.random.randn(120, 3) * 0.5 + np.array([[1, 0, 0], [0, 1, 0], [0, 0, 1]])[y - 1]
theta = np.concatenate([randInitializeWeights(3, 6).ravel(order='F'), randInitializeWeights(6, 3).ravel(order='F')])
for it in range(300):
    J, grad = nnCostFunction(theta, 3, 6, 3, X, y, 0.1)
    theta = theta - 1.0 * grad
    if it % 100 == 0:
        print("Iteration %5d | Cost: %e" % (it, J))
T1, T2 = theta[:24].reshape((6, 4), order='F'), theta[24:].reshape((3, 7), order='F')
print("Training Set Accuracy: %f" % (np.mean(predict(T1, T2, X) == y) * 100))
