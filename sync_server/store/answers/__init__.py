"""What was filled in, question by question: a view for SQL of each published form, and the same as rows to read."""
