import math
i1, i2 = 0.05, 0.10
w1, w2, w3, w4, w5, w6, w7, w8 = .15, .20, .25, .30, .40, .45, .50, .55
b1, b2 = .35, .60
t1, t2 = 0.01, 0.99
lr = 0.5
s = lambda v: 1/(1+math.exp(-v))
for epoch in range(1000):
    h1 = s(w1*i1 + w2*i2 + b1); h2 = s(w3*i1 + w4*i2 + b1)
    o1 = s(w5*h1 + w6*h2 + b2); o2 = s(w7*h1 + w8*h2 + b2)
    E = 0.5*(t1-o1)**2 + 0.5*(t2-o2)**2
    d1 = (o1-t1)*o1*(1-o1); d2 = (o2-t2)*o2*(1-o2)
    e1 = (d1*w5 + d2*w7)*h1*(1-h1); e2 = (d1*w6 + d2*w8)*h2*(1-h2)
    w5 -= lr*d1*h1; w6 -= lr*d1*h2; w7 -= lr*d2*h1; w8 -= lr*d2*h2
    w1 -= lr*e1*i1; w2 -= lr*e1*i2; w3 -= lr*e2*i1; w4 -= lr*e2*i2
print(E)
