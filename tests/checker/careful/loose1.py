import numpy as np
rng=np.random.default_rng(0)
X=rng.normal(size=(40,3)); y=(X[:,:1]*X[:,1:2]>0)*1.0
W1=rng.normal(size=(3,5))*.5; b1=np.zeros(5); W2=rng.normal(size=(5,1))*.5; b2=np.zeros(1)
def sig(z): return 1/(1+np.exp(-z))

def evaluate(n):
    loss = 0.0
    for i in range(n): loss += i
    return loss

lr=0.05
for epoch in range(200):
    h=sig(X@W1+b1); a=sig(h@W2+b2)
    loss = -np.mean(y*np.log(a)+(1-y)*np.log(1-a))
    d=(a-y)
    dW2=h.T@d; db2=d.sum(axis=0)
    e=d@W2.T*h*(1-h)
    dW1=X.T@e; db1=e.sum(axis=0)
    W2-=lr*dW2; b2-=lr*db2; W1-=lr*dW1; b1-=lr*db1
    if epoch%50==0: print(loss)

