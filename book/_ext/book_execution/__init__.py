"""When a chapter runs again, and in which process."""
