"""A register comes in as an office keeps it: one flat sheet 业主信息登记表, 房屋台账, 业户花名册.

``grids`` opens the file, ``headings`` finds out which column is what, ``values`` and ``people`` read cells as people
write them, ``reading`` makes homes of rows, ``plan`` says what would change in the store. Nothing here writes: that is
the store's part, once somebody has confirmed the plan. Whatever is unclear is told with its cell, in both languages.
"""
