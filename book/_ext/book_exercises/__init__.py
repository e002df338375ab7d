"""Boxes for exercises, and the files with which they run in the page."""
