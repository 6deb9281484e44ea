"""A player that remembers what the server acknowledged, and looks whether it is still so after a kill."""

from __future__ import annotations

import random
from typing import Any

from gameserver.drill.bot import Bot

ANYTHING = object()
"""What was asked for and not answered, where the answer would have told it."""


class Witness(Bot):
    """Asks for one thing at a time. `acked` is what must be so; `asked` is what may be so instead."""

    def __init__(self, url: str, chance: random.Random) -> None:
        super().__init__(url)
        self._chance = chance
        self.acked: dict[str, Any] = {"name": None, "room": None}
        self.asked: dict[str, Any] = {}
        self.count = 0  # acknowledged changes
        self._serial = 0
        self._seen: dict[str, Any] = {}

    def heard(self, event: str, args: list[Any]) -> None:
        match event:
            case "join_success" | "create_success":
                room = args[0]
                self._seen |= {"room": room["id"], "title": room["title"], "users": room["users"]}
                self._seen["name"] = next(each["name"] for each in room["players"] if each["id"] == self.id)
            case "become_host":
                self._seen["turn"] = args[0]["snapshot"] and args[0]["snapshot"]["turn"]
                self.emit("host_ready", {"epoch": args[0]["epoch"]})
            case "snapshot_request":
                self.emit("snapshot", {"turn": self.acked["turn"]}, {"covers": 0})

    async def change(self, friend: Witness | None) -> None:
        """Ask for one thing and remember that it was acknowledged. Raises ConnectionError at the end."""
        self._serial += 1
        room, serial = self.acked["room"], self._serial
        if friend is not None:  # a guest comes to its friend's room and goes
            if room is None:
                wanted = friend.acked["room"]
                if wanted is not None and friend.asked.get("room", wanted) == wanted:
                    await self._ask({"room": wanted}, "join", {"id": wanted})
                return
            await self._ask({"room": None}, "leave")
        elif room is None:
            self.asked = {"room": ANYTHING}
            kind = self._chance.choice(["create", "create_session"])
            title = f"title {serial}"
            given = (
                await self.ask("create", {"title": title, "private": True})
                if kind == "create"
                else (await self._create_session(title))
            )
            self.asked = {}
            self.acked |= {"room": given["id"], "title": given["title"], "turn": None}
            self.count += 1
        else:
            what = self._chance.choices(["title", "turn", "name", "leave"], [8, 6, 4, 1])[0]
            if what == "title":
                await self._ask({"title": f"title {serial}"}, "update_room", {"title": f"title {serial}"})
            elif what == "turn":
                await self._ask({"turn": serial}, "snapshot", {"turn": serial}, {"covers": 0})
            elif what == "name":
                await self._ask({"name": f"name {serial}"}, "login", {"name": f"name {serial}"})
            else:
                await self._ask({"room": None}, "leave")

    async def look(self) -> list[str]:
        """Come back after a kill and return what was acknowledged and is not so, in words."""
        former = self.id
        self._seen = {}
        await self.connect()
        if former and self.id != former:
            kept = self.acked["room"]  # who had no seat yet was promised nothing
            self.acked, self.asked = {"name": None, "room": None}, {}
            return [f"{former} came back as a stranger, without its room {kept}"] if kept else []
        await self.ask("clock", 0)
        lost = [] if self._fits("room") else [self._differs("room")]
        if not lost and self._seen.get("room") is not None:
            self.acked["room"] = self._seen["room"]
            checked = (
                ("title", "turn", "name") if "title" in self.acked and "turn" in self._seen else ("name",)
            )
            if self.asked.get("room") is not ANYTHING:
                lost += [self._differs(field) for field in checked if not self._fits(field)]
        if not lost:
            self._settle()
        return lost

    async def _create_session(self, title: str) -> Any:
        await self.ask("login", {"name": f"name {self._serial}"})
        self.acked["name"] = f"name {self._serial}"
        created = await self.ask("create_session", {"type": "default", "ph_users": 0, "title": title})
        return created["room"]

    async def _ask(self, wanted: dict[str, Any], event: str, *args: Any) -> None:
        self.asked = wanted
        answer = await self.ask(event, *args)
        self.asked = {}
        if answer["ok"]:
            self.acked |= wanted
            self.count += 1

    def _fits(self, field: str) -> bool:
        seen = self._seen.get(field)
        if seen == self.acked.get(field):
            return True
        return field in self.asked and self.asked[field] in (seen, ANYTHING)

    def _differs(self, field: str) -> str:
        return (
            f"{self.id}: {field} is {self._seen.get(field)!r}, "
            f"acknowledged was {self.acked.get(field)!r}, asked for {self.asked.get(field)!r}"
        )

    def _settle(self) -> None:
        """What is so now is what counts; a guest keeps no account of its friend's title and turn."""
        self.asked = {}
        self.acked |= {field: self._seen[field] for field in self.acked if field in self._seen}
        self.acked["room"] = self._seen.get("room")
