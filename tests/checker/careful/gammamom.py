import numpy as np
rng=np.random.default_rng(0)
X=rng.normal(size=(40,3)); y=(X[:,:1]*X[:,1:2]>0)*1.0
W1=rng.normal(size=(3,5))*.5; b1=np.zeros(5); W2=rng.normal(size=(5,1))*.5; b2=np.zeros(1)
def sig(z): return 1/(1+np.exp(-z))

lr=0.5; momentum=0.9; gamma=0.5
vW1=0*W1; vb1=0*b1; vW2=0*W2; vb2=0*b2
for epoch in range(200):
    if epoch and epoch % 50 == 0: lr*=gamma
    h=sig(X@W1+b1); a=sig(h@W2+b2)
    d=(a-y)/len(X)
    dW2=h.T@d; db2=d.sum(axis=0)
    e=d@W2.T*h*(1-h)
    dW1=X.T@e; db1=e.sum(axis=0)
    vW1=momentum*vW1-lr*dW1; vb1=momentum*vb1-lr*db1; vW2=momentum*vW2-lr*dW2; vb2=momentum*vb2-lr*db2
    W1+=vW1; b1+=vb1; W2+=vW2; b2+=vb2
