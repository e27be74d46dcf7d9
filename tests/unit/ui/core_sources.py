"""Reads the core's texts out of its source: what `ui.core_texts` has to know."""

import ast
import itertools
import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
FIELD = re.compile(r"\{\d+\}")


def texts_of(node):
    """Return what a string expression may become, with numbered fields for its values."""
    match node:
        case ast.Constant(value=str(text)):
            return [text]
        case ast.IfExp():
            return [*texts_of(node.body), *texts_of(node.orelse)]
        case ast.BinOp(op=ast.Add()):
            pairs = itertools.product(texts_of(node.left), texts_of(node.right))
            return [left + right for left, right in pairs]
        case ast.JoinedStr():
            parts = [_alternatives(part) for part in node.values]
            return [_numbered(chosen) for chosen in itertools.product(*parts)]
        case _:
            return []


def _alternatives(part):
    """Return what a part of an f-string may become; None is a value."""
    if isinstance(part, ast.FormattedValue):
        inner = texts_of(part.value) if isinstance(part.value, ast.IfExp) else []
        return inner if inner and not any("{" in text for text in inner) else [None]
    return texts_of(part)


def _numbered(parts):
    fields = itertools.count()
    return "".join(f"{{{next(fields)}}}" if part is None else part for part in parts)


def is_sentence(text):
    """Return whether `text` is for people: words with blanks, and no code."""
    words = re.findall(r"[A-Za-z]{2,}", FIELD.sub("", text))
    return len(words) > 1 and " " in text.strip() and not re.search(r"[$\n]| \| |\[\w+, ", text)


def sentences(*names):
    """Return the sentences in modules; documentation and log lines are none."""
    return {text for name in names for text in _strings(_tree(name)) if is_sentence(text)}


def every_text(*folders):
    """Return all strings of all modules in `folders`."""
    return {text for path in _modules(folders) for text in _strings(_tree(path))}


def arguments(call_name, keyword, *folders, place=None):
    """Return the texts that are given to calls of `call_name` as `keyword`, or at `place`."""
    found = set()
    for path in _modules(folders):
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.Call) and ast.unparse(node.func).endswith(call_name):
                given = [one.value for one in node.keywords if one.arg == keyword]
                if place is not None:
                    given += node.args[place : place + 1]
                found.update(text for one in given for text in texts_of(one))
    return {text for text in found if is_sentence(text)}


def _modules(folders):
    """Yield the modules in `folders`, of which one may be a module itself."""
    for folder in folders:
        yield from (
            [ROOT / folder] if folder.endswith(".py") else sorted((ROOT / folder).rglob("*.py"))
        )


def _tree(name):
    return ast.parse((ROOT / name).read_text(encoding="utf-8"))


def _strings(tree):
    """Yield every whole string expression outside documentation and log lines."""
    skipped = {id(part) for node in ast.walk(tree) if _is_silent(node) for part in ast.walk(node)}
    for node in ast.walk(tree):
        if id(node) in skipped or not isinstance(node, ast.Constant | ast.JoinedStr | ast.BinOp):
            continue
        found = texts_of(node)
        yield from found
        # What it is made of is said already; what its values are made of is not.
        if isinstance(node, ast.JoinedStr):
            skipped.update(id(part) for part in node.values)
        elif found:
            skipped.update(id(part) for part in ast.walk(node))


def _is_silent(node):
    if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
        return True
    return isinstance(node, ast.Call) and ast.unparse(node.func).startswith(("logger.", "re."))
