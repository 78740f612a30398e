import numpy as np

# shuju: san lei dian
suiji = np.random.RandomState(33)
leibie = suiji.randint(0, 3, 120)
shuru = np.array([[1, 0], [-1, 1], [-0.5, -1.2]])[leibie] + 0.35 * suiji.randn(120, 2)
biaoqian = np.eye(3)[leibie]

canshu = dict(w1=suiji.randn(2, 10) * 0.7, b1=np.zeros(10), w2=suiji.randn(10, 3) * 0.3, b2=np.zeros(3))
sudu = {k: np.zeros_like(v) for k, v in canshu.items()}

def qianxiang(x):
    yincang = np.tanh(x.dot(canshu['w1']) + canshu['b1'])
    fenshu = yincang.dot(canshu['w2']) + canshu['b2']
    fenshu = fenshu - fenshu.max(axis=1)[:, None]
    gailv = np.exp(fenshu) / np.exp(fenshu).sum(axis=1)[:, None]
    return yincang, gailv

def sunshi(gailv, y):
    return -(y * np.log(gailv + 1e-12)).sum() / len(y)

def houxiang(x, y):
    yincang, gailv = qianxiang(x)
    tidu = {}
    cha = (gailv - y) / len(y)
    tidu['w2'] = yincang.T.dot(cha)
    tidu['b2'] = cha.sum(axis=0)
    cha = cha.dot(canshu['w2'].T) * (1 - yincang ** 2)
    tidu['w1'] = x.T.dot(cha)
    tidu['b1'] = cha.sum(axis=0)
    return tidu

lunshu = 200
for lun in range(lunshu):
    tidu = houxiang(shuru, biaoqian)
    for k in canshu:
        sudu[k] = 0.9 * sudu[k] - 0.1 * tidu[k]
        canshu[k] = canshu[k] + sudu[k]
    if lun % 50 == 49:
        print('lun', lun + 1, 'sunshi', sunshi(qianxiang(shuru)[1], biaoqian))
