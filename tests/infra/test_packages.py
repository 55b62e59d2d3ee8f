"""What Lambda is given: complete, compiled for its own Python, for its own processor, and the same each time."""

import importlib.util
import re
import zipfile
from pathlib import Path

import pytest

from infra import bundling
from infra.environments import AWS, EMBEDDED
from tests.infra.conftest import Template

# Marks of byte code, from CPython's Include/internal/pycore_magic_number.h.
MAGIC = {"3.13": 3571}


@pytest.fixture(scope="module")
def core() -> zipfile.ZipFile:
    return zipfile.ZipFile(bundling.core_layer(EMBEDDED))


def test_the_core_layer_is_the_package_with_its_templates(core: zipfile.ZipFile) -> None:
    names = core.namelist()
    assert "python/upominek/settings.py" in names
    assert any(re.fullmatch(r"python/templates/campaigns/.*\.yaml", name) for name in names)
    assert all(name.startswith(("python/upominek/", "python/templates/")) for name in names)
    assert not any("adapters/memory" in name for name in names)


def test_every_module_is_shipped_compiled_and_never_compared_with_its_source(core: zipfile.ZipFile) -> None:
    sources = [name for name in core.namelist() if name.endswith(".py")]
    compiled = [name for name in core.namelist() if name.endswith(".pyc")]
    assert len(compiled) == len(sources) > 10
    for name in compiled:
        header = core.read(name)[:8]
        assert header[:4] == importlib.util.MAGIC_NUMBER
        # Bit 0: the source is identified by its hash; bit 1 not set: nobody looks.
        assert int.from_bytes(header[4:], "little") == 0b01


@pytest.mark.skipif(bundling.interpreter(AWS.python) is None, reason=f"no Python {AWS.python} to compile with")
def test_packages_for_aws_are_compiled_by_the_version_that_runs_them() -> None:
    package = zipfile.ZipFile(bundling.core_layer(AWS))
    compiled = [name for name in package.namelist() if name.endswith(".cpython-313.pyc")]
    assert compiled
    assert all(int.from_bytes(package.read(name)[:2], "little") == MAGIC[AWS.python] for name in compiled)


def test_libraries_for_aws_are_built_for_its_processor_and_python() -> None:
    package = zipfile.ZipFile(bundling.dependencies_layer(AWS))
    libraries = [name for name in package.namelist() if name.endswith(".so")]
    # e_machine of an ELF header: 183 is AArch64.
    assert {int.from_bytes(package.read(name)[18:20], "little") for name in libraries} == {183}
    assert all("cpython-313-" in name or ".abi3." in name for name in libraries)


def test_libraries_fit_into_lambda() -> None:
    package = zipfile.ZipFile(bundling.dependencies_layer(AWS))
    assert sum(entry.file_size for entry in package.infolist()) < 100_000_000
    assert not [
        name for name in package.namelist() if name.startswith(("python/boto3", "python/botocore", "python/bin"))
    ]


def test_what_makes_letters_is_built_for_its_processor_and_fits_into_lambda() -> None:
    function = bundling.function_package("make_letters", AWS)
    packages = [bundling.core_layer(AWS), bundling.dependencies_layer(AWS), bundling.letters_layer(AWS), function]
    letters = zipfile.ZipFile(packages[2])
    libraries = [name for name in letters.namelist() if name.endswith(".so")]
    assert {int.from_bytes(letters.read(name)[18:20], "little") for name in libraries} == {183}
    assert {name.split("/")[1] for name in libraries} == {"typst", "pypdfium2_raw"}
    unpacked = sum(entry.file_size for package in packages for entry in zipfile.ZipFile(package).infolist())
    # Lambda's own limit is 250 MB.
    assert unpacked <= 150_000_000


def test_the_sender_neither_carries_nor_imports_the_typesetter() -> None:
    carried = zipfile.ZipFile(bundling.dependencies_layer(AWS)).namelist()
    assert not [name for name in carried if name.startswith(("python/typst", "python/pypdfium2"))]


def test_a_function_is_imported_as_handler() -> None:
    package = zipfile.ZipFile(bundling.function_package("send_reminder", EMBEDDED))
    assert "handler.py" in package.namelist()


def test_the_same_content_is_the_same_file_and_is_not_built_again(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    first = bundling.core_layer(EMBEDDED)
    built = first.stat().st_mtime_ns
    assert bundling.core_layer(EMBEDDED) == first
    assert first.stat().st_mtime_ns == built
    monkeypatch.setattr(bundling, "BUILD", tmp_path)
    assert bundling.core_layer(EMBEDDED).read_bytes() == first.read_bytes()


def test_a_package_that_cannot_be_built_says_why(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    broken = tmp_path / "requirements.txt"
    broken.write_text("there-is-no-such-library==1.0 --hash=sha256:" + 64 * "0")
    monkeypatch.setattr(bundling, "BUILD", tmp_path)
    monkeypatch.setattr(bundling, "ROOT", tmp_path)
    monkeypatch.setattr(bundling, "REQUIREMENTS", broken)
    monkeypatch.setenv("UV_OFFLINE", "1")
    with pytest.raises(bundling.BundlingFailed, match="there-is-no-such-library"):
        bundling.dependencies_layer(EMBEDDED)


def test_the_template_names_the_packages_that_lie_beside_it(template: Template) -> None:
    for kind, place in (("AWS::Lambda::LayerVersion", "Content"), ("AWS::Lambda::Function", "Code")):
        for each in template.of_type(kind).values():
            key = each[place]["S3Key"]
            assert list(template.folder.glob(f"asset.{Path(key).stem}*"))
