"""Registers as Excel workbooks: out (``to_excel``), and rows in (``from_excel``)."""
