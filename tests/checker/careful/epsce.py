import numpy as np
lr_decay = 0.01
def backward(X, y, W1, b1, W2, b2):
    h=np.tanh(X@W1+b1); a=1/(1+np.exp(-(h@W2+b2)))
    da=-(y/(a+1e-8)-(1-y)/(1-a+1e-8))/len(X)
    d=da*a*(1-a)
    dW2=h.T@d; db2=d.sum(axis=0)
    e=d@W2.T*(1-h*h)
    return X.T@e, e.sum(axis=0), dW2, db2
