"""The CDK app.

npx cdk deploy -c deployment=deployments/mine.yaml
python -m infra.app deployments/mine.yaml       the same template, without the command line of CDK
python -m infra.app --embedded                  the template of the embedded default
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path

from infra.bundling import ROOT, RUNTIME_SOURCES, BundlingFailed, fingerprint, interpreter
from infra.environments import (
    AWS,
    EMBEDDED,
    EMBEDDED_DEPLOYMENT,
    Deployment,
    Target,
    UnusableDeployment,
    read_deployment,
)

# Nobody bootstraps the embedded default; it expects its assets in this bucket.
EMBEDDED_ASSETS = "upominek-assets"
NOT_COMPILED = (
    f"Warning: no Python {AWS.python} was found, and `uv python install` could not fetch one. The functions are packed "
    "without byte code, and each cold start takes some four times longer. Install it on the machine that deploys."
)
SOURCES = (*RUNTIME_SOURCES, ROOT / "infra", ROOT / "cdk.json", ROOT / "requirements" / "dev.txt")


def synthesise(deployment: Deployment, target: Target, outdir: Path) -> Path:
    """Write the template and its assets, unless those in the folder were made of the same sources.

    Returns:
        The template, `<outdir>/<stack>.template.json`; `<stack>.assets.json` beside it says which file it expects under
        which key of which bucket.
    """
    template = outdir / f"{deployment.stack}.template.json"
    stamp = outdir / "sources.sha256"
    sources = fingerprint(SOURCES, deployment, target, interpreter(target.python))
    if not (template.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == sources):
        stamp.unlink(missing_ok=True)
        _synthesise(deployment, target, outdir)
        stamp.write_text(sources, encoding="ascii")
    return template


def _synthesise(deployment: Deployment, target: Target, outdir: Path) -> None:
    # CDK takes seconds to import, and is not needed when nothing has changed.
    from aws_cdk import App, DefaultStackSynthesizer, Environment, Validations  # noqa: PLC0415
    from cdk_nag import AwsSolutionsChecks  # noqa: PLC0415

    from infra.stack import UpominekStack  # noqa: PLC0415

    # Without its own command line, the app has to find its settings and its folder by itself.
    context = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
    app = App(
        context=context,
        outdir=str(outdir),
        analytics_reporting=False,
        tree_metadata=False,
        # CloudFormation's schema takes seconds to check; what goes to AWS has been through it, and ministack has none.
        builtin_cloud_formation_validation=not target.embedded,
    )
    if target.embedded:
        synthesizer = DefaultStackSynthesizer(
            file_assets_bucket_name=EMBEDDED_ASSETS, generate_bootstrap_version_rule=False
        )
        UpominekStack(app, deployment, target, synthesizer=synthesizer)
    else:
        Validations.of(app).add_plugins(AwsSolutionsChecks(app))
        environment = Environment(region=deployment.region, account=deployment.account)
        UpominekStack(app, deployment, target, env=environment, termination_protection=True)
    app.synth()


def main() -> int:
    """Synthesise what the arguments, or the command line of CDK, ask for."""
    asked = json.loads(os.environ.get("CDK_CONTEXT_JSON", "{}")).get("deployment")
    parser = argparse.ArgumentParser(prog="python -m infra.app", description="Writes the CloudFormation template.")
    parser.add_argument("deployment", nargs="?", type=Path, default=asked and Path(asked), help="a deployment's file")
    parser.add_argument("--embedded", action="store_true", help="the embedded default instead")
    parser.add_argument("--outdir", type=Path, default=Path(os.environ.get("CDK_OUTDIR", ROOT / "cdk.out")))
    arguments = parser.parse_args()
    try:
        if arguments.embedded:
            synthesise(EMBEDDED_DEPLOYMENT, EMBEDDED, arguments.outdir)
        elif arguments.deployment:
            synthesise(read_deployment(arguments.deployment), AWS, arguments.outdir)
            if interpreter(AWS.python) is None:
                print(NOT_COMPILED, file=sys.stderr)
        else:
            parser.error("say which deployment, as in: npx cdk deploy -c deployment=deployments/example.yaml")
    except (UnusableDeployment, BundlingFailed) as error:
        print(error, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
