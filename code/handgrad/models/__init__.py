"""The networks of the book: each in a folder of its own, and what holds for any of them."""
