"""A password is proved, not kept."""

from __future__ import annotations

from gameserver.core.passwords import digest


def test_only_the_same_password_fits() -> None:
    kept = digest("sésame", b"0123456789abcdef")
    assert kept.fits("sésame")
    assert not kept.fits("sesame")
    assert not kept.fits("")
    assert not kept.fits("\ud800")


def test_equal_passwords_look_different_in_two_rooms() -> None:
    assert digest("a", b"0" * 16).value != digest("a", b"1" * 16).value


def test_a_digest_does_not_show_itself_in_a_log() -> None:
    assert repr(digest("a", b"0" * 16)) == "Digest()"
