"""Reading an estate from Excel: the template, a filled workbook, and a fault for every bad cell.

``columns`` is the only description of a workbook: the template, the reader, the help sheet and the demo estate follow
it. ``workbook.read_workbook`` returns plain dataclasses (``data``) or raises ``WorkbookFaults``; the store makes
database rows of them.
"""
