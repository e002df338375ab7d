"""Symbolic proofs, one module per chapter: PROOFS maps the label of an equation to its proof.

A proof is a pair: for which sizes it holds, and a function that returns expressions all of which
must simplify to zero. Each compares the equation as the chapter prints it with the derivative that
SymPy takes of the loss, seen as a function of that one value.
"""

from importlib import import_module
from pkgutil import iter_modules

MODULES = [import_module(f"{__name__}.{info.name}") for info in iter_modules(__path__)]
PROOFS = {label: proof for module in MODULES for label, proof in getattr(module, "PROOFS", {}).items()}
