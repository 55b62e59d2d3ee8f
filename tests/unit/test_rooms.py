"""Packages are rooms: they have a sentence at the door, and nothing is done in passing."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "layers/core/python/upominek"
CODE_AT_THE_DOOR = {"bootstrap"}
"""The composition root: functions ask it by name."""
DOORS = sorted(PACKAGE.rglob("__init__.py"))
LAYERS = ("domain", "application", "adapters", "bootstrap", "handlers")


@pytest.mark.parametrize("door", DOORS, ids=lambda path: str(path.parent.relative_to(PACKAGE)))
def test_a_package_only_says_what_it_is(door: Path) -> None:
    tree = ast.parse(door.read_text(encoding="utf-8"))
    assert ast.get_docstring(tree), "say in a sentence what belongs here"
    if door.parent.name not in CODE_AT_THE_DOOR:
        assert len(tree.body) == 1, "code here runs in every cold start that imports anything of the package"


def test_every_folder_with_modules_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    assert sorted(folder for folder in folders if not (folder / "__init__.py").exists()) == []


def test_tests_of_a_module_stand_in_the_room_of_its_name() -> None:
    rooms = {
        f"{layer}/{path.relative_to(PACKAGE / layer)}"
        for layer in LAYERS
        for path in (PACKAGE / layer).rglob("*")
        if path.is_dir()
    } | set(LAYERS)
    tested = {
        str(path.parent.relative_to(ROOT / "tests/unit"))
        for layer in LAYERS
        for path in (ROOT / "tests/unit" / layer).rglob("test_*.py")
    }
    assert sorted(tested - rooms) == []
