"""Read what the kernel knows of a TCP connection (Linux).

`last_data_recv_ms` says how long bytes lay unread in *our* kernel, so it holds behind a proxy too;
`min_rtt_ms` and `retransmits` speak of the next hop only.
"""

from __future__ import annotations

import socket
import struct
from typing import NamedTuple

# struct tcp_info of linux/tcp.h: eight bytes of small fields, then unsigned 32-bit counters, of which number
# 11 is tcpi_last_data_recv and number 23 tcpi_total_retrans.
_COUNTERS = struct.Struct("=8x44xI44xI")
_MIN_RTT = struct.Struct("=I")
_MIN_RTT_AT = 148  # past four 64-bit and four 32-bit fields: since Linux 4.6
_WANTED = 192
_OPTION = getattr(socket, "TCP_INFO", None)


class TcpInfo(NamedTuple):
    """The three figures of TCP_INFO that serve here."""

    last_data_recv_ms: float  # since the last segment with data came in: the age of what is being read
    retransmits: int  # since the connection began
    min_rtt_ms: float | None  # the floor of the path; None on old kernels


def tcp_info(sock: socket.socket) -> TcpInfo | None:
    """The kernel's figures for this socket, None where there are none."""
    if _OPTION is None:
        return None
    try:
        raw = sock.getsockopt(socket.IPPROTO_TCP, _OPTION, _WANTED)
    except OSError:
        return None
    if len(raw) < _COUNTERS.size:
        return None
    last_data_recv_ms, retransmits = _COUNTERS.unpack_from(raw)
    floor = None
    if len(raw) >= _MIN_RTT_AT + _MIN_RTT.size:
        us = _MIN_RTT.unpack_from(raw, _MIN_RTT_AT)[0]
        floor = None if us in (0, 0xFFFFFFFF) else us / 1000
    return TcpInfo(float(last_data_recv_ms), retransmits, floor)
