"""Doors: the list of households, each household's page, and the price list."""
