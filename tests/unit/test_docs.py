"""What the pages say of the tree is true of the tree: a moved or renamed file turns its page red.

A path in backticks is looked for from the root, from the package, and from the page itself. `<name>` and `*` stand for
anything, so they are looked for as patterns. What a how-to page lets its reader make is listed in a comment at its end
(`<!-- made on this page: … -->`), and may be missing.
"""

import ast
import os
import re
from collections.abc import Iterator
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACKAGE = "layers/core/python/upominek"
PAGES = sorted(
    page.relative_to(ROOT)
    for pattern in ("README*.md", "CONTRIBUTING.md", "SECURITY.md", "docs/*.md", "docs/adding/*.md")
    for page in ROOT.glob(pattern)
)
OURS = (".py", ".toml")
"""Whoever uses the product writes YAML, CSV and text; files of these kinds are always ours."""
NOT_OURS = {"node_modules", "build", "cdk.out", "__pycache__"}

_FENCE = re.compile(r"^ *```(\w*)\n(.*?)^ *```", re.MULTILINE | re.DOTALL)
_CODE = re.compile(r"`([^`\n]+)`")
_PATH = re.compile(r"(?:…/)?[\w.*<>-]+(?:/[\w.*<>-]+)*/?")
_LINK = re.compile(r"\]\(([^)\s]+)\)")
_MADE = re.compile(r"<!-- made on this page:\s(.*?)-->", re.DOTALL)
_HEADING = re.compile(r"^#+ (.*)$", re.MULTILINE)


@cache
def tree() -> frozenset[str]:
    """All files and folders, but those that are installed or built."""
    found: set[str] = set()
    for folder, folders, files in os.walk(ROOT):
        folders[:] = [one for one in folders if one not in NOT_OURS and (one == ".ci" or not one.startswith("."))]
        found.update(str((Path(folder) / one).relative_to(ROOT)) for one in (*folders, *files))
    return frozenset(found)


@cache
def roots() -> frozenset[str]:
    """What a path may begin with: names of the root, and of the package."""
    inside = (one.removeprefix(f"{PACKAGE}/") for one in tree() if one.startswith(f"{PACKAGE}/"))
    return frozenset(one.split("/")[0] for one in (*tree(), *inside))


def text_of(page: Path) -> str:
    return (ROOT / page).read_text(encoding="utf-8")


def made_on(page: Path) -> list[str]:
    return [path.rstrip("/") for found in _MADE.findall(text_of(page)) for path in found.split()]


def paths_in(page: Path) -> Iterator[str]:
    """What is named as a path of ours: in backticks, and in the boxes of a picture."""
    text = text_of(page)
    for kind, content in _FENCE.findall(text):
        if kind == "mermaid":
            yield from (
                one for one in re.findall(r"[\w./*-]+", content.replace("<br/>", " ")) if "/" in one and is_ours(one)
            )
    for code in _CODE.findall(_FENCE.sub("", text)):
        if _PATH.fullmatch(code) and is_ours(code.removeprefix("…/")):
            yield code.removeprefix("…/")


def is_ours(path: str) -> bool:
    first, slash, _ = path.partition("/")
    return bool(slash and first in roots()) or path.endswith(OURS)


def is_there(path: str, page: Path) -> bool:
    """From the root, the package or the page; the name of a file alone, anywhere."""
    pattern = re.sub(r"<[^>]*>", "*", path.rstrip("/"))
    places = [pattern, f"{PACKAGE}/{pattern}", f"{page.parent}/{pattern}"]
    if "/" not in pattern:
        places.append(f"*/{pattern}")
    return any(fnmatchcase(one, place) for place in places for one in tree())


def headings(page: Path) -> set[str]:
    """As a git host makes anchors of them."""
    words = (re.sub(r"[^\w\- ]", "", heading.lower()) for heading in _HEADING.findall(_FENCE.sub("", text_of(page))))
    return {one.strip().replace(" ", "-") for one in words}


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_path_on_a_page_is_in_the_tree(page: Path) -> None:
    made = made_on(page)
    missing = [path for path in paths_in(page) if not is_there(path, page) and path.rstrip("/") not in made]
    assert not missing, f"{page} names what is not there (made by its steps? then say so in `made on this page`)"


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_what_is_excepted_is_what_the_page_lets_one_make(page: Path) -> None:
    steps = _MADE.sub("", text_of(page))
    assert not [path for path in made_on(page) if Path(path).name not in steps]


@pytest.mark.parametrize("page", PAGES, ids=str)
def test_every_link_on_a_page_leads_somewhere(page: Path) -> None:
    broken = []
    for link in _LINK.findall(_FENCE.sub("", text_of(page))):
        if re.match(r"[a-z]+:", link):
            continue
        path, _, anchor = link.partition("#")
        target = (ROOT / page.parent / path).resolve() if path else ROOT / page
        there = target.is_relative_to(ROOT) and str(target.relative_to(ROOT)) in tree()
        if not there or (anchor and anchor not in headings(target.relative_to(ROOT))):
            broken.append(link)
    assert not broken


def test_every_page_is_read() -> None:
    """Against a pattern that matches nothing."""
    assert {"README.md", "README.pl.md", "CONTRIBUTING.md", "docs/architecture.md", "docs/adding/function.md"} <= set(
        map(str, PAGES)
    )
    assert len(list(paths_in(Path("docs/architecture.md")))) > 50


def words_of_keys() -> set[str]:
    """What keys of the table say in capitals: `CASE`, `INVOICE#` …, and the marks within them, `#D#`."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(text_of(Path(PACKAGE) / "adapters/aws/table/keys.py"))):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and not node.value[-1:].isspace():
            found |= set(re.findall(r"^[A-Z]+#?$|^[A-Z]{2,}#|#[A-Z]#?", node.value))
    return found


def test_the_page_of_the_table_has_every_kind_of_item_and_no_other() -> None:
    page = text_of(Path("docs/data-model.md"))
    told, in_rows = (
        set(re.findall(r"(?<![A-Z#])[A-Z]+#?|#[A-Z]#?", " ".join(_CODE.findall(text))))
        for text in (page, "\n".join(line for line in page.splitlines() if line.startswith("| ")))
    )
    assert sorted(words_of_keys() - told) == []
    assert sorted(in_rows - words_of_keys()) == []
