"""What the editor of an exercise begins with: the stub as it came, whatever the reader's own file holds."""


def stub_of(found) -> str:
    """The function as the reader finds it."""
    # Here and not at the top: it imports torch, and a build that reads no page must not wait for it.
    from handgrad.page import stubs

    return stubs.of(found)


def imports_of(found) -> list[str]:
    """What the file of the exercise imports, a statement each."""
    from handgrad.page import stubs

    return stubs.statements(found)
