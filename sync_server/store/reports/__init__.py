"""What the company's work comes to in figures, each with the list that it counts (W): one module a report."""
