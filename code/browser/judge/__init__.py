"""What runs in the page beside its torch and its judge; none of it is imported outside of it but by tests."""
