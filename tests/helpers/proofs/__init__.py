"""Symbolic proofs, one module per operation: PROOFS maps the label of an equation to its proof.

A proof is a pair: for which sizes it holds, and a function that returns expressions all of which must
simplify to zero. The equation in it is the one that the chapter displays, read from its TeX; nobody
writes it out once more. `chain` proves a line from the forward equations, also as displayed, for any
sizes; `entries` compares with SymPy's derivative of the loss, entry by entry, at sizes that it names.
"""

from importlib import import_module
from pkgutil import iter_modules

MODULES = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
PROOFS = {label: proof for module in MODULES for label, proof in getattr(module, "PROOFS", {}).items()}
