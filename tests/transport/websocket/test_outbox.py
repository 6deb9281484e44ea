"""What a recipient gets that keeps up, that is slow, and that stands still."""

from __future__ import annotations

from dataclasses import replace

import pytest

from gameserver.transport.websocket.outbox import CHUNK, Outbox, OutboxLimits
from gameserver.transport.websocket.sweeper import Sweeper
from gameserver.transport.websocket.turn import Turn
from tests.transport.websocket.fakes import FakeLoop, FakeTransport

LIMITS = OutboxLimits(
    backlog_bytes=1000,
    backlog_seconds=3.0,
    newest_bytes=500,
    stall_seconds=10.0,
    least_bytes_per_second=100.0,
)


class Recipient:
    """An outbox on a fake kernel that takes `room` bytes."""

    def __init__(
        self,
        room: int = 0,
        turn: Turn | None = None,
        loop: FakeLoop | None = None,
        limits: OutboxLimits = LIMITS,
    ) -> None:
        self.loop = loop or FakeLoop()
        self.turn = turn or Turn(self.loop.call_soon, self.loop.time)
        self.kernel = FakeTransport(self.loop, room)
        self.slow = 0
        sweeper = Sweeper(self.loop, clock=self.loop.time)
        self.outbox = Outbox(self.kernel, self.kernel.send, self.turn, sweeper, limits, self._slow)
        self.kernel.connect(self)

    def _slow(self) -> None:
        self.slow += 1

    def connection_made(self, transport: object) -> None:
        pass

    def pause_writing(self) -> None:
        self.outbox.block()

    def resume_writing(self) -> None:
        self.outbox.unblock()

    def read_all(self) -> bytes:
        """The client reads until nothing more comes; what it got since the last time."""
        before = len(self.kernel.taken)
        self.kernel.give(1 << 30)
        self.kernel.room = 0
        return self.kernel.taken[before:]


def stalled(limits: OutboxLimits = LIMITS) -> Recipient:
    """One whose kernel takes nothing: the first frame, `|`, waits in the transport."""
    recipient = Recipient(limits=limits)
    recipient.outbox.send(b"|")
    recipient.loop.turn()
    return recipient


def test_an_idle_recipient_gets_a_frame_at_once() -> None:
    recipient = Recipient(room=100)

    recipient.outbox.send(b"now")

    assert recipient.kernel.taken == b"now"


def test_what_follows_in_the_same_turn_is_joined_into_one_write() -> None:
    recipient = Recipient(room=100)

    for frame in (b"first ", b"second ", b"third"):
        recipient.outbox.send(frame)
    assert recipient.kernel.taken == b"first "
    recipient.loop.turn()

    assert recipient.kernel.taken == b"first second third"
    assert recipient.kernel.writes == 2


def test_under_load_the_next_turn_joins_from_its_first_frame_on() -> None:
    recipient = Recipient(room=100)
    recipient.outbox.send(b"1")
    recipient.outbox.send(b"2")
    recipient.loop.turn()

    recipient.outbox.send(b"3")
    assert recipient.kernel.taken == b"12"
    recipient.outbox.send(b"4")
    recipient.loop.turn()

    assert recipient.kernel.taken == b"1234"
    assert recipient.kernel.writes == 3


def test_when_the_load_has_gone_frames_go_at_once_again() -> None:
    recipient = Recipient(room=100)
    for frame in (b"1", b"2"):
        recipient.outbox.send(frame)
    recipient.loop.turn()
    for _ in range(recipient.outbox.JOINED_TURNS):
        recipient.outbox.send(b"3")
        recipient.loop.turn()
    assert recipient.kernel.taken == b"12" + b"3" * recipient.outbox.JOINED_TURNS

    recipient.outbox.send(b"4")

    assert recipient.kernel.taken.endswith(b"34")


def test_who_gets_single_frames_is_written_to_at_once_beside_one_who_gets_many() -> None:
    loop = FakeLoop()
    turn = Turn(loop.call_soon, loop.time)
    busy, quiet = Recipient(100, turn, loop), Recipient(100, turn, loop)
    for frame in (b"1", b"2"):
        busy.outbox.send(frame)
    loop.turn()

    busy.outbox.send(b"3")
    quiet.outbox.send(b"a")

    assert (busy.kernel.taken, quiet.kernel.taken) == (b"12", b"a")


def test_one_flush_at_the_end_of_the_turn_serves_all_recipients() -> None:
    loop = FakeLoop()
    ends = 0

    def call_soon(callback: object) -> None:
        nonlocal ends
        ends += 1
        loop.call_soon(callback)  # type: ignore[arg-type]

    turn = Turn(call_soon, loop.time)
    recipients = [Recipient(100, turn, loop) for _ in range(5)]

    for frame in (b"a", b"b"):
        for recipient in recipients:
            recipient.outbox.send(frame)
    loop.turn()

    assert [recipient.kernel.taken for recipient in recipients] == [b"ab"] * 5
    assert ends == 1
    assert (turn.tally.direct_writes, turn.tally.joined_writes, turn.tally.joined_frames) == (5, 5, 5)


def test_every_kind_of_frame_keeps_its_place_in_the_order() -> None:
    recipient = Recipient(room=100)

    recipient.outbox.send(b"1")
    recipient.outbox.send(b"2")
    recipient.outbox.send_newest("state", b"3")
    recipient.outbox.send(b"4", counts=False)
    recipient.outbox.send(b"5")
    assert recipient.outbox.send_now(b"6")
    recipient.outbox.send_newest("state", b"7")
    recipient.loop.turn()

    assert recipient.kernel.taken == b"1234567"


def test_a_stalled_recipient_gets_all_reliable_frames_in_order_when_it_reads_again() -> None:
    recipient = stalled()
    for number in range(10):
        recipient.outbox.send(b"%d" % number)

    assert recipient.read_all() == b"|0123456789"
    assert recipient.outbox.backlog_bytes == 0
    assert recipient.slow == 0


def test_the_newest_takes_the_place_at_the_end_and_the_older_one_goes() -> None:
    recipient = stalled()

    recipient.outbox.send_newest("state", b"old state,")
    recipient.outbox.send(b"reliable,")
    recipient.outbox.send_newest("key", b"key,")
    recipient.outbox.send_newest("state", b"new state,")

    assert recipient.read_all() == b"|reliable,key,new state,"
    assert recipient.turn.tally.newest_replaced == 1


def test_newest_wins_frames_never_add_to_the_backlog_nor_end_the_connection() -> None:
    recipient = Recipient(room=5)
    for _ in range(1000):
        recipient.outbox.send_newest("state", b"x" * 100)
        recipient.loop.advance(1.0)
        assert recipient.outbox.backlog_bytes == 0

    assert recipient.slow == 0
    assert len(recipient.read_all()) == 95 + 100  # what the kernel had begun, and the newest


def test_a_stalled_recipient_is_served_as_before_once_it_reads() -> None:
    recipient = Recipient(room=5)
    for number in range(100):
        recipient.outbox.send_newest("state", b"%10d" % number)
        recipient.loop.advance(1.0)
    recipient.read_all()
    recipient.kernel.room = 1000

    recipient.outbox.send_newest("state", b"next")
    recipient.outbox.send(b"and reliable")
    recipient.loop.turn()

    assert recipient.kernel.taken.endswith(b"%10dnextand reliable" % 99)


def test_many_slots_of_newest_frames_are_bounded_too_and_the_oldest_go() -> None:
    recipient = stalled()

    for slot in range(8):
        recipient.outbox.send_newest(slot, b"%d" % slot * 100)

    assert recipient.read_all() == b"|" + b"".join(b"%d" % slot * 100 for slot in range(3, 8))
    assert recipient.turn.tally.newest_dropped == 3


def test_a_slot_is_never_taken_for_a_reliable_frame() -> None:
    recipient = stalled()

    for slot in (1, 2, 3):
        recipient.outbox.send(b"reliable ")
        recipient.outbox.send_newest(slot, b"newest ")

    assert recipient.read_all() == b"|" + b"reliable newest " * 3


def test_a_reliable_backlog_past_its_bytes_ends_the_connection_once() -> None:
    recipient = stalled()
    recipient.outbox.send(b"x" * 999)
    assert (recipient.slow, recipient.outbox.backlog_bytes) == (0, 1000)

    recipient.outbox.send(b"x")
    recipient.outbox.send(b"x")

    assert recipient.slow == 1
    assert recipient.outbox.backlog_bytes == 0


def test_a_reliable_backlog_that_gets_too_old_ends_the_connection() -> None:
    recipient = stalled()

    recipient.loop.advance(3.0)
    assert recipient.slow == 0
    recipient.loop.advance(0.5)

    assert recipient.slow == 1


def test_a_reliable_frame_behind_news_grows_old_as_well() -> None:
    recipient = Recipient(room=5)
    recipient.outbox.send_newest("state", b"x" * 100)
    recipient.loop.advance(60.0)
    recipient.outbox.send(b"reliable")

    recipient.loop.advance(2.9)
    assert recipient.slow == 0
    recipient.loop.advance(0.6)

    assert recipient.slow == 1


def test_a_slow_reader_is_kept_as_long_as_nothing_waits_too_long() -> None:
    recipient = stalled()
    for _ in range(20):
        for _ in range(9):
            recipient.outbox.send(b"x" * 100)
        recipient.loop.advance(2.5)
        recipient.read_all()
        recipient.outbox.send(b"|")

    assert recipient.slow == 0


def test_a_reader_that_always_lags_behind_is_judged_by_its_oldest_frame() -> None:
    """Each second brings a frame and takes one, but each waits two seconds: that may go on for ever."""
    recipient = Recipient()
    for _ in range(3):
        recipient.outbox.send(b"x" * 100)
    for _ in range(100):
        recipient.loop.advance(1.0)
        recipient.kernel.give(100)
        recipient.outbox.send(b"x" * 100)

    assert recipient.slow == 0


def test_nothing_is_swept_while_nobody_is_stuck() -> None:
    recipient = stalled()
    recipient.read_all()
    recipient.loop.advance(1.0)

    assert recipient.loop.timers == 0


def test_frames_with_a_budget_of_their_own_are_no_backlog() -> None:
    recipient = stalled()
    recipient.read_all()

    recipient.outbox.send(b"s" * 5000, counts=False)
    recipient.outbox.send(b"t" * 5000, counts=False)
    assert recipient.outbox.backlog_bytes == 0
    recipient.outbox.send(b"reliable")

    assert recipient.outbox.backlog_bytes == len(b"reliable")
    assert recipient.read_all() == b"s" * 5000 + b"t" * 5000 + b"reliable"
    assert recipient.slow == 0


def test_of_frames_with_a_budget_one_is_in_flight_and_one_waits_however_many_are_asked_for() -> None:
    """Else who takes a byte now and then, and joins again and again, would have each kept for it."""
    recipient = Recipient(room=1)
    for letter in (b"s", b"t", b"u"):
        recipient.outbox.send(letter * 5000, counts=False)
        recipient.outbox.send(b"joined")
    recipient.kernel.give(1)

    assert recipient.read_all() == b"s" * 4998 + b"joinedjoined" + b"u" * 5000 + b"joined"
    assert recipient.slow == 0


def test_what_waits_behind_a_big_budgeted_frame_is_not_too_old_for_it() -> None:
    recipient = Recipient()
    recipient.outbox.send(b"s" * 2000, counts=False)
    recipient.outbox.send(b"reliable")
    for _ in range(19):
        recipient.kernel.give(100)
        recipient.loop.advance(1.0)
    recipient.kernel.give(100)
    assert recipient.slow == 0

    recipient.loop.advance(2.9)
    assert recipient.slow == 0
    recipient.loop.advance(0.6)
    assert recipient.slow == 1


def test_a_budgeted_frame_of_which_nothing_is_taken_ends_the_connection_at_last() -> None:
    recipient = Recipient()
    recipient.outbox.send(b"s" * 1000, counts=False)

    recipient.loop.advance(10.0)
    assert recipient.slow == 0
    recipient.loop.advance(0.5)

    assert recipient.slow == 1


def with_a_snapshot(size: int, least_bytes_per_second: float) -> Recipient:
    """One to whom a snapshot was sent, of which the kernel has taken nothing yet."""
    recipient = Recipient(limits=replace(LIMITS, least_bytes_per_second=least_bytes_per_second))
    recipient.outbox.send(b"s" * size, counts=False)
    return recipient


def test_who_takes_a_byte_of_a_snapshot_now_and_then_is_closed_as_who_takes_none() -> None:
    """Else it keeps the snapshot, one that waits and its backlog, two megabytes, as long as it likes."""
    recipient = with_a_snapshot(1_000_000, least_bytes_per_second=1000)
    for _ in range(10):
        recipient.kernel.give(1)
        recipient.loop.advance(1.0)
    assert (recipient.slow, recipient.turn.tally.stalls) == (0, 0)

    recipient.loop.advance(0.5)

    assert (recipient.slow, recipient.turn.tally.stalls) == (1, 1)


def test_who_takes_a_snapshot_at_the_least_rate_gets_all_of_it_though_its_link_falters() -> None:
    """Nothing for eight seconds, and then what has come together: a phone in a tunnel."""
    recipient = with_a_snapshot(100_000, least_bytes_per_second=1000)
    for _ in range(12):
        recipient.loop.advance(8.0)
        recipient.kernel.give(8000)
        recipient.loop.advance(0.25)
        recipient.kernel.give(251)
    recipient.kernel.give(2000)

    assert (recipient.slow, recipient.kernel.buffered) == (0, b"")


def test_who_took_much_of_a_snapshot_at_once_may_not_keep_the_rest() -> None:
    recipient = with_a_snapshot(1_000_000, least_bytes_per_second=1000)
    recipient.kernel.give(999_000)
    recipient.loop.advance(1.0)

    recipient.loop.advance(10.5)

    assert recipient.slow == 1


def test_a_reader_below_the_least_rate_is_closed_as_soon_as_it_is_so_far_behind() -> None:
    recipient = with_a_snapshot(1_000_000, least_bytes_per_second=1000)
    seconds = 0
    while not recipient.slow:
        recipient.kernel.give(500)
        recipient.loop.advance(1.0)
        seconds += 1

    assert 20 <= seconds <= 22, "each second brings it half a second further behind"


def test_each_way_to_be_slow_is_counted_by_its_name() -> None:
    for slow in (stalled(), with_a_snapshot(1000, 1000.0)):
        slow.outbox.send(b"x" * 900)
        slow.loop.advance(3.5)
        assert slow.turn.tally.backlogs + slow.turn.tally.stalls == slow.slow
    assert slow.slow == 0
    slow.loop.advance(8.0)
    assert (slow.turn.tally.backlogs, slow.turn.tally.stalls) == (0, 1)

    greedy = stalled()
    greedy.outbox.send(b"x" * 2000)
    assert (greedy.turn.tally.backlogs, greedy.turn.tally.stalls) == (1, 0)


def test_no_ping_is_sent_behind_a_backlog() -> None:
    recipient = stalled()

    assert not recipient.outbox.send_now(b"ping")

    assert recipient.read_all() == b"|"


def test_a_ping_that_gets_stuck_is_no_backlog() -> None:
    recipient = Recipient()

    assert recipient.outbox.send_now(b"ping")
    recipient.loop.advance(60.0)

    assert (recipient.slow, recipient.outbox.backlog_bytes) == (0, 0)


def test_news_stay_replaceable_until_the_kernel_takes_them() -> None:
    """After a stall only a chunk at a time is handed over, or the transport would keep old news."""
    recipient = stalled()
    reliable = [b"%d" % number * 400 for number in range(2)]
    for frame in reliable:
        recipient.outbox.send(frame)
    recipient.outbox.send_newest("state", b"old")

    recipient.kernel.give(1)
    recipient.outbox.send_newest("state", b"new")

    assert recipient.read_all() == b"".join(reliable) + b"new"


def test_after_a_stall_no_more_than_a_chunk_is_handed_over_at_once() -> None:
    size = CHUNK * 2 // 5
    recipient = stalled(OutboxLimits(backlog_bytes=5 * size))
    for _ in range(4):
        recipient.outbox.send(b"r" * size)

    recipient.kernel.give(1)

    assert len(recipient.kernel.buffered) == 2 * size
    assert recipient.outbox.backlog_bytes == 4 * size
    assert recipient.read_all() == b"r" * 4 * size


@pytest.mark.parametrize("reliable", [0, 1])
def test_joined_frames_that_get_stuck_are_backlog_if_one_of_them_is_reliable(reliable: int) -> None:
    recipient = Recipient(room=4)
    recipient.outbox.send_newest("first", b"1")
    recipient.outbox.send_newest("state", b"2" * 10)
    for _ in range(reliable):
        recipient.outbox.send(b"3" * 10)
    recipient.loop.turn()

    assert (recipient.outbox.backlog_bytes > 0) == bool(reliable)
    recipient.loop.advance(60.0)
    assert recipient.slow == reliable


def test_a_turn_that_brings_more_than_the_bound_ends_who_does_not_take_it() -> None:
    recipient = Recipient(room=100)
    for _ in range(12):  # the first of which the kernel takes
        recipient.outbox.send(b"x" * 100)
    assert recipient.slow == 0
    recipient.loop.turn()

    assert recipient.slow == 1
    assert recipient.outbox.backlog_bytes == 0


def test_in_one_turn_too_only_the_newest_waits_for_who_does_not_take_it() -> None:
    """What was joined in a turn went to the transport whole, old news before new, however much it was."""
    recipient = Recipient(room=1, limits=OutboxLimits(newest_bytes=2 * CHUNK))
    recipient.outbox.send(b"|")
    frame = b"x" * 10_000
    for number in range(100):
        recipient.outbox.send_newest("state", b"%2d" % number + frame)
    recipient.loop.turn()

    assert len(recipient.kernel.buffered) <= CHUNK + len(frame) + 2
    assert recipient.read_all()[-len(frame) - 2 :] == b"99" + frame
    assert recipient.turn.tally.newest_replaced == 100 - 7 - 1, "seven were joined before it was seen"


def test_in_one_turn_too_no_more_news_of_many_members_wait_than_the_bound() -> None:
    recipient = Recipient(room=1, limits=OutboxLimits(newest_bytes=CHUNK))
    recipient.outbox.send(b"|")
    for member in range(100):
        recipient.outbox.send_newest(member, b"x" * 10_000)
    recipient.loop.turn()

    assert len(recipient.read_all()) <= CHUNK + 10_000 + CHUNK
    assert recipient.turn.tally.newest_dropped == 100 - 7 - 6


def test_who_takes_it_gets_all_that_one_turn_brings_and_is_told_of_in_the_figures() -> None:
    recipient = Recipient(room=1 << 30)
    frame = b"x" * 10_000
    for number in range(20):
        recipient.outbox.send_newest("state", b"%2d" % number + frame)
    recipient.loop.turn()

    assert recipient.kernel.taken == b"".join(b"%2d" % number + frame for number in range(20))
    tally = recipient.turn.tally
    assert (tally.direct_writes, tally.joined_frames, tally.joined_writes) == (1, 19, 3)


def test_news_that_were_joined_with_reliable_frames_are_no_backlog_either() -> None:
    recipient = Recipient(room=1)
    recipient.outbox.send(b"|")
    for slot in range(3):
        recipient.outbox.send_newest(slot, b"n" * 400)
    recipient.outbox.send(b"r" * 10)
    recipient.loop.turn()
    assert recipient.outbox.backlog_bytes == 10

    recipient.outbox.send(b"r" * 900)

    assert (recipient.slow, recipient.outbox.backlog_bytes) == (0, 910)
    recipient.read_all()
    recipient.outbox.send(b"r" * 100)
    recipient.loop.turn()
    assert recipient.outbox.backlog_bytes == 100, "and what is gone is deducted no longer"


def test_closing_hands_over_all_that_is_held_and_takes_nothing_more() -> None:
    recipient = stalled()
    recipient.outbox.send(b"reliable,")
    recipient.outbox.send_newest("state", b"state,")

    recipient.outbox.close(b"bye")
    recipient.outbox.send(b"too late")
    recipient.outbox.send_newest("state", b"too late")

    assert recipient.read_all() == b"|reliable,state,bye"


@pytest.mark.parametrize("error", [ConnectionResetError, BrokenPipeError])
def test_an_error_of_the_socket_is_left_to_the_transport(error: type[OSError]) -> None:
    recipient = Recipient()

    def fail(data: bytes) -> int:
        raise error

    recipient.kernel.send = fail  # type: ignore[method-assign]
    outbox = Outbox(recipient.kernel, fail, recipient.turn, Sweeper(recipient.loop), LIMITS, recipient._slow)
    outbox.send(b"frame")

    assert recipient.kernel.buffered == b"frame"


def test_the_largest_backlog_is_remembered_also_of_who_was_closed_for_it() -> None:
    recipient = stalled()
    recipient.outbox.send(b"x" * 400)
    recipient.read_all()
    assert (recipient.outbox.backlog_bytes, recipient.outbox.peak_bytes) == (0, 401)

    recipient = stalled()
    recipient.outbox.send(b"x" * 2000)
    assert recipient.slow == 1
    assert (recipient.outbox.backlog_bytes, recipient.outbox.peak_bytes) == (0, 2001)


def test_who_keeps_up_never_had_a_backlog() -> None:
    recipient = Recipient(room=1000)
    recipient.outbox.send(b"now")

    assert recipient.outbox.peak_bytes == 0
