"""A client for a room server of host-run games: lobby, rooms, host role, recovery, clock, tracks."""

from gameroom_client.client import Client
from gameroom_client.connection import Return
from gameroom_client.errors import GameError
from gameroom_client.host import HostRole, Input
from gameroom_client.lobby import Lobby
from gameroom_client.ping import Ping
from gameroom_client.room import Room
from gameroom_client.tracks import Scheduled, TrackPlayer

__all__ = [
    "Client",
    "GameError",
    "HostRole",
    "Input",
    "Lobby",
    "Ping",
    "Return",
    "Room",
    "Scheduled",
    "TrackPlayer",
]
