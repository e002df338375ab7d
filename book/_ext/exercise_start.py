"""What the editor of an exercise begins with: the stub as it came, whatever the reader's own file holds."""

import ast


def stub_of(found) -> str:
    """The function as the reader finds it."""
    # Here and not at the top: it imports torch, and a build that reads no page must not wait for it.
    from handgrad.desk import catalogue, sources

    return next(sources.stub(entry) for entry in catalogue.entries() if entry.name == found.name)


def imports_of(found) -> list[str]:
    """What the file of the exercise imports, a statement each."""
    from handgrad.desk import sources

    tree = ast.parse(sources.stubs(found.stem))
    return [ast.unparse(node) for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
