"""Terms, folds, and the links at the head of a page."""
