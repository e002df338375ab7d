"""Comparing gradients: how far apart they may be, and which mistake a wrong one looks like."""
