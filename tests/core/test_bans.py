"""Who a ban keeps out, and who it does not."""

from __future__ import annotations

import pytest

from gameserver.core.bans import Ban, Bans, By, network_of

NOW = 1_700_000_000.0


def ban(by: By, target: str, *, until: float | None = None, id: str = "a1") -> Ban:
    return Ban(id, by, target, "insults", NOW, until)


def test_a_subject_is_kept_out_from_wherever_it_comes() -> None:
    bans = Bans([ban("subject", "anna")])

    assert bans.of("192.0.2.1", "anna", NOW) is not None
    assert bans.of("192.0.2.1", "bo", NOW) is None
    assert bans.of("192.0.2.1", None, NOW) is None


@pytest.mark.parametrize(
    ("banned", "inside", "outside"),
    [
        ("203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("203.0.113.0/24", "203.0.113.255", "203.0.114.0"),
        ("203.0.113.7", "::ffff:203.0.113.7", "::ffff:203.0.113.8"),
        ("::ffff:203.0.113.7", "203.0.113.7", "203.0.113.8"),
        ("2001:db8:0:1::5", "2001:db8:0:1:ffff::", "2001:db8:0:2::5"),
        ("2001:db8:0:1::5/128", "2001:db8:0:1::5", "2001:db8:0:1::6"),
        ("::1", "::2", "0.0.0.1"),
        ("2001:db8::/32", "2001:db8:ffff::1", "32.1.13.184"),
    ],
)
def test_a_network_is_kept_out_and_its_neighbour_is_not(banned: str, inside: str, outside: str) -> None:
    bans = Bans([ban("network", network_of(banned))])

    assert bans.of_address(inside, NOW) is not None
    assert bans.of_address(outside, NOW) is None
    assert bans.of_address("not an address", NOW) is None


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("0.0.0.0/0", "too wide"),
        ("10.0.0.0/7", "too wide"),
        ("2000::/3", "too wide"),
        ("10.0.0.5/8", "host bits"),
        ("anna", "does not appear"),
    ],
)
def test_a_network_that_must_be_a_mistake_is_refused(text: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        network_of(text)


def test_a_ban_ends_by_itself() -> None:
    bans = Bans([ban("network", "192.0.2.0/24", until=NOW + 60)])

    assert bans.of_address("192.0.2.1", NOW + 59) is not None
    assert bans.of_address("192.0.2.1", NOW + 60) is None


def test_a_narrow_ban_that_is_over_hides_no_wide_one() -> None:
    bans = Bans(
        [ban("network", "192.0.2.1/32", until=NOW, id="narrow"), ban("network", "192.0.2.0/24", id="wide")]
    )

    found = bans.of_address("192.0.2.1", NOW)

    assert found is not None
    assert found.id == "wide"


def test_who_is_kept_out_is_told_why_and_until_when() -> None:
    assert ban("subject", "anna").told() == "you are banned: insults"
    assert ban("subject", "anna", until=NOW).told() == "you are banned until 2023-11-14 22:13 UTC: insults"
