"""The red line: fails when the tests take too few branches of the given packages.

`coverage report --fail-under` counts lines and branches together; a package of long straight functions would hide
its untested conditions there.
"""

import json
import subprocess
import sys


def main(least_percent: float, *packages: str) -> int:
    """Print the coverage of the packages, and say whether enough branches are taken."""
    include = ",".join(f"*/{package}/*" for package in packages)
    coverage = [sys.executable, "-m", "coverage"]
    subprocess.run([*coverage, "report", f"--include={include}"], check=True)  # noqa: S603 - our own arguments
    report = subprocess.run(  # noqa: S603 - our own arguments
        [*coverage, "json", "-q", f"--include={include}", "-o", "-"], check=True, capture_output=True
    )
    totals = json.loads(report.stdout)["totals"]
    taken = 100 * totals["covered_branches"] / max(1, totals["num_branches"])
    print(f"Branches taken in {', '.join(packages)}: {taken:.1f} % (at least {least_percent:g} %)")
    return taken < least_percent


if __name__ == "__main__":
    sys.exit(main(float(sys.argv[1]), *sys.argv[2:]))
