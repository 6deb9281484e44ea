"""TCP_INFO of a real socket on this machine, and none where there is none."""

from __future__ import annotations

import socket
import sys

import pytest

from latency.tcpinfo import TcpInfo, tcp_info


@pytest.mark.skipif(sys.platform != "linux", reason="TCP_INFO is Linux's")
def test_the_kernel_tells_a_connected_socket_its_figures() -> None:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        with socket.create_connection(listener.getsockname()) as client:
            server, _ = listener.accept()
            with server:
                client.sendall(b"x")
                assert server.recv(1) == b"x"
                info = tcp_info(server)
    assert isinstance(info, TcpInfo)
    assert 0 <= info.last_data_recv_ms < 60_000
    assert info.retransmits == 0


def test_a_closed_or_datagram_socket_has_none() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as datagram:
        assert tcp_info(datagram) is None
    assert tcp_info(datagram) is None
