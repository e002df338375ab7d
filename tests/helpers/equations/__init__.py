"""The displayed gradients as the chapters print them: read from their TeX, evaluated, and mutated.

`grammar.lark` is the language that the book writes its gradients in, and `reading` makes trees of it (`tree`).
`evaluation` gives a tree its value on arrays whose axes have the names of the indices (`axes`); `symbols` says
which letter is which value of the package, `draws` makes the values, and `checking` compares.
`mutants` and `slips` make mistakes, in the tree and in the TeX.
`indexed` writes a tree in SymPy, with symbols for the sizes, for the proofs.
"""
