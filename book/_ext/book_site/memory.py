"""No search for garbage in a build that is soon over.

Python looks through all objects again and again for circles of them that nobody holds. In a build of a page or two
nearly all objects are needed to the end, and the search was a fifth of the time. A build that reads many pages makes
garbage in plenty, and searches as ever. The process ends with the build, so nothing is turned on again.
"""

import gc

FEW = 5  # pages


def decide(app, env, docnames: list[str]) -> None:
    """Search, if many pages are to be read."""
    if len(docnames) > FEW:
        gc.enable()


def setup(app) -> dict:
    gc.disable()
    app.connect("env-before-read-docs", decide)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
