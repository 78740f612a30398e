import numpy as np

def sigmoid(Z):
    return 1/(1+np.exp(-Z)), Z

def relu(Z):
    return np.maximum(0, Z), Z

def relu_backward(dA, cache):
    Z = cache
    dZ = np.array(dA, copy=True)
    dZ[Z <= 0] = 0
    return dZ

def sigmoid_backward(dA, cache):
    s = 1/(1+np.exp(-cache))
    return dA * s * (1-s)

def initialize_parameters_deep(layer_dims):
    np.random.seed(3)
    parameters = {}
    for l in range(1, len(layer_dims)):
        parameters['W' + str(l)] = np.random.randn(layer_dims[l], layer_dims[l-1]) * np.sqrt(2./layer_dims[l-1])
        parameters['b' + str(l)] = np.zeros((layer_dims[l], 1))
    return parameters

def linear_activation_forward(A_prev, W, b, activation):
    Z = W.dot(A_prev) + b
    A, act_cache = sigmoid(Z) if activation == "sigmoid" else relu(Z)
    return A, ((A_prev, W, b), act_cache)

def L_model_forward(X, parameters):
    caches = []
    A = X
    L = len(parameters) // 2
    for l in range(1, L):
        A, cache = linear_activation_forward(A, parameters['W'+str(l)], parameters['b'+str(l)], "relu")
        caches.append(cache)
    AL, cache = linear_activation_forward(A, parameters['W'+str(L)], parameters['b'+str(L)], "sigmoid")
    caches.append(cache)
    return AL, caches

def compute_cost(AL, Y):
    m = Y.shape[1]
    AL = np.clip(AL, 1e-12, 1-1e-12)
    return np.squeeze(-(np.dot(Y, np.log(AL).T) + np.dot(1-Y, np.log(1-AL).T))/m)

def linear_backward(dZ, cache):
    A_prev, W, b = cache
    m = A_prev.shape[1]
    dW = np.dot(dZ, A_prev.T)/m
    db = np.sum(dZ, axis=1, keepdims=True)/m
    dA_prev = np.dot(W.T, dZ)
    return dA_prev, dW, db

def L_model_backward(AL, Y, caches):
    grads = {}
    L = len(caches)
    AL = np.clip(AL, 1e-12, 1-1e-12)
    dAL = -(np.divide(Y, AL) - np.divide(1-Y, 1-AL))
    lin, act = caches[L-1]
    dA, grads["dW"+str(L)], grads["db"+str(L)] = linear_backward(sigmoid_backward(dAL, act), lin)
    grads["dA"+str(L-1)] = dA
    for l in reversed(range(L-1)):
        lin, act = caches[l]
        dZ = relu_backward(grads["dA"+str(L-1)], act)
        grads["dA"+str(l)], grads["dW"+str(l+1)], grads["db"+str(l+1)] = linear_backward(dZ, lin)
    return grads

def update_parameters(parameters, grads, learning_rate):
    for l in range(1, len(parameters)//2 + 1):
        parameters["W"+str(l)] = parameters["W"+str(l)] - learning_rate*grads["dW"+str(l)]
    return parameters

def L_layer_model(X, Y, layers_dims, learning_rate=0.2, num_iterations=1500):
    parameters = initialize_parameters_deep(layers_dims)
    for i in range(num_iterations):
        AL, caches = L_model_forward(X, parameters)
        cost = compute_cost(AL, Y)
        grads = L_model_backward(AL, Y, caches)
        parameters = update_parameters(parameters, grads, learning_rate)
        if i % 300 == 0:
            print("Cost after iteration %i: %f" % (i, cost))
    return parameters

rng = np.random.RandomState(1)
X = rng.randn(2, 120)
Y = (np.sum(X**2, axis=0, keepdims=True) < 1.2).astype(float)
parameters = L_layer_model(X, Y, [2, 6, 6, 1])
AL, _ = L_model_forward(X, parameters)
print("accuracy", np.mean((AL > 0.5) == Y))
