#!/usr/bin/env python
# coding: utf-8

# In[1]:
import numpy as np

# In[2]:
# House prices (made up): area, rooms, age -> price
np.random.seed(123)
area = np.random.uniform(40, 200, 100)
rooms = np.round(area / 30 + np.random.randn(100))
age = np.random.uniform(0, 60, 100)
price = 2.0 * area + 10 * rooms - 0.8 * age + 0.01 * area * (60 - age) + 10 * np.random.randn(100)

# In[3]:
X = np.vstack((area, rooms, age))
X = (X - X.mean(axis=1, keepdims=True)) / X.std(axis=1, keepdims=True)
Y = ((price - price.mean()) / price.std()).reshape(1, -1)
print(X.shape, Y.shape)

# In[4]:
n0, n1, n2 = 3, 7, 1
w1 = np.random.randn(n1, n0) * np.sqrt(2.0 / n0)
b1 = np.zeros((n1, 1))
w2 = np.random.randn(n2, n1) * np.sqrt(2.0 / n1)
b2 = np.zeros((n2, 1))
m = X.shape[1]

# In[5]:
def forward(X):
    z1 = np.dot(w1, X) + b1
    a1 = np.maximum(z1, 0)
    z2 = np.dot(w2, a1) + b2
    return z1, a1, z2

def cost(Yhat):
    return np.sum((Yhat - Y) ** 2) / (2 * m)

# In[6]:
alpha = 0.05
J = []
for i in range(300):
    z1, a1, Yhat = forward(X)
    J.append(cost(Yhat))
    dz2 = 2 * (Yhat - Y) / m
    dw2 = np.dot(dz2, a1.T)
    db2 = np.sum(dz2, axis=1, keepdims=True)
    da1 = np.dot(w2.T, dz2)
    dz1 = da1 * (z1 > 0)
    dw1 = np.dot(dz1, X.T)
    db1 = np.sum(dz1, axis=1, keepdims=True)
    w1 = w1 - alpha * dw1
    b1 = b1 - alpha * db1
    w2 = w2 - alpha * dw2
    b2 = b2 - alpha * db2

# In[7]:
print("cost at the start", J[0], "and at the end", J[-1])
