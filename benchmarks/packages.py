"""What is shipped: the size of each function with its layers, unzipped, and whether all of it is compiled.

    python -m benchmarks.packages

Baseline: 250 MB, which AWS takes at most. The stack of `deployments/example.yaml` is synthesised for AWS, and what its
template names is opened.
"""

import json
import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path, PurePosixPath
from typing import Any

from benchmarks.measuring import ROOT, about, arguments, publish

MOST_MB = 250
REACH_MB, REACH_LETTERS_MB = 40, 150
ASSEMBLY = ROOT / "build" / "bench" / "cdk.out"


def assets(assembly: Path) -> dict[str, Path]:
    """The packages by the key under which the template expects them."""
    (manifest,) = assembly.glob("*.assets.json")
    files = json.loads(manifest.read_text(encoding="utf-8"))["files"]
    found = {}
    for one in files.values():
        for destination in one["destinations"].values():
            found[destination["objectKey"]] = assembly / one["source"]["path"]
    return found


def contents(package: Path) -> tuple[int, int, int]:
    """Unzipped bytes, modules, and those of them that are compiled."""
    if package.is_dir():
        files = {str(path.relative_to(package)): path.stat().st_size for path in package.rglob("*") if path.is_file()}
    else:
        with zipfile.ZipFile(package) as archive:
            files = {entry.filename: entry.file_size for entry in archive.infolist()}
    compiled = {_source_of(name) for name in files if name.endswith(".pyc")}
    modules = [name for name in files if name.endswith(".py")]
    return sum(files.values()), len(modules), sum(name in compiled for name in modules)


def _source_of(compiled: str) -> str:
    path = PurePosixPath(compiled)
    return str(path.parent.parent / f"{path.name.partition('.')[0]}.py")


def packages_of(resources: dict[str, Any], function: dict[str, Any], known: dict[str, Path]) -> Sequence[Path]:
    """The function's own package, and those of its layers."""
    layers = [resources[layer["Ref"]]["Properties"]["Content"] for layer in function.get("Layers", ())]
    return [known[code["S3Key"]] for code in (function["Code"], *layers) if "S3Key" in code]


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    arguments(__doc__)
    command = [sys.executable, "-m", "infra.app", "deployments/example.yaml", "--outdir", str(ASSEMBLY)]
    subprocess.run(command, check=True, cwd=ROOT)
    known = assets(ASSEMBLY)
    (template,) = ASSEMBLY.glob("*.template.json")
    resources = json.loads(template.read_text(encoding="utf-8"))["Resources"]
    rows: dict[str, dict[str, Any]] = {}
    for resource in resources.values():
        if resource["Type"] != "AWS::Lambda::Function":
            continue
        function = resource["Properties"]
        name = function.get("Environment", {}).get("Variables", {}).get("POWERTOOLS_SERVICE_NAME")
        if name is None:  # CDK's own, for the settings of the account
            continue
        packages = packages_of(resources, function, known)
        size, modules, compiled = map(sum, zip(*map(contents, packages), strict=True))
        rows[name] = {
            "mb": round(size / 1e6, 1),
            "zipped_mb": round(sum(path.stat().st_size for path in packages if path.is_file()) / 1e6, 1),
            "modules": modules,
            "compiled": compiled,
            "of_what_aws_takes": round(size / 1e6 / MOST_MB, 2),
            "reach_mb": REACH_LETTERS_MB if "letter" in name else REACH_MB,
        }
    publish(about(), rows)


if __name__ == "__main__":
    main()
