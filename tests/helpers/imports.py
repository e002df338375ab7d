"""Which module imports which, read from the files: also inside functions, and for type checkers alone."""

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

# A module may import from its own place and from those before it.
PLACES = (
    "code/handgrad/__init__.py",
    *(f"code/handgrad/{folder}" for folder in (
        "support", "ops", "models", "optim", "data", "check", "training", "speed", "studies", "figures", "exercises",
        "cli",
    )),
    "code/handgrad/__main__.py",
    "code/browser",
    "book/_ext",
    "code/tools",
)
# The folders in which Python looks, those within another first.
ROOTS = ("code/tools", "book/_ext", "code")


def problems(root: Path) -> list[str]:
    """Every file without a place, every step to a later place, and every circle: a sentence each."""
    modules = found(root)
    places = {name: place_of(path.relative_to(root)) for name, path in modules.items()}
    graph = {name: imported(name, path, modules) for name, path in modules.items()}
    strange = [f"{name} is in none of the places that import in order" for name in graph if places[name] is None]
    backward = [
        f"{name} imports {other}, but {PLACES[places[name]]} comes before {PLACES[places[other]]}"
        for name, others in graph.items() for other in sorted(others)
        if None not in (places[name], places[other]) and places[name] < places[other]
    ]
    return strange + backward + [f"a circle: {circle}" for circle in circles(graph)]


def found(root: Path) -> dict[str, Path]:
    """Every module by the name under which it is imported."""
    tops = [root / place for place in PLACES]
    files = [file for top in tops for file in ([top] if top.suffix else sorted(top.rglob("*.py"))) if file.is_file()]
    files += [file for file in sorted((root / "code/handgrad").rglob("*.py")) if file not in files]
    return {name_of(file, root): file for file in files}


def name_of(file: Path, root: Path) -> str:
    """The name under which a file is imported."""
    top = next(root / place for place in ROOTS if file.is_relative_to(root / place))
    parts = file.relative_to(top).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def place_of(path: Path) -> int | None:
    """The number of the place that a file belongs to."""
    return next((number for number, place in enumerate(PLACES) if path.is_relative_to(place)), None)


def imported(name: str, path: Path, modules: dict[str, Path]) -> set[str]:
    """The modules of the project that one of them imports.

    To import `a.b.c` runs the packages `a` and `a.b` as well; those that a module is itself in have run before it.
    """
    package = name if path.name == "__init__.py" else name.rpartition(".")[0]
    nodes = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    names = {asked for node in nodes for asked in named(node, package)}
    wanted = {asked if asked in modules else asked.rpartition(".")[0] for asked in names}
    above = {outer for asked in wanted for outer in packages_of(asked)} - set(packages_of(name))
    return (wanted | above) & set(modules) - {name}


def packages_of(name: str) -> list[str]:
    """The packages that a module is in."""
    return [name.rsplit(".", count)[0] for count in range(1, name.count(".") + 1)]


def named(node: ast.AST, package: str) -> Iterator[str]:
    """The dotted names that a statement, or a call of import_module with a text, asks for."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        above = package.split(".")[: len(package.split(".")) - node.level + 1] if node.level else []
        base = ".".join([*above, *([node.module] if node.module else [])])
        yield from (f"{base}.{alias.name}" for alias in node.names)
    elif isinstance(node, ast.Call) and ast.unparse(node.func).endswith("import_module"):
        yield from (given.value for given in node.args[:1] if isinstance(given, ast.Constant))


def circles(graph: dict[str, set[str]]) -> list[str]:
    """Circles of imports, each written as a path; with these broken, there is none."""
    graph, paths = {name: set(others) for name, others in graph.items()}, []
    while True:
        try:
            TopologicalSorter(graph).prepare()
        except CycleError as error:
            circle = error.args[1][::-1]
            paths.append(" imports ".join(circle))
            graph[circle[0]].discard(circle[1])
        else:
            return paths
