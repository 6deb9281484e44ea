"""Hold back what must be committed before it is told, and nothing else.

Whatever follows from one command is a *step*. A step that waits for the storage holds back later steps that
touch the same players or rooms, so that everybody hears one order; all others pass by.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Set

Touched = Set[str]
"""The players told and the rooms rerouted by a step, by their ids."""

Run = Callable[[bool], None]
"""Perform the step; True says that it is committed, or need not be."""


class _Step:
    __slots__ = ("durable", "ready", "run", "touched")

    def __init__(self, touched: Touched, run: Run, ready: bool) -> None:
        self.touched = touched
        self.run = run
        self.ready = ready
        self.durable = True


class Sequencer:
    """Runs steps in order, as far as they have to do with each other."""

    def __init__(self) -> None:
        self._steps: deque[_Step] = deque()
        self._running = False

    def __len__(self) -> int:
        """How many steps are held back."""
        return len(self._steps)

    def pass_by(self, touched: Callable[[], Touched], run: Run) -> None:
        """Run this step now, or behind those that are held back and that it has to do with."""
        if self._steps:
            wanted = touched()
            for step in self._steps:
                if not wanted.isdisjoint(step.touched):
                    self._steps.append(_Step(wanted, run, ready=True))
                    return
        run(True)

    def hold(self, touched: Touched, run: Run) -> Callable[[bool], None]:
        """Hold this step back until the returned call says whether it was committed."""
        step = _Step(touched, run, ready=False)
        self._steps.append(step)

        def committed(durable: bool) -> None:
            step.ready = True
            step.durable = durable
            self._go_on()

        return committed

    def _go_on(self) -> None:
        """Run the steps at the front that wait for nothing more; a step may bring about others."""
        if self._running:
            return
        self._running = True
        try:
            while self._steps and self._steps[0].ready:
                step = self._steps.popleft()
                step.run(step.durable)
        finally:
            self._running = False
