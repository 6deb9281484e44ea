"""Many players on an unreliable network, in virtual time: nothing that the rules promise is lost."""

from __future__ import annotations

import itertools
from random import Random

import pytest

from gameserver.core.values import PlayerId
from tests.simulation.client import Client
from tests.simulation.network import Loop
from tests.simulation.server import Server
from tests.support.registry import START

NAMES = [PlayerId(name) for name in ("anna", "bo", "cleo", "dan", "eve", "fay")]


class Simulation:
    """Six players, and everything that can happen to them."""

    def __init__(self, seed: int, *, snapshots: bool) -> None:
        self.chance = Random(seed)
        self.loop = Loop(START)
        self.server = Server(self.loop, self.chance)
        self.clients = [
            Client(self.loop, self.server, self.chance, name, snapshots=snapshots) for name in NAMES
        ]
        self.calm = False
        for client in self.clients:
            client.connect()
            self._again(client)
        self.loop.after(1.0, self._trouble)

    def run(self, seconds: float) -> None:
        """Trouble for so long, then calm until everything has come to rest."""
        self.loop.run(seconds)
        self.calm = True
        for client in self.clients:
            client.mute = False
        self.loop.run(90.0)
        for client in self.clients:
            if client.link is None:
                client.connect()
        self.loop.run(30.0)

    def _again(self, client: Client) -> None:
        rooms = list(self.server.registry.rooms)
        client.act(rooms, NAMES, calm=self.calm)
        self.server.pings.set(client.id, self.chance.uniform(10, 200), self.loop.now)
        self.loop.after(self.chance.uniform(0.05, 0.3), lambda: self._again(client))

    def _trouble(self) -> None:
        if self.calm:
            return
        client = self.chance.choice(self.clients)
        hosting = [each for each in self.clients if each.host == each.id]
        if hosting and self.chance.random() < 0.7:  # hosts are what this is about
            client = self.chance.choice(hosting)
        client.mute = self.chance.random() < 0.1
        if client.link is None:
            client.connect()
        elif not client.frozen:
            match self.chance.randrange(6):
                case 0:
                    client.drop(noticed_after=0.0, goodbye=True)
                case 1:
                    client.drop(noticed_after=0.0, gone=True)
                case 2:
                    client.freeze(self.chance.uniform(0.5, 8.0))
                case 3:  # back before the server has noticed
                    client.drop(noticed_after=20.0)
                    client.connect()
                case _:
                    client.drop(noticed_after=self.chance.uniform(0.0, 5.0))
        if client.link is None:
            away = self.chance.choice([0.2, 1.0, 2.5, 10.0, 70.0])
            self.loop.after(away, lambda: client.connect() if client.link is None else None)
        self.loop.after(self.chance.expovariate(2.0), self._trouble)


@pytest.mark.parametrize("snapshots", [True, False], ids=["restoring", "stock"])
@pytest.mark.parametrize("seed", range(12))
def test_no_input_is_lost_and_no_former_host_is_heard(seed: int, snapshots: bool) -> None:
    simulation = Simulation(seed, snapshots=snapshots)

    simulation.run(120.0)

    server = simulation.server
    assert server.reigns > 20, f"seed {seed} saw too little to prove anything"
    assert server.registry.rooms
    for room, kept in server.rooms.items():
        route = server.registry.rooms[room].route()
        assert kept.route == route
        assert route.host is not None
        assert route.host_ready
        assert not kept.parked
        (host,) = [client for client in simulation.clients if client.id == route.host]
        assert host.last is not None
        on_their_way = kept.seq - host.last
        assert 0 <= on_their_way <= 20, f"seed {seed}: the game has not come to rest"
        for client in simulation.clients:
            if client.room == room:
                assert (client.host, client.epoch) == (route.host, route.epoch)
                assert client.users == list(server.registry.rooms[room].members)


def test_a_seed_tells_one_story() -> None:
    first, second = (Simulation(7, snapshots=True) for _ in range(2))
    for simulation in (first, second):
        simulation.loop.run(60.0)
    assert first.server.reigns == second.server.reigns
    assert [kept.seq for kept in first.server.rooms.values()] == [
        kept.seq for kept in second.server.rooms.values()
    ]
    assert list(itertools.chain(first.server.registry.rooms.items())) == list(
        second.server.registry.rooms.items()
    )
