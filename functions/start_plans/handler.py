"""The schedule's tick, each quarter of an hour: start the campaigns whose time of day has come."""

from dataclasses import asdict
from typing import Any

from upominek import bootstrap
from upominek.handlers.schedule import ScheduledRun, TimeLeft

tick = ScheduledRun(failed="Campaigns not started")
start_planning = bootstrap.start_plans()


def start(_time_left: TimeLeft) -> dict[str, Any]:
    """What was started is the answer."""
    started = [asdict(campaign) | {"day": campaign.day.isoformat()} for campaign in start_planning()]
    for campaign in started:
        tick.log("Campaign started", **campaign)
    tick.count("CampaignsStarted", len(started))
    return {"started": started}


handler = tick.handler(start)
