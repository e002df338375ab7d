"""The notebook that the book grew from, reproduced."""
