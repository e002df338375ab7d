"""How fast a training step can be: the rungs of the ladder, and the bench that measures them."""
