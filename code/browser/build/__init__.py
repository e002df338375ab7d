"""What the exercises in the pages need: the packed Python, and the sheets that torch computes for them."""
