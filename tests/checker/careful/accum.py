import numpy as np
rng=np.random.default_rng(0)
X=rng.normal(size=(40,3)); y=(X[:,:1]*X[:,1:2]>0)*1.0
W1=rng.normal(size=(3,5))*.5; b1=np.zeros(5); W2=rng.normal(size=(5,1))*.5; b2=np.zeros(1)
def sig(z): return 1/(1+np.exp(-z))

lr=0.5
gW1=np.zeros_like(W1); gb1=np.zeros_like(b1); gW2=np.zeros_like(W2); gb2=np.zeros_like(b2)
for epoch in range(200):
    h=sig(X@W1+b1); a=sig(h@W2+b2)
    d=(a-y)/len(X)
    dW2=h.T@d; db2=d.sum(axis=0)
    e=d@W2.T*h*(1-h)
    dW1=X.T@e; db1=e.sum(axis=0)

    gW1+=dW1; gb1+=db1; gW2+=dW2; gb2+=db2
    if epoch%2==1:
        W2-=lr*gW2; b2-=lr*gb2; W1-=lr*gW1; b1-=lr*gb1
        gW1[:]=0; gb1[:]=0; gW2[:]=0; gb2[:]=0
