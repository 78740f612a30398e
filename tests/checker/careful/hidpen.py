import numpy as np
lam = 0.1
def backward(X, y, W1, b1, W2, b2):
    h=np.tanh(X@W1+b1); a=1/(1+np.exp(-(h@W2+b2)))
    d=(a-y)/len(X)
    dW2=h.T@d; db2=d.sum(axis=0)
    e=d@W2.T*(1-h*h)
    dW1=X.T@e+lam*W1; db1=e.sum(axis=0)
    return dW1, db1, dW2, db2
