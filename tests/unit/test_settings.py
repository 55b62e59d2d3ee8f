"""A process that cannot work does not start, and says what it lacks."""

import pytest

from upominek.settings import NEEDS, MissingSettingError, load


def test_all_that_is_missing_is_named() -> None:
    with pytest.raises(MissingSettingError, match=r"start_plans cannot start: .* TABLE_NAME, PLANS_QUEUE_URL"):
        load("start_plans", {})


def test_what_is_given_is_read_and_the_rest_is_left_alone() -> None:
    settings = load("send_reminder", dict.fromkeys(NEEDS["send_reminder"], "1") | {"SOMETHING_ELSE": "x"})
    assert (settings.table_name, settings.sms_parts_per_second, settings.sender_concurrency) == ("1", 1.0, 1)
    assert settings.imports_queue_url is None


def test_a_function_whose_needs_nobody_wrote_down_does_not_start() -> None:
    with pytest.raises(KeyError, match="send_reminders"):
        load("send_reminders", {})
