"""The limits under which this server is measured are its own, and active."""

import argparse

from bench.ours import LIMITS, command
from gameserver.settings import Settings, flags


def test_each_limit_is_a_setting_within_its_bounds_and_above_its_default() -> None:
    measured, usual = Settings.model_validate(LIMITS), Settings()

    for name in LIMITS:
        assert getattr(measured, name) > getattr(usual, name), name


def test_the_command_line_carries_each_limit() -> None:
    parser = argparse.ArgumentParser()
    flags(parser)

    parsed = vars(parser.parse_args(command(8123)[2:]))

    assert parsed == {"port": "8123", "storage": "memory"} | {
        name: str(value) for name, value in LIMITS.items()
    }
