"""Training runs: the loop, its state, checkpoints, evaluation, and names drawn from the result."""
