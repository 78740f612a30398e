# Red neuronal sin librerías: y = sin(x1) + x2
import math
import random

random.seed(21)

def crear(n_ent, n_ocu, n_sal):
    # la última posición de cada fila es el sesgo
    fila = lambda n: [random.gauss(0, 1) / math.sqrt(n) for _ in range(n)] + [0.0]
    return {"oculta": [fila(n_ent) for _ in range(n_ocu)], "salida": [fila(n_ocu) for _ in range(n_sal)]}

def suma(fila, v):
    return sum(w * e for w, e in zip(fila, v)) + fila[-1]

def adelante(red, x):
    h = [math.tanh(suma(f, x)) for f in red["oculta"]]
    return h, [suma(f, h) for f in red["salida"]]

def ajustar(red, x, objetivo, tasa):
    h, y = adelante(red, x)
    err = [yi - ti for yi, ti in zip(y, objetivo)]
    err_h = []
    for j in range(len(h)):
        s = 0.0
        for k in range(len(err)):
            s += err[k] * red["salida"][k][j]
        err_h.append(s * (1 - h[j] ** 2))
    for k, e in enumerate(err):
        for j in range(len(h)):
            red["salida"][k][j] -= tasa * e * h[j]
        red["salida"][k][-1] -= tasa * e
    for j, e in enumerate(err_h):
        for i in range(len(x)):
            red["oculta"][j][i] -= tasa * e * x[i]
        red["oculta"][j][-1] -= tasa * e

puntos = [[random.uniform(-2, 2), random.uniform(-1, 1)] for _ in range(40)]
valores = [[math.sin(p[0]) + p[1]] for p in puntos]
red = crear(2, 8, 1)
for vuelta in range(400):
    for p, v in zip(puntos, valores):
        ajustar(red, p, v, 0.05)
    if vuelta % 100 == 99:
        total = sum(0.5 * (adelante(red, p)[1][0] - v[0]) ** 2 for p, v in zip(puntos, valores))
        print("vuelta", vuelta + 1, "error", round(total, 5))
