"""What single chapters measure."""
