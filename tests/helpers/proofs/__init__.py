"""Symbolic proofs, one module per chapter: PROOFS maps the label of an equation to its proof.

A proof is a pair: for which sizes it holds, and a function that returns expressions all of which
must simplify to zero. Each compares the equation as the chapter prints it with the derivative that
SymPy takes of the loss, seen as a function of that one value.
"""
