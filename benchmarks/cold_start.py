"""Cold start of each function: importing its handler, with everything that the import makes, in a fresh interpreter.

    python -m benchmarks.cold_start [--runs 9]

Baseline, measured in turn with it: `import boto3` and the clients that the function needs. What AWS adds (starting the
interpreter, fetching the package) is in neither. Modules are compiled beforehand, as those that are deployed are.
"""

import argparse
import json
import os
import platform
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
CLIENTS = {
    "receive_invoices": ("dynamodb", "secretsmanager"),
    "import_invoices": ("dynamodb", "s3", "sqs"),
    "start_plans": ("dynamodb", "sqs"),
    "plan_reminders": ("dynamodb", "sqs"),
    "send_reminder": ("dynamodb", "sqs", "sns", "sesv2"),
    "forward_delivery_logs": ("sqs",),
    "record_receipt": ("dynamodb", "sqs"),
}
ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "eu-central-1",
    "AWS_ACCESS_KEY_ID": "000000000000",
    "AWS_SECRET_ACCESS_KEY": "none",
    "TABLE_NAME": "table",
    "BUCKET_NAME": "bucket",
    **{f"{name}_QUEUE_URL": "http://127.0.0.1:1/0/q" for name in ("IMPORTS", "PLANS", "SMS", "EMAIL", "RECEIPTS")},
    "WEBHOOK_SECRET_PREFIX": "webhook/",
    "SES_CONFIGURATION_SET": "set",
    "SES_MESSAGES_PER_SECOND": "14",
    "SMS_PARTS_PER_SECOND": "20",
    "SENDER_CONCURRENCY": "2",
    "SMS_MAX_PRICE_USD": "0.50",
    "POWERTOOLS_SERVICE_NAME": "benchmark",
    "POWERTOOLS_METRICS_NAMESPACE": "Upominek",
}
TIMED = "import time\nbegan = time.perf_counter()\n{code}\nprint(time.perf_counter() - began)"


def milliseconds(code: str, *folders: Path) -> float:
    """Wall time of the code in a fresh interpreter."""
    path = os.pathsep.join(map(str, (*folders, ROOT / "layers/core/python", ROOT)))
    answer = subprocess.run(
        [sys.executable, "-c", TIMED.format(code=code)],
        env={**ENVIRONMENT, "PATH": os.environ["PATH"], "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    return float(answer.stdout.strip().splitlines()[-1]) * 1000


def main() -> None:
    """Print the table and, as its last line, the same as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=9)
    runs = parser.parse_args().runs
    subprocess.run(
        [sys.executable, "-m", "compileall", "-q", ROOT / "layers/core/python", ROOT / "functions"], check=True
    )
    print(f"{platform.platform()}, Python {platform.python_version()}, median of {runs}")
    print(f"{'function':24}{'ms':>8}{'baseline':>10}{'ratio':>8}")
    found = {}
    for function, services in CLIENTS.items():
        clients = "\n".join(f"boto3.client('{service}')" for service in services)
        pairs = [
            (
                milliseconds("import handler", ROOT / "functions" / function),
                milliseconds(f"import boto3\n{clients}"),
            )
            for _ in range(runs)
        ]
        ours, baseline = (statistics.median(side) for side in zip(*pairs, strict=True))
        found[function] = {"ms": round(ours), "baseline_ms": round(baseline), "ratio": round(ours / baseline, 2)}
        print(f"{function:24}{ours:8.0f}{baseline:10.0f}{ours / baseline:8.2f}")
    print(json.dumps(found))


if __name__ == "__main__":
    main()
