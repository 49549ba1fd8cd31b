"""An estate comes in from Excel: the template, reading a filled workbook, every bad cell told.

``columns`` says once what a workbook holds; the template, the reader, the help sheet and the
demo estate all follow it. ``workbook.read_workbook`` gives plain dataclasses (``data``) or
raises ``WorkbookFaults``; turning them into database rows is the store's work.
"""
