"""Which modules a cold start of each function loads: written down in `imports/`, so that nobody adds one unseen.

`python -m tests.functions.imports` writes the lists anew. Every module of ours is named, of libraries the package only;
the standard library and what Lambda's own run time brings are left out.
"""

import os
import subprocess
import sys
from pathlib import Path
from typing import Final

from upominek.settings import NEEDS

ROOT: Final = Path(__file__).resolve().parents[2]
LISTS: Final = Path(__file__).with_name("imports")
PROGRAM: Final = """
import sys
before = set(sys.modules)
import handler
print(*sorted(set(sys.modules) - before))
"""
SOURCES: Final = (ROOT, ROOT / "layers/core/python")


def loaded_by(function: str) -> list[str]:
    """What importing the handler loads, in alphabetical order."""
    installed = [path for path in sys.path if path.endswith("site-packages")]
    paths = [str(ROOT / "functions" / function), str(ROOT / "layers/core/python"), *installed]
    environment = {
        **dict.fromkeys(NEEDS[function], "1"),
        "AWS_DEFAULT_REGION": "eu-central-1",
        "POWERTOOLS_METRICS_NAMESPACE": "Upominek",
        "PATH": os.defpath,
        "PYTHONPATH": os.pathsep.join(paths),
    }
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], env=environment, capture_output=True, text=True, check=True, cwd=ROOT
    )
    names = done.stdout.split()
    ours = {name for name in names if name.partition(".")[0] == "upominek"}
    libraries = {name.partition(".")[0] for name in names} - sys.stdlib_module_names - {"upominek", "handler"}
    return [*sorted(ours), *sorted(name for name in libraries if not name.startswith("_"))]


def written_for(function: str) -> list[str]:
    """What the list says."""
    return (LISTS / f"{function}.txt").read_text(encoding="utf-8").split()


if __name__ == "__main__":
    LISTS.mkdir(exist_ok=True)
    for name in NEEDS:
        (LISTS / f"{name}.txt").write_text("\n".join(loaded_by(name)) + "\n", encoding="utf-8")
