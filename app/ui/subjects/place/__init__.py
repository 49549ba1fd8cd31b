"""How patrol points and other tagged places are shown."""
