"""What happens to the built pages as a whole."""
