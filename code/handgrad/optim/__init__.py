"""What moves the parameters, given their gradients, and by how much."""
