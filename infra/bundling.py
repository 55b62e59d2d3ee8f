"""Builds what Lambda runs: one zip for each layer and function, without Docker.

A package is built once for a given content: its name carries a hash of everything that goes in, and what stands in
`build/` already is taken as it is. Zips are reproducible, so that an unchanged function is not deployed again.

Packages are shipped compiled, which makes a cold start some four times faster. Byte code belongs to one minor version
of Python, so it needs an interpreter of that version; and since a reproducible zip has no true timestamps, Python is
told not to compare them (`unchecked-hash`).
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tempfile
import zipfile
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from uv import find_uv_bin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from infra.environments import Target

ROOT = Path(__file__).resolve().parent.parent
BUILD = ROOT / "build"
CORE = ROOT / "layers" / "core" / "python"
TEMPLATES = ROOT / "templates"
REQUIREMENTS = ROOT / "layers" / "dependencies" / "requirements.txt"
LETTERS = ROOT / "layers" / "letters" / "requirements.txt"
FUNCTIONS = ROOT / "functions"
# All that ends up in a package.
RUNTIME_SOURCES = (CORE, TEMPLATES, REQUIREMENTS, LETTERS, FUNCTIONS)
IGNORED = shutil.ignore_patterns("__pycache__", "*.pyc", ".*")
# Ports in memory serve tests and simulations; no function imports them.
NOT_SHIPPED = frozenset({"upominek/adapters/memory"})
# Part of every hash: raise it when the way of building changes.
RECIPE = "2"
FETCH_SECONDS = 120


class BundlingFailed(RuntimeError):
    """A package could not be built; the text has what the tool said."""


def core_layer(target: Target) -> Path:
    """Package the product itself and its templates, which are found as package data."""

    def fill(folder: Path) -> None:
        shutil.copytree(CORE, folder / "python", ignore=IGNORED)
        for path in NOT_SHIPPED:
            shutil.rmtree(folder / "python" / path)
        if TEMPLATES.is_dir():
            shutil.copytree(TEMPLATES, folder / "python" / "templates", ignore=IGNORED)

    return _package("core", target, [CORE, TEMPLATES], fill)


def dependencies_layer(target: Target) -> Path:
    """Package the libraries of the run time, exactly as locked, for the platform that they will run on."""
    return _libraries("dependencies", REQUIREMENTS, target)


def letters_layer(target: Target) -> Path:
    """Package what only the function that makes letters imports: the typesetter weighs more than all the rest."""
    return _libraries("letters", LETTERS, target)


def _libraries(name: str, locked: Path, target: Target) -> Path:
    def fill(folder: Path) -> None:
        uv = [find_uv_bin(), "pip", "install", "--quiet", "--python", sys.executable]
        exactly = ["--no-deps", "--require-hashes", "--only-binary", ":all:", "--requirement", str(locked)]
        platform = ["--python-version", target.python, *(["--python-platform", target.wheels] if target.wheels else [])]
        _run([*uv, *exactly, *platform, "--target", str(folder / "python")])
        # Console scripts point at the interpreter of this machine.
        shutil.rmtree(folder / "python" / "bin", ignore_errors=True)

    return _package(name, target, [locked], fill)


def function_package(name: str, target: Target) -> Path:
    """Package one function's folder, so that Lambda imports it as `handler`."""
    return _package(
        f"function-{name.replace('_', '-')}",
        target,
        [FUNCTIONS / name],
        lambda folder: shutil.copytree(FUNCTIONS / name, folder, ignore=IGNORED, dirs_exist_ok=True),
    )


@cache
def interpreter(version: str) -> Path | None:
    """Find an interpreter of this version to compile with; None when there is none and none can be fetched."""
    if f"{sys.version_info.major}.{sys.version_info.minor}" == version:
        return Path(sys.executable)
    managed = BUILD / "python"
    pyenv = Path(os.environ.get("PYENV_ROOT", Path.home() / ".pyenv"))
    for candidate in [
        *sorted(managed.glob(f"cpython-{version}.*/bin/python{version}")),
        *sorted(pyenv.glob(f"versions/{version}.*/bin/python{version}")),
        Path(f"python{version}"),
    ]:
        if _is_version(candidate, version):
            return candidate
    try:
        subprocess.run(
            [find_uv_bin(), "python", "install", "--quiet", "--no-bin", "--install-dir", str(managed), version],
            env={**os.environ, "UV_HTTP_RETRIES": "0"},
            capture_output=True,
            check=False,
            timeout=FETCH_SECONDS,
        )
    except subprocess.TimeoutExpired:
        return None
    return next(managed.glob(f"cpython-{version}.*/bin/python{version}"), None)


def _is_version(python: Path, version: str) -> bool:
    # A version manager leaves commands on the PATH that only say which versions there could be.
    try:
        said = subprocess.run([python, "--version"], capture_output=True, text=True, check=False).stdout
    except OSError:
        return False
    return said.startswith(f"Python {version}.")


def fingerprint(sources: Iterable[Path], *circumstances: object) -> str:
    """Hash the names and contents of files and folders, and whatever else decides what is made of them."""
    digest = hashlib.sha256(repr(circumstances).encode())
    for path in _files(sources):
        digest.update(f"\0{path.relative_to(ROOT)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _package(name: str, target: Target, sources: list[Path], fill: Callable[[Path], object]) -> Path:
    python = interpreter(target.python)
    digest = fingerprint(sources, RECIPE, target.python, target.wheels, python is not None)
    package = BUILD / f"{name}-{digest[:20]}.zip"
    if not package.exists():
        BUILD.mkdir(exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD) as scratch:
            folder = Path(scratch) / "content"
            folder.mkdir()
            fill(folder)
            if python is not None:
                # Without the folder's own path, which differs each time and would show in tracebacks.
                paths = ["-s", str(folder), str(folder)]
                _run(
                    [str(python), "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", *paths]
                )
            archive = Path(scratch) / package.name
            _zip(folder, archive)
            archive.replace(package)
    return package


def _files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        if source.is_file():
            yield source
        for path in sorted(source.rglob("*")):
            hidden = any(part == "__pycache__" or part.startswith(".") for part in path.relative_to(source).parts)
            if path.is_file() and not hidden:
                yield path


def _zip(folder: Path, archive: Path) -> None:
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as content:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                entry = zipfile.ZipInfo(str(path.relative_to(folder)))  # dated 1980, always
                entry.external_attr = 0o644 << 16
                entry.compress_type = zipfile.ZIP_DEFLATED
                content.writestr(entry, path.read_bytes())


def _run(command: list[str]) -> None:
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0:
        raise BundlingFailed(f"{' '.join(command)}\n{result.stderr or result.stdout}")
