"""The demo estate 荔园: a workbook from a seeded generator, imported like any other."""
