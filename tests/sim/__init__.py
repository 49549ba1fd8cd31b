"""A deterministic simulator of phones, a server, the network between them, and everything that can go wrong.

One seed is one run: a plan of steps (``plan``), played in one process (``world``) in which the clock, the network
(``network``), every kill (``medium``) and every random number (``chance``) belong to the simulator. Phones run the
real app below the screens, the server its real code over its real store. When everything works again
(``World.heal``), what must be true is checked (``invariants``). A failing seed is cut down to the steps that matter
(``shrink``). That the simulator sees is proven with planted faults (``bugs``). Commands: ``python3 dev.py sim``.
"""
