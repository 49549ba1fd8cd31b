"""Importing a register in the form an office keeps it: one flat sheet 业主信息登记表, 房屋台账, 业户花名册.

``grids`` opens the file, ``headings`` finds out what each column holds, ``values`` and ``people`` read cells as people
write them, ``reading`` makes homes from rows, ``plan`` says what would change in the store. Nothing here writes: the
store does, once somebody has confirmed the plan. Whatever is unclear is reported with its cell, in both languages.
"""
