# port of a small Go network (iris-like flowers), kept close to the original structure
from dataclasses import dataclass
import numpy as np

@dataclass
class Config:
    inputNeurons: int
    hiddenNeurons: int
    outputNeurons: int
    numEpochs: int
    learningRate: float

def sigmoid(x):
    return 1.0 / (1.0 + np.exp(-x))

def sigmoidPrime(x):
    return sigmoid(x) * (1.0 - sigmoid(x))

class NeuralNet:
    def __init__(self, config):
        self.config = config
        self.wHidden = self.bHidden = self.wOut = self.bOut = None

    def train(self, x, y):
        c = self.config
        rnd = np.random.RandomState(9)
        self.wHidden = rnd.randn(c.inputNeurons, c.hiddenNeurons)
        self.bHidden = rnd.randn(1, c.hiddenNeurons)
        self.wOut = rnd.randn(c.hiddenNeurons, c.outputNeurons)
        self.bOut = rnd.randn(1, c.outputNeurons)
        for i in range(c.numEpochs):
            self.update(x, y)

    def update(self, x, y):
        lr = self.config.learningRate
        hiddenLayerInput = x.dot(self.wHidden) + self.bHidden
        hiddenLayerActivations = sigmoid(hiddenLayerInput)
        outputLayerInput = hiddenLayerActivations.dot(self.wOut) + self.bOut
        output = sigmoid(outputLayerInput)

        networkError = y - output
        slopeOutputLayer = sigmoidPrime(output)
        slopeHiddenLayer = sigmoidPrime(hiddenLayerActivations)
        dOutput = networkError * slopeOutputLayer
        errorAtHiddenLayer = dOutput.dot(self.wOut.T)
        dHiddenLayer = errorAtHiddenLayer * slopeHiddenLayer

        self.wOut = self.wOut + lr * hiddenLayerActivations.T.dot(dOutput)
        self.bOut = self.bOut + lr * dOutput.sum(axis=0)
        self.wHidden = self.wHidden + lr * x.T.dot(dHiddenLayer)
        self.bHidden = self.bHidden + lr * dHiddenLayer.sum(axis=0)

    def predict(self, x):
        return sigmoid(sigmoid(x.dot(self.wHidden) + self.bHidden).dot(self.wOut) + self.bOut)

rs = np.random.RandomState(4)
lab = rs.randint(0, 3, 90)
X = np.array([[0.2, 0.6, 0.1, 0.1], [0.5, 0.3, 0.6, 0.5], [0.7, 0.4, 0.8, 0.9]])[lab] + 0.07 * rs.randn(90, 4)
Y = np.eye(3)[lab]
NumEpochs=1500
net = NeuralNet(Config(4, 3, 3, NumEpochs, 0.05))
net.train(X, Y)
print("Accuracy = %0.2f" % np.mean(net.predict(X).argmax(1) == lab))
