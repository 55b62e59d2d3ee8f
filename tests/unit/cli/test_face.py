"""The command line is a face: it asks use cases, and calls no port itself."""

import ast
from functools import cached_property
from inspect import getmembers_static
from pathlib import Path

import pytest

import cli
from tests.contract.test_tenants import REPOSITORIES
from upominek.adapters.memory.world import World
from upominek.bootstrap import Application

FOLDER = Path(cli.__file__).parent
PORTS = frozenset({*REPOSITORIES, *vars(World()), "clients"}) & {
    name for name, value in getmembers_static(Application) if isinstance(value, cached_property)
}


def test_ports_are_known_by_name() -> None:
    assert {"creditors", "cases", "files", "secrets", "clock", "dead_letters", "queues"} <= PORTS


@pytest.mark.parametrize("file", sorted(FOLDER.glob("*.py")), ids=lambda path: path.stem)
def test_no_command_calls_a_port(file: Path) -> None:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    called = [
        f"line {node.lineno}: {node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and node.attr in PORTS
        if ast.unparse(node.value).endswith("application")
    ]
    assert called == []
