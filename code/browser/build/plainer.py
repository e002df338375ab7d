"""Python written in the smaller Python of the page: what MicroPython does not know is said otherwise.

Annotations and docstrings go, f-strings become `format`, a NamedTuple becomes a call, stars in lists become calls.
"""

import ast
import re

# Modules that the page has none of, and what stands for each.
STAND_INS = {
    "copy": "copies",
    "inspect": "signatures",
    "numpy": "numpy_names",
    "time": "clock",
    "traceback": "traces",
}
# For annotations alone, or for what is dropped.
GONE = {"typing", "collections.abc", "functools", "pathlib", "types", "tabulate", "ast", "os", "tokenize"}
HELPERS = "browser.judge.helpers"


class Plainer(ast.NodeTransformer):
    """The tree of one module, rewritten.

    drop: names of functions and constants that the page does without. judge: whether it is one of the judge's, which
        ask for modules that the page has not, and for dicts in the order of their pairs.
    """

    def __init__(self, drop: set[str], judge: bool) -> None:
        self.drop, self.helpers, self.judge = drop, set(), judge

    def help(self, name: str, *arguments: ast.expr) -> ast.Call:
        """A call of one of the helpers."""
        self.helpers.add(name)
        return ast.Call(ast.Name(name, ast.Load()), list(arguments), [])

    def body_of(self, node):
        """The statements without a docstring and without what is dropped."""
        self.generic_visit(node)
        kept = [each for each in node.body if not is_text(each)]
        node.body = kept or [ast.Pass()]
        return node

    def visit_Module(self, node):
        node.body = [each for each in node.body if not dropped(each, self.drop)]
        self.generic_visit(node)
        node.body = [each for each in node.body if not is_text(each)]
        if self.helpers:
            names = [ast.alias(name) for name in sorted(self.helpers)]
            node.body.insert(0, ast.ImportFrom(HELPERS, names, 0))
        return node

    def visit_FunctionDef(self, node):
        node.returns, node.decorator_list = None, [d for d in node.decorator_list if name_of(d) != "cache"]
        return self.body_of(node)

    def visit_ClassDef(self, node):
        if any(name_of(base) == "NamedTuple" for base in node.bases):
            return self.bundle(node)
        return self.body_of(node)

    def bundle(self, node):
        """A NamedTuple as a call; its own methods are none."""
        fields = [each for each in node.body if isinstance(each, ast.AnnAssign)]
        names = ast.Tuple([ast.Constant(field.target.id) for field in fields], ast.Load())
        defaults = ast.Tuple([self.visit(field.value) for field in fields if field.value], ast.Load())
        call = self.help("bundle", ast.Constant(node.name), names, defaults)
        return ast.Assign([ast.Name(node.name, ast.Store())], call, lineno=0)

    def visit_arg(self, node):
        node.annotation = None
        return node

    def visit_AnnAssign(self, node):
        self.generic_visit(node)
        return ast.Assign([node.target], node.value, lineno=0) if node.value else None

    def visit_Import(self, node):
        names = [each for each in node.names if not self.judge or each.name not in GONE]
        found = []
        for each in names:
            if self.judge and each.name in STAND_INS:
                alias = ast.alias(STAND_INS[each.name], each.asname or each.name)
                found.append(ast.ImportFrom("browser.judge", [alias], 0))
            else:
                found.append(ast.Import([ast.alias(in_the_page(each.name), each.asname)]))
        return found or None

    def visit_ImportFrom(self, node):
        names = [each for each in node.names if each.name not in self.drop]
        if self.judge and node.module in GONE or not names:
            return None
        return ast.ImportFrom(in_the_page(node.module), names, 0)

    def visit_Name(self, node):
        if self.judge and node.id == "RecursionError":
            self.helpers.add(node.id)
        return ast.Name("dict", node.ctx) if node.id == "Mapping" else node

    def visit_Call(self, node):
        self.generic_visit(node)
        node.keywords = [each for each in node.keywords if each.arg != "strict"]
        if name_of(node.func) == "isinstance" and isinstance(node.args[1], ast.BinOp):
            node.args[1] = ast.Tuple(sides(node.args[1]), ast.Load())
        if isinstance(node.func, ast.Attribute) and node.func.attr in ("removeprefix", "removesuffix"):
            return self.help(node.func.attr, node.func.value, *node.args)
        if self.judge and name_of(node.func) in ("dict", "hasattr"):
            return self.help({"dict": "ordered", "hasattr": "has"}[node.func.id], *node.args)
        return node

    def visit_DictComp(self, node):
        self.generic_visit(node)
        if not self.judge:
            return node
        pairs = ast.ListComp(ast.Tuple([node.key, node.value], ast.Load()), node.generators)
        return self.help("ordered", pairs)

    def visit_List(self, node):
        self.generic_visit(node)
        return self.help("list_of", *node.elts) if starred(node) else node

    def visit_Tuple(self, node):
        self.generic_visit(node)
        return self.help("tuple_of", *node.elts) if starred(node) else node

    def visit_Raise(self, node):
        self.generic_visit(node)
        node.cause = None
        return node

    def visit_JoinedStr(self, node):
        form, values = self.form_of(node)
        return (
            ast.Call(ast.Attribute(ast.Constant(form), "format", ast.Load()), values, [])
            if values
            else ast.Constant(form.replace("{{", "{").replace("}}", "}"))
        )

    def form_of(self, node):
        """The text for `format`, and the values that it takes in order."""
        form, values = "", []
        for part in node.values:
            if isinstance(part, ast.Constant):
                form += part.value.replace("{", "{{").replace("}", "}}")
                continue
            values.append(self.visit(part.value))
            inner, more = self.form_of(part.format_spec) if part.format_spec else ("", [])
            values += more
            conversion = "" if part.conversion == -1 else f"!{chr(part.conversion)}"
            form += "{" + conversion + (f":{inner}" if part.format_spec else "") + "}"
        return form, values


def in_the_page(module: str) -> str:
    """The name that a module of the package has in the page."""
    return re.sub(r"^browser\.torch", "torch", module)


def is_text(node) -> bool:
    """Whether a statement is a docstring."""
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)


def name_of(node) -> str:
    return node.id if isinstance(node, ast.Name) else ""


def starred(node) -> bool:
    """Whether a list or a tuple that is read holds a star."""
    return isinstance(node.ctx, ast.Load) and any(isinstance(each, ast.Starred) for each in node.elts)


def sides(node) -> list:
    """The types of A | B | C."""
    return [*sides(node.left), *sides(node.right)] if isinstance(node, ast.BinOp) else [node]


def dropped(node, drop: set[str]) -> bool:
    """Whether a statement of the module only defines what is dropped."""
    if isinstance(node, ast.FunctionDef | ast.ClassDef):
        return node.name in drop
    targets = node.targets if isinstance(node, ast.Assign) else [node.target] if isinstance(node, ast.AnnAssign) else []
    return bool(targets) and all(name_of(target) in drop for target in targets)


def plainer(source: str, drop: set[str] = frozenset(), judge: bool = False) -> str:
    """A module's text in the smaller Python, indented by one space.

    drop: names of functions and constants to leave out. judge: whether it is one of the judge's, which
        ask for modules that the page has not, and for dicts in the order of their pairs.
    """
    tree = ast.fix_missing_locations(Plainer(set(drop), judge).visit(ast.parse(source)))
    text = ast.unparse(tree)
    return re.sub(r"^(?: {4})+", lambda found: " " * (len(found[0]) // 4), text, flags=re.MULTILINE) + "\n"
