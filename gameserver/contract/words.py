"""What the contract says of each key, request and event beyond what the code's docstrings say.

A key's words stand once where they are the same in every record, and under `Record.key` where they
differ. A test holds that every key has words and no words are left over.
"""

from __future__ import annotations

import types
from collections.abc import Mapping

FIELDS: Mapping[str, str] = types.MappingProxyType(
    {
        # ids and names
        "id": "The room's id: 8 characters of `0-9a-z`.",
        "PlayerView.id": "The player's id: the Socket.IO id of its first connection.",
        "HostView.id": "The host's player id.",
        "Candidate.id": "The player id.",
        "Welcome.id": "Your own player id; it stays the same over recoveries.",
        "player_id": "The member's player id.",
        "name": "The login name; null where there is none.",
        "Login.name": "1 to `limits.name` characters after trimming, something of it visible.",
        "LoggedIn.name": "The name as it was taken: trimmed.",
        "Auth.name": "A login name, as `login` would take it.",
        "UserConnected.name": "The name of the one who joined.",
        "session_key": "The key that opens the session: 6 of `A-Z2-9` without I and O.",
        "JoinSession.session_key": "The key as it was told; any case is accepted.",
        # rooms
        "room": "The session's room.",
        "title": "1 to `limits.title` characters after trimming, something of it visible.",
        "CreateSession.title": "As a room's; left out, the session is titled after its host.",
        "description": "Up to `limits.description` characters after trimming.",
        "track": "The room's track as it stands; null for a room without one.",
        "track_id": "Which track of the server's collection; null for none.",
        "TrackView.track_id": "Which track of the server's collection it is.",
        "TrackState.track_id": "Which track of the server's collection it is.",
        "users": "The player ids of all seated members, in join order.",
        "host": "Who is host; null while there is nobody who can be.",
        "HostIsReady.host": "Who is host.",
        "PingsAnswer.host": "Your room's host; null in no room, or while nothing is known.",
        "epoch": "Which reign this is: it starts at 1 and grows by one with each election.",
        "HostReady.epoch": "The epoch of the `become_host` that this answers.",
        "max_players": "Seats in all: 1 to 64.",
        "CreateRoom.max_players": "Seats in all: 1 to 64; left out, `limits.max_players`.",
        "CreateSession.max_players": "Seats in all: 1 to 64; left out, `limits.max_players`.",
        "UpdateRoom.max_players": "Seats in all: no fewer than are taken.",
        "private": "Not listed in the lobby.",
        "locked": "Nobody is let in.",
        "protected": "A password is asked for.",
        "password": "1 to `limits.password` characters; null for none.",
        "JoinRoom.password": "The password of a protected room.",
        "UpdateRoom.password": "Another password; null takes it away.",
        "state": "What the room is doing.",
        "metadata": "The game's own: what JSON can say, up to `limits.metadata` bytes in compact form.",
        "QuickJoin.metadata": "Keys and values that the room's metadata must hold; a new room gets them.",
        "LobbyFilter.metadata": "Keys and values that the room's metadata must hold.",
        "on_host_exit": "Whether another member takes over when the host goes, or the room closes.",
        "host_policy": "Whether a live host stays, or a clearly and lastingly better member takes over.",
        "late_join": "Whether a late joiner gets the last snapshot before anything else.",
        "control": "Who may play, pause and seek.",
        "created_at": "When the room was opened: Unix milliseconds of the server's clock.",
        "players": "All seated members in join order, those that are away included.",
        "LobbyEntry.players": "Seats taken: phantom users and kept seats included.",
        "role": "Whether it is the host.",
        "connected": "False while its seat is kept for it.",
        "phantoms": "The phantom users on its device: `<player id>#1` and so on.",
        "player": "The member as the room lists it.",
        "by": "Who did it; null for the server.",
        "InputsDropped.by": "Whose inputs they were.",
        "joinable": "Not locked, and a seat free.",
        "LobbyFilter.joinable": "Only rooms that are, or are not, joinable.",
        "LobbyEntry.host": "Who hosts it; null while nobody does.",
        "n": "Null after a restart of the server: what was unacknowledged may have arrived.",
        # tracks
        "track_values": "One MIDI note number per tact; 0 is a rest.",
        "tact": "The index of the next tact to sound.",
        "Tact.tact": "The index of the tact.",
        "SeekTrack.tact": "Which tact comes next, from 0.",
        "playerInterval": "Milliseconds per tact while it plays; null while it stands.",
        "next_at": "When the next tact sounds: Unix milliseconds, server's clock; null while it stands.",
        "playing": "Whether it runs.",
        "value": "The MIDI note number; 0 is a rest.",
        "at": "When it sounds: Unix milliseconds of the server's clock.",
        # pings
        "ping_ms": "The cached round trip between server and player in milliseconds; null while unknown.",
        "LobbyEntry.ping_ms": "The cached round trip between server and host; a client adds its own.",
        "PingView.ping_ms": "The round trip between server and player, in milliseconds.",
        "jitter_ms": "How much the ping varies, in milliseconds; null while unknown.",
        "ping_age_ms": "How old that ping is; null while unknown.",
        "age_ms": "How old this is, in milliseconds.",
        "band": "The ping as a colour would show it; null while unknown.",
        "PingView.band": "The ping as a colour would show it.",
        "you": "Your own; null while nothing is known.",
        "score": "What the election went by: lower is better; null for unknown.",
        "max_ping_ms": "Only rooms whose host's ping is known and no higher.",
        "QuickJoin.max_ping_ms": "Only rooms whose host's ping is unknown or no higher.",
        # the lobby
        "version": "Counts the lists; a gap means that something was missed: ask `update-rooms`.",
        "total": "How many rooms match in all.",
        "next_cursor": "Where the next page begins; null on the last.",
        "rooms": "The list.",
        "added": "Rooms that are new in the list.",
        "changed": "Rooms that are listed otherwise now.",
        "removed": "Rooms that are no longer in the list.",
        "subscribe": "Whether lists should come.",
        "filter": "What the list is narrowed to.",
        "delta": "After the first list, only what has changed.",
        "text": "Words that the title or description holds; case does not matter.",
        "sort": "In which order; `ping` where it is left out.",
        "limit": "Most entries: 1 to `limits.lobby_page`.",
        "cursor": "`next_cursor` of the page before: answers once, and does not subscribe.",
        # sessions
        "message": "Words for people.",
        "type": "How the session is played.",
        "LoggedIn.type": "What the player is: in no room, its host, or another member.",
        "ph_users": "Further people on the host's own device, each with a seat: 0 to `max_players` - 1.",
        "options": "What the host gave with it, unchanged; null for nothing.",
        "started_at": "Unix milliseconds of the server's clock.",
        # hosts
        "previous": "Who was host before; null if nobody was.",
        "reason": "Why.",
        "Kick.reason": "Told to that player; up to 128 characters.",
        "Kicked.reason": "What the host gave as reason, if anything.",
        "candidates": "All who were ranked, best first, with what they were ranked by.",
        "within_ms": "So long the server waits for the snapshot.",
        "forced": "Whether no new host said that it is ready, and one was taken without.",
        "next": "Who would follow, best first.",
        "snapshot": "The last snapshot as its host sent it; null if none is kept.",
        "snapshot_epoch": "Under which epoch it was taken.",
        "snapshot_age_ms": "How long ago it arrived, in milliseconds.",
        "inputs": "Every input after the snapshot, in order: `[player id, data, seq]`.",
        "tail": "`exact`: the inputs follow the snapshot; `overlap`: it may hold some of them already.",
        "truncated": "How many inputs were dropped at the beginning, because too many came since.",
        "count": "How many.",
        "covers": "The `seq` of the last input that the snapshot holds; 0 for none.",
        "seq": "The place of the input in the room's order of inputs, from 1.",
        "Auth.seq": "As host, get each input's place as its last argument.",
        "RunningNumber.n": "Your number in this room, from 1: one over `input`, `broadcast`, `direct`.",
        "NumberTaken.n": "The highest running number that was taken.",
        "repeat": "It had been done already, and was not done again.",
        # the connection
        "server_time": "Unix milliseconds of the server's clock.",
        "protocol": "The version of this contract; 1.",
        "limits": "The server's figures.",
        "resume": "The pid, with `auth.recover` only: sent as `auth.pid` it brings a reloaded page back.",
        "last_close": "Why the server closed the former connection of this player, if it did.",
        "code": "What clients branch on; it is stable.",
        "event": "The request that failed; null where it was none.",
        "until": "Unix milliseconds of the server's clock.",
        "closing_in_ms": "So long from now, unless something happens.",
        "reconnect_in_ms": "Come back after so many milliseconds; the delays are spread.",
        "can_host": "False: this device cannot be host, unless it creates a room itself.",
        "hidden": "Whether the page is in the background; such a member is host last.",
        "token": "A signed login, where the operator wants one.",
        "recover": "Ask for connection state recovery: a `pid`, and offsets behind recorded events.",
        "pid": "What a former connection got, to come back as the same player.",
        "ConnectAnswer.pid": "With `auth.recover`: what brings this player back.",
        "offset": "The last offset seen, to get what was missed; the Socket.IO client sends it by itself.",
        "sid": "Your player id.",
        "data": "More for programs.",
        "client": "The client's own time, given back unchanged.",
        "received": "When the question came: Unix milliseconds of the server's clock.",
        "sent": "When the answer went: Unix milliseconds of the server's clock.",
        "ok": "Whether it was done.",
        "durable": "False: it is done, but could not be stored, and a restart of the server may forget it.",
        "error": "Why it was refused.",
    }
)

ALIASES: Mapping[str, str] = types.MappingProxyType(
    {
        "PlayerId": "A player's id: the Socket.IO id of its first connection.",
        "RoomId": "A room's id: 8 characters of `0-9a-z`.",
        "SessionKey": "What opens a session: 6 of `A-Z2-9` without I and O.",
        "Role": "What a member is in its room.",
        "UserType": "What a player is: in no room, a room's host, or another member.",
        "RoomState": "What a room does: `started` is a session at work, `waiting` has no host.",
        "OnHostExit": "What becomes of the room when its host goes.",
        "HostPolicy": "`keep`: a live host stays; `best`: a clearly and lastingly better member takes over.",
        "LateJoin": "`snapshot`: a late joiner gets the last snapshot first; `live`: it does not.",
        "Control": "Who may play, pause and seek the track.",
        "SessionType": "`default`: each on a device of one's own; `single_device`: all on the host's.",
        "LeaveReason": "Why a seat is free again.",
        "CloseReason": "Why a room is over.",
        "HostChangeReason": "Why the charge of a room passed on.",
        "Band": "How good a ping is.",
        "ErrorCode": "The code of a refusal.",
        "CloseCode": "Why the server closes a connection.",
        "KeptInput": "An input that the server kept for the next host: who sent it, what, and its `seq`.",
    }
)

REQUESTS: Mapping[str, str] = types.MappingProxyType(
    {
        "create": "In the positional form null stands for a room without track.",
        "join": "One's own room answers again and tells nobody; the others get `player_joined`.",
        "leave": "The others get `player_left`.",
        "quick_join": "The lowest host ping wins, unknown last, then the fullest, then the oldest room.",
        "kick": "Host only.",
        "update_room": "Host only; what is left out stays as it is.",
        "transfer_host": "Host only.",
        "all-rooms": "`subscribe: false` answers `{ok: true}` alone.",
        "update-rooms": "Subscribes too, unless the player is in a room or said `subscribe: false`.",
        "proccess_check": "Host only. The same as `process_check`.",
        "process_check": "Host only.",
        "clock": "With an ack there is no event.",
        "pings": "With an ack there is no event.",
        "state": "The host tells all other members the state of its game: the newest wins.",
        "update": "A member tells all others something under a key: the newest wins per sender and key.",
        "input": "A member tells its host something: reliable, in order, kept while a new host takes over.",
        "broadcast": "A member tells all others something: reliable, in order.",
        "direct": "A member tells one or some members something: reliable, in order.",
        "snapshot": "The host gives the server what the next host restores the game from: the last one wins.",
    }
)

EVENTS: Mapping[str, str] = types.MappingProxyType(
    {
        "all-rooms": "`info` comes only where `delta` or `filter` was asked for.",
        "clock": "Only where no ack was asked for.",
        "pings": "Only where no ack was asked for.",
        "state": "The state of the host's game.",
        "update": "What another member tells under a key.",
        "input": "What a member tells its host.",
        "broadcast": "What another member tells all.",
        "direct": "What another member tells you.",
        "snapshot": "The last snapshot, for who joins late a room with `late_join: snapshot`.",
    }
)

LIMITS: Mapping[str, str] = types.MappingProxyType(
    {
        "max_rooms": "Rooms on the server.",
        "max_players": "Seats of a room that does not say; a room may say 1 to 64.",
        "title": "Characters of a room's title; it has at least 1, something of it visible.",
        "description": "Characters of a room's description.",
        "name": "Characters of a login name; it has at least 1, something of it visible.",
        "metadata": "Bytes of a room's metadata as compact JSON.",
        "password": "Characters of a room's password.",
        "lobby_interval": "Seconds between two lists of the lobby.",
        "lobby_page": "Most rooms in one list.",
        "host_grace": "Seconds that a lost host which can come back keeps its role.",
        "host_ready_timeout": "Seconds that a new host may take to restore.",
        "reconnect_window": "Seconds that an empty seat is kept.",
        "room_idle": "Seconds that nothing may happen in a room before it ends; 0: for ever.",
        "snapshot_max": "Bytes of a snapshot.",
        "message": "Bytes of a message.",
        "requests_per_second": "Requests per player; over it, what follows is not read for a while.",
        "requests_burst": "Requests at once.",
        "relay_per_second": "Relay messages per player; over it news is left out, the reliable waits.",
        "relay_burst": "Relay messages at once.",
        "relay_bytes_per_second": "Bytes of relay messages per player.",
        "backlog": "Bytes of reliable messages that a reader may owe before it is closed.",
        "backlog_seconds": "How old the oldest of them may be.",
        "newest": "Bytes of newest-wins messages held for a slow reader; beyond it the oldest go.",
        "stall_seconds": "Who takes no byte of a snapshot, or not all of a poll's answer, so long is closed.",
        "least_bytes_per_second": "Who is `stall_seconds` behind this with a snapshot is closed as well.",
        "header_seconds": "For the header of a first request.",
        "header_bytes": "Bytes of a request's header.",
        "body_seconds": "For the body of a request.",
        "idle_seconds": "Between two requests of a connection.",
        "connect_seconds": "From the connection to CONNECT.",
        "upgrade_seconds": "From a polling client's WebSocket to its upgrade.",
        "close_seconds": "For the answer to a close frame.",
        "connections": "Connections in all; beyond it 503 with Retry-After.",
        "connections_per_address": "Connections of one address; beyond it 503 with Retry-After.",
        "http_connections_per_address": "Those that are no WebSockets; beyond it they are closed.",
        "connects_per_second": "New connections in all; beyond it 503 with Retry-After.",
        "connects_per_second_per_address": "New connections of one address; beyond it 503 with Retry-After.",
        "rate_limited_seconds": "Who is not read for so long because it is over its rate is closed.",
        "controls_per_second": "Pings, pongs and answers nobody asked for, per connection.",
        "strikes": "Requests without sense that close a connection.",
        "strike_seconds": "Within this time.",
        "snapshot_bytes_per_address": "Bytes of snapshots kept of one address; beyond it `too_large`.",
        "snapshot_bytes_in_all": "Bytes of snapshots kept in all; beyond it `too_large`.",
        "parked_inputs": "Inputs that wait for a host; beyond it `parking_full`.",
        "parked_bytes": "Their bytes.",
        "tail_inputs": "Inputs since the last snapshot that the next host is given; the oldest go.",
        "tail_bytes": "Their bytes.",
        "ring_messages": "Messages of a room kept for members that come back; the oldest go.",
        "ring_bytes": "Their bytes.",
        "ring_bytes_in_all": "Their bytes in all rooms; the idlest give first.",
        "update_keys": "Keys of one member's `update` in a room.",
        "password_tries": "Wrong passwords in a row before a pause.",
        "password_pause_seconds": "That pause.",
        "address_password_tries": "Wrong passwords of one address before a pause.",
        "address_password_pause_seconds": "That pause.",
        "key_tries": "Wrong session keys of one address before a pause.",
        "key_pause_seconds": "That pause.",
        "key_tries_in_all_per_second": "Session keys that all together may try.",
    }
)


class Wordless(Exception):
    """Something new travels, and nobody has said what it means; the text names it."""


def field(record: str, key: str) -> str:
    """Return what this key of this record means. Raises Wordless."""
    own = f"{record}.{key}"
    return FIELDS[own] if own in FIELDS else _said(FIELDS, key, f"FIELDS need {own} or {key}")


def alias(name: str) -> str:
    """Return what a named shape means. Raises Wordless."""
    return _said(ALIASES, name, f"ALIASES need {name}")


def limit(name: str) -> str:
    """Return what an announced limit bounds. Raises Wordless."""
    return _said(LIMITS, name, f"LIMITS need {name}")


def request(name: str) -> str:
    """Return what is to be known of a request beyond its command."""
    return REQUESTS.get(name, "")


def event(name: str) -> str:
    """Return what is to be known of an event beyond its message."""
    return EVENTS.get(name, "")


def _said(words: Mapping[str, str], key: str, wish: str) -> str:
    if key not in words:
        raise Wordless(f"gameserver/contract/words.py: {wish}")
    return words[key]
