"""The reader's text in the Python of the page: lines stay lines, and what MicroPython lacks becomes a call.

`x /= y` would make a new tensor, `[*a, b]` and `return *a, b` are no syntax, `float(x)` and `f"{x:.3f}"` do not ask x.
"""

AUGMENTED = ("*=", "/=", "//=", "%=", "**=", "@=", "&=", "|=", "^=")
OPERATORS = (
    "**=",
    "//=",
    ">>=",
    "<<=",
    "...",
    "->",
    ":=",
    "**",
    "//",
    "==",
    "!=",
    "<=",
    ">=",
    "+=",
    "-=",
    "*=",
    "/=",
    "%=",
    "@=",
    "&=",
    "|=",
    "^=",
    "<<",
    ">>",
)
OPEN, CLOSE = "([{", ")]}"
LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ_"
# Without one of these nothing is to be rewritten, and the text need not be taken apart.
SIGNS = tuple(
    [*AUGMENTED, "[*", "(*", "{*", ", *", "return *", "= *", "in *", "float(", "float (", "str(", ".format("]
    + ["f'", 'f"', "F'", 'F"']
)
# Functions of Python that are asked of the page: `float(x)` becomes `_float(x)`.
CALLED = ("float", "str")
WORDS = ("return", "in", "yield", "and", "or", "not", "if", "else", "is", "lambda", "print", "for", "del", "assert")


class Token:
    """A piece of the text: what it is, where it stands, and how many brackets are around it."""

    def __init__(self, kind, text, start, depth):
        self.kind, self.text, self.start, self.depth = kind, text, start, depth
        self.end = start + len(text)


def tokens(text):
    """The pieces, without blanks and comments; `end` ends a statement."""
    found, place, depth, size = [], 0, 0, len(text)
    while place < size:
        letter = text[place]
        if letter == "#":
            place = ending(text, "\n", place)
        elif letter == "\\" and text[place + 1 : place + 2] == "\n":
            place += 2
        elif letter in " \t\r\f" or letter == "\n" and depth:
            place += 1
        else:
            token = next_token(text, place, depth, found)
            if token.kind == "open":
                depth += 1
            elif token.kind == "close":
                depth = max(depth - 1, 0)
                token.depth = depth
            found.append(token)
            place = token.end
    found.append(Token("end", "", size, 0))
    return found


def ending(text, what, place):
    found = text.find(what, place)
    return len(text) if found < 0 else found


def next_token(text, place, depth, before):
    letter = text[place]
    if letter in "\n;":
        return Token("end", letter, place, depth)
    if letter in LETTERS or letter > "\x7f":
        end = place
        while end < len(text) and (text[end] in LETTERS or text[end].isdigit() or text[end] > "\x7f"):
            end += 1
        word = text[place:end]
        if end < len(text) and text[end] in "'\"" and len(word) < 3 and all(c in "rRbBfFuU" for c in word):
            return string(text, place, end, depth)
        return Token("name", word, place, depth)
    if letter in "'\"":
        return string(text, place, place, depth)
    if letter.isdigit():
        end = place
        while end < len(text) and (
            text[end].isdigit()
            or text[end] in LETTERS
            or text[end] == "."
            or text[end] in "+-"
            and text[end - 1] in "eE"
            and text[place : place + 2] != "0x"
        ):
            end += 1
        return Token("number", text[place:end], place, depth)
    for operator in OPERATORS:
        if text.startswith(operator, place):
            return Token("op", operator, place, depth)
    kind = "open" if letter in OPEN else "close" if letter in CLOSE else "op"
    return Token(kind, letter, place, depth)


def string(text, start, quote, depth):
    """A string, to its closing quote, or to the end of the line where there is none."""
    mark = text[quote : quote + 3] if text[quote : quote + 3] in ("'''", '"""') else text[quote]
    place = quote + len(mark)
    close = text.find(mark, place)
    inside = text[place:close]
    if close >= 0 and "\\" not in inside and (len(mark) == 3 or "\n" not in inside):
        return Token("string", text[start : close + len(mark)], start, depth)
    while place < len(text) and not text.startswith(mark, place):
        if len(mark) == 1 and text[place] == "\n":
            return Token("broken", text[start:place], start, depth)
        place += 2 if text[place] == "\\" else 1
    return Token("string", text[start : place + len(mark)], start, depth)


def plain(text):
    """The text as the page's Python takes it."""
    return edited(text, edits_of(text)) if any(sign in text for sign in SIGNS) else text


def edited(text, edits):
    """A text with pieces replaced: (start, end, new), none of which overlap but where they are empty."""
    edits = sorted([(edits[i][0], i, edits[i][1], edits[i][2]) for i in range(len(edits))])
    parts, place = [], 0
    for start, _, end, new in edits:
        if start < place:
            continue
        parts += [text[place:start], new]
        place = end
    return "".join(parts) + text[place:]


def edits_of(text):
    found, all_tokens = [], tokens(text)
    start = 0
    for place in range(len(all_tokens)):
        token = all_tokens[place]
        if token.kind == "end" or token.text == ":" and token.depth == 0:
            statement = all_tokens[start:place]
            if statement:
                found += of_statement(text, statement, token.start if token.kind == "end" else statement[-1].end)
            start = place + 1
    for place in range(len(all_tokens)):
        token = all_tokens[place]
        if token.kind == "string" and "f" in token.text[: token.text.find(token.text[-1])].lower():
            found.append((token.start, token.end, formatted(token.text)))
        elif token.text in CALLED and all_tokens[place + 1].text == "(":
            if not place or all_tokens[place - 1].text not in (".", "def"):
                found.append((token.start, token.end, "_" + token.text))
        elif token.text == "format" and place > 1:
            found += of_format(all_tokens, place)
        elif token.kind == "open":
            found += of_brackets(all_tokens, place)
    return found


def of_statement(text, statement, end):
    """An augmented assignment, or a tuple with a star and without brackets."""
    end = statement[-1].end
    for place in range(len(statement)):
        token = statement[place]
        if token.depth == 0 and token.kind == "op" and token.text in AUGMENTED and place:
            target = text[statement[0].start : statement[place - 1].end]
            return [(token.start, token.end, '= _augmented("' + token.text + '", ' + target + ", ("), (end, end, "))")]
    last = -1
    for place in range(len(statement)):
        token = statement[place]
        if (
            token.depth == 0
            and token.text in ("=", "return", "yield")
            or token.depth == 0
            and token.text == "in"
            and statement[0].text == "for"
        ):
            last = place
    right = statement[last + 1 :]
    if last >= 0 and has_star(right, 0):
        return [(right[0].start, right[0].start, "_tuple("), (end, end, ")")]
    return []


def has_star(pieces, depth):
    """Whether one of the values between commas begins with a star."""
    for place in range(len(pieces)):
        if (
            pieces[place].text == "*"
            and pieces[place].depth == depth
            and (place == 0 or pieces[place - 1].text == "," and pieces[place - 1].depth == depth)
        ):
            return True
    return False


def of_format(all_tokens, place):
    """`"...".format(` of a text that stands there."""
    first = place - 2
    if all_tokens[place - 1].text != "." or all_tokens[place + 1].text != "(" or not is_plain(all_tokens[first]):
        return []
    while first and is_plain(all_tokens[first - 1]):
        first -= 1
    start, dot, opened = all_tokens[first].start, all_tokens[place - 1].start, all_tokens[place + 1].end
    return [(start, start, "_format("), (dot, opened, ", ")]


def is_plain(token):
    """Whether a token is a string and no f-string."""
    return token.kind == "string" and "f" not in token.text[: token.text.find(token.text[-1])].lower()


def of_brackets(all_tokens, place):
    """A list, a tuple or a set with a star in it, which is no call, no index, and not assigned to."""
    opened = all_tokens[place]
    before = all_tokens[place - 1] if place else None
    if before and (before.kind in ("close", "string", "number") or before.kind == "name" and before.text not in WORDS):
        return []
    if before and before.text == "print":
        return []
    close = place + 1
    while close < len(all_tokens) and not (
        all_tokens[close].kind == "close" and all_tokens[close].depth == opened.depth
    ):
        close += 1
    if close >= len(all_tokens) - 1 or not has_star(all_tokens[place + 1 : close], opened.depth + 1):
        return []
    if all_tokens[close + 1].text == "=" and opened.depth == 0 or before and before.text == "for":
        return []
    name = {"[": "_list(", "(": "_tuple(", "{": "_set("}[opened.text]
    return [(opened.start, opened.end, name), (all_tokens[close].start, all_tokens[close].end, ")")]


def formatted(text):
    """An f-string as a call with its pieces."""
    quote = text.find(text[-1])
    prefix = text[:quote].replace("f", "").replace("F", "")
    mark = text[quote : quote + 3] if text[quote : quote + 3] in ("'''", '"""') and len(text) > quote + 5 else text[-1]
    body = text[quote + len(mark) : len(text) - len(mark)]
    return "_text(" + ", ".join(pieces(body, prefix + mark, mark)) + ")"


def pieces(body, opening, mark):
    """The pieces of the body of an f-string, each as Python."""
    found, place, literal = [], 0, ""
    while place < len(body):
        letter = body[place]
        if letter in "{}" and body[place + 1 : place + 2] == letter:
            literal, place = literal + letter, place + 2
        elif letter == "{":
            end = matching(body, place)
            if literal:
                found.append(opening + literal + mark)
            found.append(piece(body[place + 1 : end], opening, mark))
            literal, place = "", end + 1
        else:
            literal, place = literal + letter, place + 1
    return found + ([opening + literal + mark] if literal or not found else [])


def matching(body, place):
    """Where the brace that opens at a place is closed."""
    depth = 0
    for end in range(place, len(body)):
        depth += (body[end] in OPEN) - (body[end] in CLOSE)
        if depth == 0:
            return end
    return len(body)


def piece(inner, opening, mark):
    """One value of an f-string: the expression, how it is turned into text, and its form."""
    depth, place = 0, 0
    while place < len(inner):
        letter = inner[place]
        depth += (letter in OPEN) - (letter in CLOSE)
        if depth == 0 and (letter == ":" or letter == "!" and inner[place + 1 : place + 2] != "="):
            break
        place += 1
    expression, rest = inner[:place], inner[place:]
    turned, form = "", ""
    if rest[:1] == "!":
        turned, rest = rest[1:2], rest[2:]
    if rest[:1] == ":":
        form = rest[1:]
    said = ""
    if expression.rstrip()[-1:] == "=" and expression.rstrip()[-2:-1] not in ("=", "!", "<", ">"):
        said, expression, turned = expression, expression.rstrip()[:-1], turned or ("" if form else "r")
    written = "_text(" + ", ".join(pieces(form, opening, mark)) + ")" if form else "''"
    call = "_piece((" + plain(expression.strip()) + "), '" + turned + "', " + written + ")"
    return opening + said + mark + ", " + call if said else call
