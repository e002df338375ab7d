"""What the packed modules call where MicroPython has not the words."""

from collections import OrderedDict, namedtuple


class RecursionError(RuntimeError):
    """A function that calls itself without end; MicroPython says so in a RuntimeError."""


def bundle(name, fields, defaults):
    """What a NamedTuple is made with: all fields, or those in front, or by name."""
    base = namedtuple(name, fields)

    class Bundle(base):
        pass

    first = len(fields) - len(defaults)

    def make(*values, **named):
        given = len(values)
        rest = [named[fields[i]] if fields[i] in named else defaults[i - first] for i in range(given, len(fields))]
        return Bundle(*values, *rest)

    Bundle._fields = fields
    Bundle._replace = lambda self, **named: Bundle(*[named.get(fields[i], self[i]) for i in range(len(fields))])
    return make


def removeprefix(text, prefix):
    return text[len(prefix) :] if text.startswith(prefix) else text


def removesuffix(text, suffix):
    return text[: len(text) - len(suffix)] if suffix and text.endswith(suffix) else text


def list_of(*values):
    return list(values)


def tuple_of(*values):
    return values


def ordered(pairs=()):
    """A dict in the order of its pairs, which MicroPython's own forgets."""
    return OrderedDict(pairs.items() if isinstance(pairs, dict) else pairs)


def has(value, name):
    """`hasattr`; what has fields is a tuple of names of its own, and a shape is none."""
    if name == "_fields":
        return isinstance(value, tuple) and type(value) is not tuple and type(value).__name__ != "Size"
    return hasattr(value, name)
