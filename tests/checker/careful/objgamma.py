import numpy as np
class Net:
    def __init__(self, n_in=3, n_h=4, n_out=2, lr=0.1, gamma=0.5, momentum=0.9):
        self.gamma=gamma
        self.W1=np.random.randn(n_in,n_h)*.5; self.b1=np.zeros(n_h)
        self.W2=np.random.randn(n_h,n_out)*.5; self.b2=np.zeros(n_out)
        self.lr=lr; self.momentum=momentum
        self.vW1=np.zeros_like(self.W1); self.vb1=np.zeros_like(self.b1)
        self.vW2=np.zeros_like(self.W2); self.vb2=np.zeros_like(self.b2)
    def forward(self,X):
        self.h=1/(1+np.exp(-(X@self.W1+self.b1))); self.a=1/(1+np.exp(-(self.h@self.W2+self.b2))); return self.a
    def train_step(self,X,y):
        a=self.forward(X); m=len(X)
        d=(a-y)/m
        self.dW2=self.h.T@d; self.db2=d.sum(axis=0)
        e=d@self.W2.T*self.h*(1-self.h)
        self.dW1=X.T@e; self.db1=e.sum(axis=0)
        self.vW1=self.momentum*self.vW1+self.dW1; self.vb1=self.momentum*self.vb1+self.db1
        self.vW2=self.momentum*self.vW2+self.dW2; self.vb2=self.momentum*self.vb2+self.db2
        self.W1-=self.lr*self.vW1; self.b1-=self.lr*self.vb1
        self.W2-=self.lr*self.vW2; self.b2-=self.lr*self.vb2
