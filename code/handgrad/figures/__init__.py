"""Every figure of the book is a function here, one module per chapter."""
