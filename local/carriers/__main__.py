"""Run the simulator: `python -m local.carriers`. The embedded default does so by itself."""

from __future__ import annotations

import argparse
import signal
import threading
from functools import cache, partial
from pathlib import Path

import boto3
from botocore.config import Config

from local.carriers.aws import Aws
from local.carriers.face import Simulator
from local.carriers.journal import Journal
from local.carriers.mail import MailFolder
from local.carriers.teller import Teller
from local.stack.clock import MovableClock


def main() -> None:
    """Run until told to end."""
    parser = argparse.ArgumentParser(prog="python -m local.carriers", description="Plays the carriers.")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--emulator", required=True, help="address of ministack")
    parser.add_argument("--journal", type=Path, required=True, help="file of what is still to be told")
    parser.add_argument("--clock", type=Path, required=True, help="file with the offset of the business time")
    parser.add_argument("--region", required=True)
    parser.add_argument("--account", required=True)
    parser.add_argument("--delay", type=float, default=0.5, help="seconds from one answer to the next")
    options = parser.parse_args()

    clock = MovableClock(options.clock)
    journal = Journal(options.journal, delay_seconds=options.delay)
    config = Config(retries={"total_max_attempts": 1}, proxies={})
    client = partial(boto3.client, endpoint_url=options.emulator, region_name=options.region, config=config)
    teller = Teller(journal, clock, Aws(cache(client), options.region, options.account))
    server = Simulator(
        ("127.0.0.1", options.port),
        emulator=options.emulator,
        journal=journal,
        mail=MailFolder(options.journal.parent / "mail"),
        clock=clock,
    )
    # `shutdown` waits for the loop that this very thread runs.
    signal.signal(signal.SIGTERM, lambda *_: threading.Thread(target=server.shutdown).start())
    teller.start()
    server.serve_forever(poll_interval=0.1)
    teller.stop()
    teller.join(timeout=10)
    journal.close()


if __name__ == "__main__":
    main()
