"""The rooms of a network: those of its folder, and those outside that are found by its name."""

from operation_rooms import test
from rooms import Room, chapters, defined, functions, text


def model(root, files, it):
    return {"Parameters", "forward", "backward"} <= defined(files[0]).keys()


def trace(root, files, it):
    return {"Steps", "forward_steps", "backward_steps"} <= defined(files[0]).keys()


def values(root, files, it):
    """Whether it describes the values: in a tuple, or as a whole network."""
    return bool({"VALUES", "NETWORK"} & defined(files[0]).keys())


def forward_chapter(root, files, it):
    """Whether a chapter shows the forward pass that keeps every value."""
    return any(shows(root, chapter, it, "forward_steps") for chapter in chapters(root))


def backward_chapter(root, files, it):
    """Whether the chapter with the network's name is in the table of contents and shows the whole backward pass."""
    return it in chapters(root) and shows(root, it, it, "backward_steps")


def shows(root, chapter, it, function):
    shown = f"```{{literalinclude}} ../code/handgrad/models/{it}/trace.py\n:pyobject: {function}\n"
    return shown in text(root / f"book/{chapter}.md")


def figure(root, files, it):
    return bool(functions(files[0]))


MODEL_ROOMS = (
    Room("model", "code/handgrad/models/NAME/model.py", "`Parameters`, `forward` and `backward`", model),
    Room("trace", "code/handgrad/models/NAME/trace.py",
         "`Steps`, `forward_steps` and `backward_steps`, with every value", trace),
    Room("values", "code/handgrad/models/NAME/values.py",
         "the description of every value, from which the map, the tables and the facing lines are made", values),
    Room("tests", "tests/models/test_NAME.py", "forward, backward and every value against torch", test),
    Room("forward chapter", "book/*.md", "a chapter that shows `forward_steps`; for `mlp` it is `forward`",
         forward_chapter),
    Room("backward chapter", "book/NAME.md", "the whole backward pass, which shows `backward_steps`", backward_chapter),
    Room("figure", "code/handgrad/figures/NAME.py", "what its chapter shows", figure),
)
