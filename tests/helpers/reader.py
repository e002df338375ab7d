"""What a reader writes into the box of an exercise, for the tests of every browser."""

import re

from handgrad.exercises import listing, sources

PAGE, NAME, OTHER, BUG = "softmax", "softmax_backward", "cross_entropy_fused", "mend_sharpened"
# What makes a browser keep nothing for a page, and what makes its store full.
FORBIDDEN = "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError'); }})"
FULL = "Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError'); }"
LOOP = "    while True:\n        pass\n"


def entry(name=NAME):
    return next(each for each in listing.entries() if each.name == name)


def solution(name=NAME):
    return sources.solution(entry(name))


def start(name=NAME):
    """What the editor begins with: the stub without its docstring, which is the statement above it."""
    return re.sub(r'    """.*?"""\n', "", sources.stub(entry(name)), count=1, flags=re.DOTALL).strip()


def function(body, name=NAME):
    """A function with the exercise's signature and another body."""
    return f"{re.match('def .*', solution(name))[0]}\n{body}"
