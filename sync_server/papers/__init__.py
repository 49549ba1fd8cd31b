"""Papers 单据: what the company files, hands over or sends in its own name, as PDF (A.8, W).

Loads fonts and the PDF library: import its modules when somebody prints.
"""
