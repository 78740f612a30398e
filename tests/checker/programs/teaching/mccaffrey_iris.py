# neural_iris.py - style of a well known magazine column, explicit index loops
import numpy as np
import math, random

class NeuralNetwork:

  def __init__(self, numInput, numHidden, numOutput, seed):
    self.ni, self.nh, self.no = numInput, numHidden, numOutput
    self.iNodes = np.zeros(shape=[self.ni])
    self.hNodes = np.zeros(shape=[self.nh])
    self.oNodes = np.zeros(shape=[self.no])
    self.rnd = random.Random(seed)
    self.ihWeights = np.zeros(shape=[self.ni, self.nh])
    self.hoWeights = np.zeros(shape=[self.nh, self.no])
    self.hBiases = np.zeros(shape=[self.nh])
    self.oBiases = np.zeros(shape=[self.no])
    for i in range(self.ni):
      for j in range(self.nh):
        self.ihWeights[i, j] = self.rnd.uniform(-0.5, 0.5)
    for j in range(self.nh):
      for k in range(self.no):
        self.hoWeights[j, k] = self.rnd.uniform(-0.5, 0.5)

  def computeOutputs(self, xValues):
    hSums = np.zeros(shape=[self.nh])
    oSums = np.zeros(shape=[self.no])
    for i in range(self.ni):
      self.iNodes[i] = xValues[i]
    for j in range(self.nh):
      for i in range(self.ni):
        hSums[j] += self.iNodes[i] * self.ihWeights[i, j]
      hSums[j] += self.hBiases[j]
      self.hNodes[j] = math.tanh(hSums[j])
    for k in range(self.no):
      for j in range(self.nh):
        oSums[k] += self.hNodes[j] * self.hoWeights[j, k]
      oSums[k] += self.oBiases[k]
    m = max(oSums)
    divisor = sum(math.exp(v - m) for v in oSums)
    for k in range(self.no):
      self.oNodes[k] = math.exp(oSums[k] - m) / divisor
    return self.oNodes.copy()

  def trainOne(self, x, t, learnRate):
    self.computeOutputs(x)
    oSignals = np.zeros(shape=[self.no])
    hSignals = np.zeros(shape=[self.nh])
    for k in range(self.no):
      oSignals[k] = t[k] - self.oNodes[k]    # softmax with cross entropy
    for j in range(self.nh):
      s = 0.0
      for k in range(self.no):
        s += oSignals[k] * self.hoWeights[j, k]
      hSignals[j] = (1 - self.hNodes[j]) * (1 + self.hNodes[j]) * s
    for i in range(self.ni):
      for j in range(self.nh):
        self.ihWeights[i, j] += learnRate * hSignals[j] * self.iNodes[i]
    for j in range(self.nh):
      self.hBiases[j] += learnRate * hSignals[j]
    for j in range(self.nh):
      for k in range(self.no):
        self.hoWeights[j, k] += learnRate * oSignals[k] * self.hNodes[j]
    for k in range(self.no):
      self.oBiases[k] += learnRate * oSignals[k]

rnd = random.Random(1)
rows = []
for r in range(60):
  c = r % 3
  rows.append(([rnd.gauss([-1, 0, 1][c], 0.3), rnd.gauss([0.5, -0.5, 0.5][c], 0.3), rnd.gauss(0, 1), rnd.gauss(0, 0.5)],
               [float(c == q) for q in range(3)]))
nn = NeuralNetwork(4, 5, 3, seed=3)
maxEpochs = 30
for epoch in range(maxEpochs):
  rnd.shuffle(rows)
  for x, t in rows:
    nn.trainOne(x, t, 0.05)
  if epoch % 10 == 0:
    ce = -sum(math.log(max(nn.computeOutputs(x)[t.index(1.0)], 1e-12)) for x, t in rows) / len(rows)
    print("epoch = %4d   mean CE error = %0.4f" % (epoch, ce))
acc = sum(int(np.argmax(nn.computeOutputs(x)) == t.index(1.0)) for x, t in rows) / len(rows)
print("accuracy = %0.4f" % acc)
