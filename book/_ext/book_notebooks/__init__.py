"""Chapters as notebooks to download."""
