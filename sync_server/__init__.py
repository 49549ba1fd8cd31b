"""The sync server: takes entries in, answers each, hands out what each person may see.

``store`` is the database (typed, documented tables), ``auth`` passwords and tokens, ``api`` HTTP,
``estate`` the Excel workbook of an estate, ``cli`` the command line.
"""
