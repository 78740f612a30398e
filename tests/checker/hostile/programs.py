"""Programs that do harm, by accident or on purpose, and what has to be said of them.

Each is a whole file. OUTSIDE is a folder it may not change; MARK is in the name of all it tries to
make. `says`: words of the error; none: the program is read, or refused, and either is well.
"""

from __future__ import annotations

from typing import NamedTuple

SECONDS = 2.0  # for one program, instead of 10
LOOPS = "still running"
SOUND = """
import numpy as np
def sigmoid(z):
    return 1 / (1 + np.exp(-z))
def gradient(params, X, y):
    a1 = sigmoid(X @ params["W1"] + params["b1"])
    d2 = (sigmoid(a1 @ params["W2"] + params["b2"]) - y) / len(X)
    d1 = d2 @ params["W2"].T * a1 * (1 - a1)
    return {"W1": X.T @ d1, "b1": d1.sum(axis=0), "W2": a1.T @ d2, "b2": d2.sum(axis=0)}
"""


class Hostile(NamedTuple):
    source: str
    says: tuple[str, ...] = ()
    sound: bool = False  # it has a gradient function that works, and must be read


def in_gradient(body: str) -> str:
    """The body as that of the gradient function."""
    lines = "\n".join(f"    {line}" for line in body.strip().splitlines())
    return f"import os, sys, time\nimport numpy as np\ndef gradient(params, X, y):\n{lines}\n"


def before(body: str) -> str:
    """The body at import, and a gradient function that works below it."""
    return f"import os, sys, time\n{body.strip()}\n{SOUND}"


PROGRAMS = {
    # --------------------------------------------------------------------------- without an end
    "loop at import": Hostile("import time\nwhile True:\n    pass\n", (LOOPS, "line 2", "line 3")),
    "loop in gradient": Hostile(in_gradient("while True:\n    X = X + 1"), (LOOPS, "line ")),
    "loop that catches all": Hostile(
        "while True:\n    try:\n        while True:\n            pass\n"
        "    except BaseException:\n        pass\n",
        (LOOPS,),
    ),
    "loop that catches KeyboardInterrupt": Hostile(
        "import time\nwhile True:\n    try:\n        time.sleep(60)\n"
        "    except (KeyboardInterrupt, SystemExit):\n        continue\n",
        (LOOPS, "sleep(60)"),
    ),
    "sleeps": Hostile(in_gradient("time.sleep(3600)"), (LOOPS, "sleep(3600)")),
    "loop in C": Hostile(in_gradient("return sum(iter(int, 1))"), (LOOPS, "iter(int, 1)")),
    "a power too large": Hostile("x = 9 ** 9 ** 9 ** 2\n", (LOOPS, "line 1")),
    "a pattern without end": Hostile(
        "import re\nre.match(r'(a+)+$', 'a' * 64 + 'b')\n", (LOOPS, "line 2")
    ),
    "ignores every signal": Hostile(
        "import signal\nfor n in range(1, 65):\n    try:\n"
        "        signal.signal(n, signal.SIG_IGN)\n"
        "    except (OSError, ValueError):\n        pass\nwhile True:\n    pass\n",
        (LOOPS,),
    ),
    "stops its own alarm": Hostile(
        "import signal, faulthandler\nsignal.setitimer(signal.ITIMER_REAL, 0)\n"
        "faulthandler.cancel_dump_traceback_later()\nwhile True:\n    pass\n",
        (LOOPS,),
    ),
    "loop at exit": Hostile(
        before("import atexit\n@atexit.register\ndef bye():\n    while True: pass"), sound=True
    ),
    "thread that goes on": Hostile(
        before(
            "import threading\ndef go():\n    while True: time.sleep(0.01)\n"
            "try:\n    threading.Thread(target=go).start()\nexcept RuntimeError:\n    pass"
        ),
        sound=True,
    ),
    "finalizer that goes on": Hostile(
        before("class Stay:\n    def __del__(self):\n        while True: pass\nstay = Stay()"),
        sound=True,
    ),
    "endless data": Hostile(
        before("import itertools\nX = itertools.count()\ny = itertools.repeat(0)"), sound=True
    ),
    "waits for input": Hostile("rate = float(input('learning rate? '))\n", ("input()", "line 1")),
    "reads stdin": Hostile(before("data = sys.stdin.read()"), sound=True),
    # ------------------------------------------------------------------------------- too much
    "fork bomb": Hostile("import os\nwhile True:\n    os.fork()\n", ("another process", "line 3")),
    "fork bomb that goes on": Hostile(
        "import os\nwhile True:\n    try:\n        os.fork()\n    except OSError:\n        pass\n",
        (LOOPS,),
    ),
    "threads bomb": Hostile(
        "import threading, time\nwhile True:\n"
        "    threading.Thread(target=time.sleep, args=(60,), daemon=True).start()\n"
    ),
    "100 GB": Hostile(in_gradient("return np.ones((100_000, 125_000))")),
    "100 GB at import": Hostile(
        "import numpy as np\nx = np.ones((100_000, 125_000))\n", ("MemoryError", "line 2")
    ),
    "grows slowly": Hostile("held = []\nwhile True:\n    held.append(bytearray(10**6))\n"),
    "prints 1 GB": Hostile(
        "text = 'x' * 10**6\nfor _ in range(1000):\n    print(text)\n", ("print", "50 MB")
    ),
    "prints in the loop": Hostile(
        "while True:\n    print('\\x1b[2J' * 1000, flush=True)\n", ("line 2", "50 MB")
    ),
    "writes a large file": Hostile(
        "with open('big', 'wb') as f:\n    while True:\n        f.write(bytes(10**7))\n", ("line ",)
    ),
    "fills the disk": Hostile(
        "n = 0\nwhile n < 40:\n    n += 1\n    with open(f'big{n}', 'wb') as f:\n"
        "        f.write(bytes(10**7))\n"
    ),
    "endless recursion": Hostile(
        "def f(x):\n    return f(x)\nf(1)\n", ("RecursionError", "line 2")
    ),
    "recursion without a limit": Hostile(
        "import sys\nsys.setrecursionlimit(10**9)\nclass A:\n"
        "    def __getattr__(self, name):\n        return getattr(self, name + 'x')\n"
        "def f(x):\n    return sorted([1, 2], key=lambda k: f(x))\nf(1)\n"
    ),
    "raises its limits": Hostile(
        before(
            "import resource\nfor n in range(16):\n    try:\n"
            "        resource.setrlimit(n, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))\n"
            "    except (ValueError, OSError):\n        pass\n"
            "try:\n    held = bytearray(20 * 2**30)\nexcept MemoryError:\n    pass"
        ),
    ),
    "10 MB of source": Hostile("# " + "x" * 10_000_000 + "\n", ("2 MB",)),
    "deeply nested": Hostile("x = " + "(" * 5000 + ")" * 5000 + "\n", ("line 1",)),
    "a long chain": Hostile("x = " + "+".join(["1"] * 100_000) + "\n"),
    "many minus signs": Hostile("x = " + "-" * 50_000 + "1\n"),
    # ---------------------------------------------------------------------------------- its end
    "os._exit": Hostile("import os\nos._exit(0)\n", ("ends itself",)),
    "os._exit in gradient": Hostile(in_gradient("os._exit(1)"), ("ends itself",)),
    "sys.exit": Hostile("import sys\nsys.exit('bye')\n", ("exit", "line 2")),
    "sys.exit below": Hostile(SOUND + "\nimport sys\nsys.exit()\n", sound=True),
    "kills itself": Hostile("import os\nos.kill(os.getpid(), 9)\n"),
    "kills its group": Hostile("import os\nos.killpg(0, 9)\n"),
    "kills all": Hostile(
        "import os\nfor n in range(2, 400000):\n    try:\n        os.kill(n, 0)\n"
        "    except OSError:\n        pass\n"
    ),
    "aborts": Hostile("import os\nos.abort()\n", ("SIGABRT", "line 2")),
    "crashes": Hostile(
        "import numpy\nimport ctypes\nctypes.string_at(0)\n", ("SIGSEGV", "line 3")
    ),
    "crashes in gradient": Hostile(
        in_gradient("import ctypes\nctypes.string_at(0)"), ("SIGSEGV", "line 5")
    ),
    "calls C": Hostile(
        "import ctypes\nctypes.CDLL(None).fork()\n", ("not Python", "line 2")
    ),
    # ---------------------------------------------------------------------------------- outside
    "writes outside": Hostile("open(OUTSIDE + '/' + MARK, 'w').write('x')\n", ("line ",)),
    "writes everywhere": Hostile(
        before(
            "import pathlib\nfor place in (OUTSIDE, '/tmp', '/var/tmp', '/dev/shm', '..', '../..', "
            "os.path.expanduser('~/..'), '/'):\n    try:\n"
            "        pathlib.Path(place, MARK).write_text('x')\n    except OSError:\n        pass"
        ),
        sound=True,
    ),
    "deletes files": Hostile(
        before(
            "import shutil\nfor what in (os.remove, os.rmdir, shutil.rmtree):\n    try:\n"
            "        what(OUTSIDE + ('/kept.txt' if what is os.remove else ''))\n"
            "    except OSError:\n        pass"
        ),
        sound=True,
    ),
    "moves and links": Hostile(
        before(
            "for what in (os.rename, os.replace, os.link, os.symlink):\n    try:\n"
            "        what(OUTSIDE + '/kept.txt', OUTSIDE + '/' + MARK)\n"
            "    except OSError:\n        pass"
        ),
        sound=True,
    ),
    "writes through a link": Hostile(
        before(
            "try:\n    os.symlink(OUTSIDE, 'door')\n    open('door/' + MARK, 'w').write('x')\n"
            "except OSError:\n    pass"
        ),
        sound=True,
    ),
    "changes rights and times": Hostile(
        before(
            "for what in (lambda p: os.chmod(p, 0), lambda p: os.utime(p, (1, 1)), "
            "lambda p: os.truncate(p, 0)):\n    try:\n        what(OUTSIDE + '/kept.txt')\n"
            "    except OSError:\n        pass"
        ),
        sound=True,
    ),
    "changes its folder": Hostile(
        before("try:\n    os.chdir(OUTSIDE)\nexcept OSError:\n    pass\n"
               "try:\n    open(MARK, 'w').write('x')\nexcept OSError:\n    pass"),
        sound=True,
    ),
    "makes its folder unreadable": Hostile(
        before("os.makedirs('a/b/c')\nos.chmod('a/b', 0)\nos.chmod('a', 0)"), sound=True
    ),
    "runs commands": Hostile(
        "import subprocess\nsubprocess.run(['touch', OUTSIDE + '/' + MARK])\n",
        ("another process", "line "),
    ),
    "os.system": Hostile("import os\nos.system('touch ' + OUTSIDE + '/' + MARK)\n"),
    "a process by the back door": Hostile(
        "import _posixsubprocess as p, os\n"
        "p.fork_exec([b'touch'], [b'/usr/bin/touch'], True, (), None, None, -1, -1, -1, -1, -1, "
        "-1, -1, -1, False, False, 0, None, None, None, -1, None, True)\n",
        ("another process",),
    ),
    "daemon that stays": Hostile(
        before(
            "try:\n    if os.fork() == 0:\n        os.setsid()\n        if os.fork() == 0:\n"
            "            time.sleep(60)\n        os._exit(0)\nexcept OSError:\n    pass"
        ),
        sound=True,
    ),
    "multiprocessing": Hostile(
        "import multiprocessing\nif __name__ == 'learner':\n    multiprocessing.Pool(2)\n"
    ),
    "the network": Hostile(
        "import socket\nsocket.create_connection(('127.0.0.1', 80), timeout=1)\n",
        ("the network", "line 2"),
    ),
    "downloads": Hostile(
        "import urllib.request\nurllib.request.urlopen('http://192.0.2.1/')\n", ("line 2",)
    ),
    "serves": Hostile("import socket\nsocket.create_server(('127.0.0.1', 0))\n", ("the network",)),
    # ---------------------------------------------------------------------------- at the checker
    "replaces NumPy's functions": Hostile(
        "import numpy as np\n"
        "np.dot = np.exp = np.ones = np.asarray = np.zeros = np.array = lambda *a, **k: 7\n" + SOUND
    ),
    "replaces np.random": Hostile(
        "import numpy as np\nnp.random.randn = np.random.rand = lambda *a: 0\n" + SOUND, sound=True
    ),
    "replaces everything": Hostile(
        "import builtins, json, os, sys, base64\n"
        "for m in (json, base64, os):\n    for k in list(vars(m)):\n"
        "        if callable(vars(m)[k]): setattr(m, k, lambda *a, **k: 1 / 0)\n"
        "builtins.len = builtins.str = builtins.tuple = lambda *a: 7\n" + SOUND
    ),
    "removes modules": Hostile(
        before("for name in list(sys.modules):\n    if name != '__main__': del sys.modules[name]")
    ),
    "changes what it is given": Hostile(
        in_gradient(
            'for a in (X, y, *params.values()):\n    a *= 0\n'
            'params.clear()\nreturn {"W1": X, "b1": X}'
        )
    ),
    "looks for the answer": Hostile(
        before(
            "f = sys._getframe()\nfound = []\nwhile f:\n    found += list(f.f_globals)\n"
            "    f = f.f_back\nfor m in list(sys.modules):\n"
            "    if m.startswith('chainrule'):\n        found += list(vars(sys.modules[m]))\n"
            "        assert not m.endswith(('judge', 'truth', 'losses', 'gradcheck')), m\n"
        ),
        sound=True,
    ),
    "reads other processes": Hostile(
        before(
            "for n in os.listdir('/proc'):\n"
            "    if n.isdigit() and int(n) not in (1, os.getpid()):\n"
            "        try:\n            text = open(f'/proc/{n}/environ', 'rb').read()\n"
            "        except OSError:\n            continue\n"
            "        assert b'CHAINRULE_SECRET' not in text"
        ),
        sound=True,
    ),
    "closes all files": Hostile("import os\nos.closerange(0, 65536)\n"),
    "closes all files and goes on": Hostile(
        "import os\nos.closerange(0, 65536)\nwhile True:\n    pass\n"
    ),
    "writes into every file": Hostile(
        "import os\nfor n in range(3, 256):\n    try:\n        os.write(n, b'garbage')\n"
        "    except OSError:\n        pass\n",
        ("pipe",),
    ),
    "writes an answer of its own": Hostile(
        "import os\nfor n in range(3, 256):\n    try:\n"
        "        os.write(n, b'{\"readings\": [{\"form\": 3}], \"failure\": null}')\n"
        "    except OSError:\n        pass\nos._exit(0)\n",
        ("pipe",),
    ),
    "floods every file": Hostile(
        "import os\nfor n in range(3, 256):\n    try:\n        while True:\n"
        "            os.write(n, b'[' * 10**6)\n    except OSError:\n        pass\n",
    ),
    # ------------------------------------------------------------------------- odd return values
    "returns None": Hostile(in_gradient("pass")),
    "returns a generator": Hostile(in_gradient("yield 1\nwhile True:\n    yield X")),
    "returns objects": Hostile(in_gradient("return np.array([object(), None], dtype=object)")),
    "returns complex numbers": Hostile(
        in_gradient('return {"W1": params["W1"] * 1j, "b1": params["b1"] + 1j}')
    ),
    "returns text": Hostile(in_gradient('return {"W1": "W1", "b1": np.array(["a", "b"])}')),
    "returns NaN": Hostile(
        in_gradient('return {"W1": params["W1"] * np.nan, "b1": params["b1"] * np.inf}')
    ),
    "returns ragged lists": Hostile(
        in_gradient('return {"W1": [[1.0], [2.0, 3.0]], "b1": [[]]}')
    ),
    "returns other shapes": Hostile(
        in_gradient('return {"W1": X.T[None], "b1": np.ones((9, 9, 9))}')
    ),
    "returns functions": Hostile(in_gradient("return lambda: gradient")),
    "returns a structured array": Hostile(
        in_gradient('return np.zeros(3, dtype=[("W1", "f8"), ("b1", "U5")])')
    ),
    "returns an array class of its own": Hostile(
        "import numpy as np\nclass A:\n    def __array__(self, *a, **k):\n"
        "        raise SystemError('no')\n"
        "def gradient(params, X, y):\n    return {'W1': A(), 'b1': A()}\n"
    ),
    "returns a subclass of ndarray": Hostile(
        "import numpy as np\nclass A(np.ndarray):\n    shape = property(lambda s: (10**9,) * 9)\n"
        "    def __getattribute__(self, name): raise SystemExit\n"
        "def gradient(params, X, y):\n    return {k: v.view(A) for k, v in params.items()}\n"
    ),
    "returns itself for ever": Hostile(
        "class Me:\n    def __getattr__(self, name): return self\n"
        "    def __call__(self, *a, **k): return self\n    def __iter__(self): return self\n"
        "    def __next__(self): return self\n    def __getitem__(self, k): return self\n"
        "    def __len__(self): return 10**9\n    def __float__(self): return self\n"
        "me = net = network = Me()\n"
        "def gradient(params, X, y):\n    return me\n"
    ),
    "a float that lies": Hostile(
        "class F(float):\n    def __eq__(self, o): return True\n"
        "    def __lt__(self, o): return True\n"
        "    def __gt__(self, o): return True\n    __hash__ = float.__hash__\n"
        "    def __abs__(self): return F(0)\n    def __sub__(self, o): return F(0)\n"
        "def gradient(params, X, y):\n"
        "    return {k: [[F(1.0)] * v.shape[-1]] * v.shape[0] for k, v in params.items()}\n"
    ),
    "pickle tricks": Hostile(
        "import os\nclass P:\n    def __reduce__(self):\n"
        "        return os.system, ('touch ' + OUTSIDE + '/' + MARK,)\n"
        "    def __reduce_ex__(self, n):\n        return self.__reduce__()\n"
        "def gradient(params, X, y):\n    return {'W1': P(), 'b1': P()}\n"
    ),
    "an error that can't be shown": Hostile(
        "class E(Exception):\n    def __str__(self): raise SystemExit\n"
        "    def __repr__(self): return 7\n    __class__ = property(lambda s: 1 / 0)\n"
        "raise E()\n"
    ),
    "an error with a terrible text": Hostile(
        "raise ValueError('\\x1b[31m\\x07' + chr(0x202e) + '\\ud800' + 'x' * 10**6)\n",
        ("ValueError", "line "),
    ),
    "a metaclass": Hostile(
        before(
            "class M(type):\n    def __call__(cls, *a, **k):\n        raise KeyboardInterrupt\n"
            "    def __instancecheck__(cls, x): return True\n"
            "class Net(metaclass=M):\n    def fit(self, X, y): pass"
        )
    ),
    # -------------------------------------------------------------------------------- no program
    "NUL": Hostile("x = 1\nx = '\0'\n", ("NUL", "line ")),
    "lone surrogates": Hostile("x = '\\ud800'\nprint(x)\n"),
    "is no Python": Hostile("def gradient(:\n    pass\n", ("SyntaxError", "line 1")),
    "empty": Hostile("   \n\n", ("empty",)),
    "lacks a module": Hostile(
        "import no_such_module_at_all\n", ("no_such_module_at_all", "line 1")
    ),
}  # fmt: skip
