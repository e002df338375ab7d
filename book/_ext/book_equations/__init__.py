"""Equations set while the book is built, and the ledger of what is checked."""
