"""Every known mistake once: the sentence that names it, and what it gives; a module for each chapter.

The functions are called like the exercises, and take what they take; `of_backward` belongs to the operation.
"""
