"""Reports as people take them away: a workbook, and on paper (W)."""
