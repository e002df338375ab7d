"""The exercises of each chapter: its texts in a TOML file, and beside it the draws and worked values."""
