NAMES = ()


def measure(w):
    yield from ()
