"""How papers of households' archives are shown (S)."""
