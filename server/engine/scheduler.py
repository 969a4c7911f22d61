"""Which streams are advanced next, and by how much. No tensors, no clock of its own, no asyncio.

Earliest deadline first: a stream's deadline is the moment its listener runs out of sound. Newcomers have none
yet and go first. Streams are advanced in batches of equal frame counts; the count grows with the lead, so the
first sound is small and early and later ones are cheap.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from ..config import EngineLimits

SMALL, MIDDLE = 4, 8  # frames of a step for a listener who soon runs out, and for one who has a little
ROUNDS = 2.0  # the one that passes a stream over, and the one that serves it
FADE = 0.95  # of the memory of a long round, with every round


@dataclass(eq=False)
class Row:
    """One stream as the scheduler sees it. Times in seconds on the engine's clock."""

    arrived: float  # when its first text came
    frame_s: float  # seconds of one frame
    live: bool = True  # somebody listens while it is made; False: a whole-file job
    first_frames: int = 5  # frames wanted for the first chunk
    latency_s: float = 0.0  # of the sound delivered, so much is still held back by the resampler
    ready: int = 0  # frames that can be decoded now (set by the engine before each pick)
    draining: bool = False  # whatever is ready is the last there is for now: do not wait for more
    ending: bool = False  # the text is over; a step may go past the end
    blocked: bool = False  # its reader has enough unread sound
    dry_at: float | None = None  # when the listener runs out; None before the first sound
    ready_since: float | None = None  # since when there has been something to decode

    def lead(self, now: float) -> float:
        """Seconds of sound the listener still has; negative when the sound has run out."""
        return 0.0 if self.dry_at is None else self.dry_at - now


@dataclass(frozen=True)
class Batch:
    """Rows to be advanced together, each by `frames` frames."""

    frames: int
    rows: list[Row]


def chunk_sizes(limits: EngineLimits) -> list[int]:
    """Frames of a listener's first step and of later ones, in the order in which they come."""
    return [limits.first_frames, SMALL, MIDDLE, limits.max_frames]


class Scheduler:
    """Picks batches, and keeps the account of who has how much sound ahead."""

    def __init__(self, limits: EngineLimits) -> None:
        self.limits = limits
        self._round_s = 0.0  # the longest of the engine's last rounds, older ones counting less

    def took(self, seconds: float) -> None:
        """A round of the engine has ended, after so long."""
        self._round_s = max(seconds, FADE * self._round_s)

    @property
    def critical_s(self) -> float:
        """A started stream with less sound than this may run dry if it is passed over once more."""
        return max(self.limits.critical_s, ROUNDS * self._round_s)

    @property
    def pressed(self) -> bool:
        """Rounds are so long that a small first chunk may run dry if a few of them come before the second."""
        return 2 * ROUNDS * self._round_s > self.limits.critical_s

    def pick(self, rows: Iterable[Row], now: float) -> Batch | None:
        """The next batch; None when there is nothing to decode or everyone has enough."""
        ranked = sorted(
            ((rank, row) for row in rows if (rank := self._rank(row, now)) is not None),
            key=lambda pair: pair[0],
        )
        if not ranked:
            return None
        frames = self._frames(ranked[0][1], now)
        width = max(1, self.limits.tick_frames // frames)
        chosen = [row for _, row in ranked if self._frames(row, now) == frames]
        return Batch(frames, chosen[:width])

    def _rank(self, row: Row, now: float) -> tuple[int, float] | None:
        """Smaller goes first; None: not now."""
        if row.ready < 1 or row.blocked:
            return None
        if row.dry_at is None:
            return 1, row.arrived
        if not row.live:
            return 3, row.dry_at
        lead = row.dry_at - now
        if lead > self.limits.lead_s or self._wait_for_more(row, lead):
            return None
        if lead < self.critical_s:
            return 0, row.dry_at
        return (2 if lead < self.limits.comfort_s else 4), row.dry_at

    def _wait_for_more(self, row: Row, lead: float) -> bool:
        """A stream in no hurry waits until a full chunk can be made, unless no more will come."""
        return row.ready < self.limits.max_frames and not row.draining and lead > self.limits.patience_s

    def _frames(self, row: Row, now: float) -> int:
        """Frames for this row's next step; after the first a power of two, so that rows fall into step."""
        limits = self.limits
        if row.dry_at is None:
            wanted = max(row.first_frames, MIDDLE) if self.pressed else row.first_frames
        elif not row.live:
            wanted = limits.max_frames
        else:
            lead = round(row.lead(now) / row.frame_s, 3)
            # a small step costs a crowd half as much again for each frame: it would never catch up
            small = MIDDLE if self.pressed else SMALL
            wanted = small if lead < 3 else MIDDLE if lead < 16 else limits.max_frames
        wanted = min(wanted, limits.max_frames)
        if row.ready >= wanted:
            return wanted
        if row.ending:  # a step may go past the end, so one step makes the rest
            return 1 << (row.ready - 1).bit_length()
        return 1 << (row.ready.bit_length() - 1)

    def delivered(self, row: Row, seconds: float, now: float) -> bool:
        """Book `seconds` of new sound; True if the listener had run out although there was work to do.

        A gap because no text had arrived is nobody's fault and no underrun.
        """
        if row.dry_at is None:
            row.dry_at = now + seconds - row.latency_s
            return False
        late = row.live and now > row.dry_at
        underrun = late and row.ready_since is not None and row.ready_since <= row.dry_at
        row.dry_at = max(row.dry_at, now) + seconds
        return underrun

    def wake_at(self, rows: Iterable[Row], now: float) -> float | None:
        """When `pick` may have something though nothing arrives; None when only input can help."""
        times = []
        for row in rows:
            if row.ready < 1 or row.blocked or row.dry_at is None or not row.live:
                continue
            held_by = self.limits.lead_s
            if self._wait_for_more(row, row.dry_at - now):
                held_by = self.limits.patience_s
            times.append(max(now, row.dry_at - held_by))
        return min(times, default=None)
