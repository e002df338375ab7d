"""The page's Python: a torch-shaped module, the judge, and what builds them into files."""
