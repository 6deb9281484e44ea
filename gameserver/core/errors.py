"""Every refusal and its code.

A refusal is raised before anything has changed, and is turned into an answer in one place, the
runtime. Codes are stable: clients branch on them (PROTOCOL, Answers).
"""

from __future__ import annotations

from typing import ClassVar


class Refusal(Exception):
    """A request that is not done. `str(refusal)` is shown to the player and holds nothing secret."""

    code: ClassVar[str] = "internal"


class BadRequest(Refusal):
    """An argument is missing, has the wrong type or is out of bounds."""

    code = "bad_request"


class UnknownEvent(Refusal):
    """No such event, or a name that Socket.IO keeps for itself."""

    code = "unknown_event"


class NotLoggedIn(Refusal):
    """Sessions need a login."""

    code = "not_logged_in"


class NameInvalid(Refusal):
    """A login name out of bounds."""

    code = "name_invalid"


class AlreadyInRoom(Refusal):
    """A player is in at most one room at a time."""

    code = "already_in_room"


class NotInRoom(Refusal):
    """The player is in no room, or not in the one it named."""

    code = "not_in_room"


class RoomNotFound(Refusal):
    """No such room or session."""

    code = "room_not_found"


class RoomFull(Refusal):
    """No seat is free."""

    code = "room_full"


class RoomLocked(Refusal):
    """The host let nobody in."""

    code = "room_locked"


class RoomLimit(Refusal):
    """The server holds as many rooms as it may."""

    code = "room_limit"


class RoomClosed(Refusal):
    """The room is over."""

    code = "room_closed"


class WrongPassword(Refusal):
    """The room is protected and the password is not this."""

    code = "wrong_password"


class WrongSessionType(Refusal):
    """The room is no session, or the session was started already."""

    code = "session_type"


class NotHost(Refusal):
    """Only the host may do this."""

    code = "not_host"


class StaleHost(Refusal):
    """The sender was host in an earlier epoch of this room."""

    code = "stale_host"


class NotAMember(Refusal):
    """The player named is not in this room."""

    code = "not_a_member"


class PlayerUnavailable(Refusal):
    """The member named is away or cannot be host."""

    code = "player_unavailable"


class WasKicked(Refusal):
    """This player may not come back into this room."""

    code = "kicked"


class TrackNotFound(Refusal):
    """No such track in the collection, or the room carries none."""

    code = "track_not_found"


class RateLimited(Refusal):
    """Too many requests or tries; later they are welcome again."""

    code = "rate_limited"


class TooLarge(Refusal):
    """The message is over its bound."""

    code = "too_large"


class ParkingFull(Refusal):
    """While a new host takes over, no more inputs can be kept."""

    code = "parking_full"


class Unauthorized(Refusal):
    """The operator demands a token, and this is none; or keeps whoever asks out."""

    code = "unauthorized"


class Draining(Refusal):
    """The server is about to stop: no new rooms."""

    code = "draining"


class Internal(Refusal):
    """Our fault; the log knows more."""

    code = "internal"
