# Neuronales Netz von Hand, stochastischer Gradientenabstieg Muster fuer Muster
import numpy as np

zufall = np.random.default_rng(5)

muster = zufall.uniform(-1, 1, (40, 3))
ziele = np.column_stack([(muster[:, 0] > muster[:, 1]) * 0.8 + 0.1,
                         (muster[:, 2] > 0) * 0.8 + 0.1])

n_ein, n_verd, n_aus = 3, 5, 2
gewichte_verd = zufall.normal(0, 0.7, (n_verd, n_ein))
schwelle_verd = zufall.normal(0, 0.3, n_verd)
gewichte_aus = zufall.normal(0, 0.7, (n_aus, n_verd))
schwelle_aus = zufall.normal(0, 0.3, n_aus)
rate = 0.7


def fermi(x):
    return 1 / (1 + np.exp(-x))


for epoche in range(60):
    fehler = 0.0
    for x, t in zip(muster, ziele):
        # vorwaerts
        verd = fermi(gewichte_verd @ x + schwelle_verd)
        aus = fermi(gewichte_aus @ verd + schwelle_aus)
        fehler += 0.5 * np.sum((t - aus) ** 2)

        # rueckwaerts
        delta_aus = (aus - t) * aus * (1 - aus)
        delta_verd = (gewichte_aus.T @ delta_aus) * verd * (1 - verd)

        # lernen
        gewichte_aus -= rate * np.outer(delta_aus, verd)
        schwelle_aus += rate * delta_aus
        gewichte_verd -= rate * np.outer(delta_verd, x)
        schwelle_verd += rate * delta_verd
    if epoche % 10 == 0:
        print("Epoche", epoche, "Fehler", fehler / len(muster))

richtig = 0
for x, t in zip(muster, ziele):
    aus = fermi(gewichte_aus @ fermi(gewichte_verd @ x + schwelle_verd) + schwelle_aus)
    richtig += np.all((aus > 0.5) == (t > 0.5))
print(richtig, "von", len(muster), "richtig")
