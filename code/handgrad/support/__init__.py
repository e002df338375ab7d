"""What every other folder may use: broadcasting, checks of inputs, files and tables."""
