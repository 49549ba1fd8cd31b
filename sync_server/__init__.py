"""The sync server: takes entries from phones, answers each, and sends each person what they may see.

``store`` is the database (typed, documented tables), ``auth`` passwords and tokens, ``api`` HTTP,
``estate`` the Excel workbook of an estate, ``cli`` the command line.
"""
