"""Brings the synthesised stack, unmodified, into the embedded default: template, assets, table."""

from __future__ import annotations

import hashlib
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from local.stack.failure import LocalFailure

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client

ROOT = Path(__file__).resolve().parents[2]
BUILD = ROOT / "build" / "embedded"
# All that the template and its assets are made of.
SOURCES = ("cdk.json", "infra", "functions", "layers", "templates")
KEPT_SYNTHESES = 3
# Where ministack unpacks layers, for all stacks of this checkout.
LAYERS = ROOT / "build" / "layers"
LAYERS_KEPT_SECONDS = 7 * 24 * 3600
DEPLOY_SECONDS = 180
POLL_SECONDS = 0.1
TABLE_TYPE = "AWS::DynamoDB::Table"


class DeploymentFailed(LocalFailure):
    """The stack could not be synthesised or deployed; the text has the reasons."""


@dataclass(frozen=True, slots=True)
class Assembly:
    """A synthesised stack.

    Attributes:
        digest: of everything that it was made of.
    """

    folder: Path
    digest: str

    @property
    def stack(self) -> str:
        """Name of the stack."""
        return self._template_path.name.removesuffix(".template.json")

    @property
    def template(self) -> str:
        """The template as text."""
        return self._template_path.read_text(encoding="utf-8")

    @property
    def parameters(self) -> set[str]:
        """Names of the parameters that the template takes."""
        return set(json.loads(self.template).get("Parameters", {}))

    @property
    def table_properties(self) -> dict[str, Any]:
        """How the template defines the table."""
        resources = json.loads(self.template)["Resources"].values()
        return next(dict(each["Properties"]) for each in resources if each["Type"] == TABLE_TYPE)

    @property
    def _template_path(self) -> Path:
        return next(self.folder.glob("*.template.json"))


def digest_of(paths: Iterable[Path], *more: str) -> str:
    """A short hash over files, over the files of folders, and over texts. Raises: FileNotFoundError."""
    digest = hashlib.sha256("\0".join(more).encode())
    for path in paths:
        if not path.exists():
            raise FileNotFoundError(path)  # what is not there would never be missed
        for file in sorted(_files(path)):
            digest.update(f"\0{file.relative_to(ROOT)}\0".encode() + hashlib.sha256(file.read_bytes()).digest())
    return digest.hexdigest()[:20]


def synthesise(progress: Callable[[str], None]) -> Assembly:
    """Synthesise the stack for this machine, unless that was done for the very same sources.

    Raises:
        DeploymentFailed: the CDK app said no.
    """
    digest = _digest_of_sources()
    folder = BUILD / digest
    if not folder.is_dir():
        progress("synthesising the stack for this machine; the result is kept")
        BUILD.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=BUILD, prefix="draft-") as draft:
            outdir = Path(draft) / "assembly"
            result = subprocess.run(
                [sys.executable, "-m", "infra.app", "--embedded", "--outdir", str(outdir)],
                cwd=ROOT,
                env={**os.environ, "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "20"},
                capture_output=True,
                text=True,
                check=False,
            )
            if result.returncode != 0:
                raise DeploymentFailed(f"the stack cannot be synthesised:\n{result.stderr or result.stdout}")
            if _digest_of_sources() != digest:  # somebody saved a file meanwhile
                return synthesise(progress)
            if not folder.is_dir():
                outdir.rename(folder)
        _forget_old_ones()
    return Assembly(folder, digest)


def upload_assets(s3: S3Client, assembly: Assembly, *, account: str, region: str) -> str:
    """Put every asset where the template looks for it, unless it is there; names carry hashes of the content.

    Returns:
        Bucket and key of the template, which is itself an asset.
    """
    manifest = json.loads(next(assembly.folder.glob("*.assets.json")).read_text(encoding="utf-8"))
    there: dict[str, set[str]] = {}
    template = ""
    for asset in manifest["files"].values():
        source = asset["source"]
        for destination in asset["destinations"].values():
            bucket, key = (
                destination[name].replace("${AWS::AccountId}", account).replace("${AWS::Region}", region)
                for name in ("bucketName", "objectKey")
            )
            if bucket not in there:
                there[bucket] = _keys(s3, bucket, region)
            if key not in there[bucket]:
                packed = _packed(assembly.folder / source["path"], source["packaging"])
                s3.put_object(Bucket=bucket, Key=key, Body=packed)
            if source["path"].endswith(".template.json"):
                template = f"{bucket}/{key}"
    return template


def is_deployed(cloudformation: CloudFormationClient, stack: str) -> bool:
    """Whether there is a stack of this name, in whatever state."""
    return _status(cloudformation, stack) is not None


def deploy(
    cloudformation: CloudFormationClient, assembly: Assembly, template_url: str, parameters: Mapping[str, str]
) -> dict[str, str]:
    """Create the stack, or update it to what the template says.

    Args:
        template_url: where `upload_assets` put the template, which is too long to be handed over as text.

    Returns:
        The outputs.

    Raises:
        DeploymentFailed: with the reason of each resource that failed.
    """
    stack = assembly.stack
    asked: Any = {
        "StackName": stack,
        "TemplateURL": template_url,
        "Capabilities": ["CAPABILITY_NAMED_IAM"],
        "Parameters": [
            {"ParameterKey": name, "ParameterValue": value}
            for name, value in parameters.items()
            if name in assembly.parameters
        ],
    }
    status = _status(cloudformation, stack)
    if status is not None and not status.endswith(("CREATE_COMPLETE", "UPDATE_COMPLETE", "UPDATE_ROLLBACK_COMPLETE")):
        cloudformation.delete_stack(StackName=stack)
        _settled(cloudformation, stack)
        status = None
    try:
        if status is None:
            cloudformation.create_stack(**asked)
        else:
            cloudformation.update_stack(**asked)
    except ClientError as error:
        if "No updates are to be performed" not in str(error):
            raise DeploymentFailed(f"the stack was refused: {error.response['Error']['Message'][:1000]}") from error
    status = _settled(cloudformation, stack)
    if status not in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
        raise DeploymentFailed("\n".join([f"the stack ended in {status}", *_reasons(cloudformation, stack)]))
    described = cloudformation.describe_stacks(StackName=stack)["Stacks"][0]
    return {each["OutputKey"]: each["OutputValue"] for each in described.get("Outputs", [])}


def ensure_table(dynamodb: DynamoDBClient, name: str, properties: Mapping[str, Any]) -> None:
    """Let the table engine have the table as the template defines it; data that is there stays.

    Raises:
        DeploymentFailed: the table is there with another key.
    """
    indexes = properties.get("GlobalSecondaryIndexes", [])
    try:
        present = dynamodb.describe_table(TableName=name)["Table"]
    except dynamodb.exceptions.ResourceNotFoundException:
        dynamodb.create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            KeySchema=properties["KeySchema"],
            AttributeDefinitions=properties["AttributeDefinitions"],
            LocalSecondaryIndexes=properties.get("LocalSecondaryIndexes", []),
            GlobalSecondaryIndexes=indexes,
        )
        expiry = properties["TimeToLiveSpecification"]["AttributeName"]
        dynamodb.update_time_to_live(TableName=name, TimeToLiveSpecification={"Enabled": True, "AttributeName": expiry})
        return
    if present["KeySchema"] != properties["KeySchema"]:
        raise DeploymentFailed(f"the table {name} on this machine has another key than the template says: start afresh")
    local = {index["IndexName"] for index in properties.get("LocalSecondaryIndexes", [])}
    if not local <= {index["IndexName"] for index in present.get("LocalSecondaryIndexes", [])}:
        # DynamoDB makes a local index with its table or never.
        raise DeploymentFailed(
            f"the table {name} on this machine was made by an older version and lacks an index: start afresh"
        )
    known = {index["IndexName"] for index in present.get("GlobalSecondaryIndexes", [])}
    for index in indexes:
        if index["IndexName"] not in known:
            dynamodb.update_table(
                TableName=name,
                AttributeDefinitions=properties["AttributeDefinitions"],
                GlobalSecondaryIndexUpdates=[{"Create": index}],
            )


def _files(path: Path) -> Iterator[Path]:
    if path.is_file():
        yield path
    for file in path.rglob("*"):
        inner = file.relative_to(path).parts
        if file.is_file() and "__pycache__" not in inner and not any(part.startswith(".") for part in inner):
            yield file


def _digest_of_sources() -> str:
    return digest_of((ROOT / name for name in SOURCES), sys.version, platform.platform())


def _forget_old_ones() -> None:
    newest_first = sorted(BUILD.glob("[0-9a-f]*"), key=lambda folder: folder.stat().st_mtime, reverse=True)
    unused = [folder for folder in LAYERS.glob("*") if folder.stat().st_mtime < time.time() - LAYERS_KEPT_SECONDS]
    for folder in [*newest_first[KEPT_SYNTHESES:], *unused]:
        shutil.rmtree(folder, ignore_errors=True)


def _keys(s3: S3Client, bucket: str, region: str) -> set[str]:
    try:
        pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket)
        return {found["Key"] for page in pages for found in page.get("Contents", [])}
    except s3.exceptions.NoSuchBucket:
        s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": region})  # type: ignore[typeddict-item]
        return set()


def _packed(path: Path, packaging: str) -> bytes:
    if packaging == "file":
        return path.read_bytes()
    with tempfile.TemporaryDirectory() as folder:
        return Path(shutil.make_archive(f"{folder}/asset", "zip", path)).read_bytes()


def _status(cloudformation: CloudFormationClient, stack: str) -> str | None:
    try:
        return cloudformation.describe_stacks(StackName=stack)["Stacks"][0]["StackStatus"]
    except ClientError:
        return None


def _settled(cloudformation: CloudFormationClient, stack: str) -> str | None:
    deadline = time.monotonic() + DEPLOY_SECONDS
    while (status := _status(cloudformation, stack)) is not None and status.endswith("IN_PROGRESS"):
        if time.monotonic() > deadline:
            raise DeploymentFailed(f"the stack is in {status} for {DEPLOY_SECONDS} seconds")
        time.sleep(POLL_SECONDS)
    return None if status == "DELETE_COMPLETE" else status


def _reasons(cloudformation: CloudFormationClient, stack: str) -> Sequence[str]:
    events = cloudformation.describe_stack_events(StackName=stack)["StackEvents"]
    return [
        f"  {each['LogicalResourceId']}: {each.get('ResourceStatusReason', 'no reason given')}"
        for each in reversed(events)
        if each["ResourceStatus"].endswith("FAILED")
    ]
