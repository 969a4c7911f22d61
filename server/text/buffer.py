"""When text that is still arriving becomes speakable. Pure: the clock is passed in, in seconds.

Two ways. Buffer 0: every submission is a segment of its own and is spoken at once. Managed: tokens are joined
until a sentence or clause ends; but while the listener is about to run out of sound one complete word is enough,
and to begin with one that takes as long to say as the next takes to come, else two. A word is never cut, except when
the rest of it does not come.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass

from . import markup
from .phrasing import Phrasing


@dataclass(frozen=True)
class Pace:
    """How eager to be. Times in seconds."""

    low_water_s: float = 0.5  # below this much planned sound, speak what there is
    critical_s: float = 0.15  # below this, part even words that had better stay together
    first_words: int = 2  # complete words that start a context; one will do if saying it takes until the next comes
    letter_s: float = 0.07  # so long it takes to say a letter, as an estimate,
    held_s: float = 0.1  # and so much of it is held back until the voice knows how the text goes on
    word_tokens: float = 2.0  # submissions until the next word is complete
    token_s: float = 0.1  # between two submissions, when only one has come
    fade: float = 0.8  # of a slow submission's weight, with every later one
    clause_words: int = 5  # words before a comma that make it worth a segment
    long_words: int = 14  # words after which no comma is waited for
    word_stall_s: float = 0.5  # a silent sender's last word is taken to be complete
    stop_stall_s: float = 0.12  # the same, when it ends in a full stop
    max_chars: int = 300  # longest segment
    first_chars: int = 40  # the same for a context's first, whose length the listener waits for


@dataclass(frozen=True)
class Segment:
    """Text to be spoken now, verbatim."""

    text: str


@dataclass(frozen=True)
class Flush:
    """Everything sent before this flush has been handed out."""

    number: int


class TextBuffer:
    """The text of one context on its way to the voice."""

    def __init__(self, delay_s: float, phrasing: Phrasing, pace: Pace | None = None) -> None:
        """`delay_s`: longest wait for more text; 0 speaks every submission at once."""
        self.delay_s = delay_s
        self.phrasing = phrasing
        self.pace = pace or Pace()
        self.spoken = False  # a segment has been handed out before
        self.last_at: float | None = None  # when text last came
        self._token_s = 0.0  # time between submissions, rather the longest; 0 until there are two
        self._text = ""  # not handed out yet
        self._taken = 0  # characters handed out; all offsets below count from the context's start
        self._forced: deque[int] = deque()  # offsets that end a segment, speakable whatever the rules say
        self._flushes: deque[tuple[int, int]] = deque()  # (offset, number)
        self._arrivals: deque[tuple[int, float]] = deque()  # (offset of the end, time) of each submission

    @property
    def next_word_s(self) -> float:
        """How long after a submission the next word ought to have come, by the pace so far."""
        return self.pace.word_tokens * (self._token_s or self.pace.token_s)

    @property
    def pending(self) -> int:
        """Characters that wait."""
        return len(self._text)

    @property
    def empty(self) -> bool:
        """Nothing left to hand out, neither text nor a flush."""
        return not self._text and not self._flushes

    def push(self, text: str, now: float) -> None:
        """Append a submission, verbatim."""
        if not text:
            return
        self._text += text
        if self.last_at is not None:
            self._token_s = max(self.pace.fade * self._token_s, now - self.last_at)
        self.last_at = now
        self._arrivals.append((self._taken + len(self._text), now))
        if self.delay_s <= 0:
            usable = markup.held(self._text)
            if usable:
                self._force(self._taken + usable)

    def flush(self, number: int) -> None:
        """Make everything so far speakable; `take` answers with Flush(number) once it is handed out."""
        end = self._taken + len(self._text)
        self._force(end)
        self._flushes.append((end, number))

    def close(self) -> None:
        """No more text will come: everything is speakable."""
        self._force(self._taken + len(self._text))

    def _force(self, offset: int) -> None:
        if offset > (self._forced[-1] if self._forced else self._taken):
            self._forced.append(offset)

    def take(self, now: float, runway_s: float) -> Segment | Flush | None:
        """The next thing to speak, if it is time; `runway_s`: seconds of planned sound not yet heard."""
        while True:
            if self._flushes and self._flushes[0][0] <= self._taken:
                return Flush(self._flushes.popleft()[1])
            length = self._speakable(now, runway_s)
            if not length:
                return None
            text = self._hand_out(length)
            if text.strip():
                self.spoken = True
                return Segment(text)

    def _hand_out(self, length: int) -> str:
        text, self._text = self._text[:length], self._text[length:]
        self._taken += length
        while self._forced and self._forced[0] <= self._taken:
            self._forced.popleft()
        while self._arrivals and self._arrivals[0][0] <= self._taken:
            self._arrivals.popleft()
        return text

    def _speakable(self, now: float, runway_s: float) -> int:
        """Characters that may be handed out now."""
        if self._forced:
            return self._first_of(self._text[: self._forced[0] - self._taken])
        window = self._window()
        if not window.strip():
            return 0
        paused = now >= self._last_arrival() + self._stall(window)  # so its last word is a whole one
        late = now >= self._arrived(0) + self.delay_s
        if paused and (late or runway_s < self.pace.low_water_s):
            return self._first_of(window)
        length = self._by_phrase(window, runway_s)
        if not length and late:
            length = self.phrasing.last_word_end(window) or len(window)
        return self._first_of(window[:length]) if length else 0

    def _window(self) -> str:
        """The beginning of the waiting text, tags masked, without a tag that is still arriving."""
        usable = markup.held(self._text)
        return markup.mask(self._text[: min(usable, 2 * self.pace.max_chars)])

    def _first_of(self, text: str) -> int:
        """Length of the first sentence of a text that may all be spoken, or of as much as fits."""
        masked = markup.mask(text[: 2 * self.pace.max_chars])
        length = self.phrasing.sentence_end(masked) or len(text)
        limit = self.pace.max_chars if self.spoken else self.pace.first_chars
        return length if length <= limit else self.phrasing.fitting(masked, limit)

    def _by_phrase(self, window: str, runway_s: float) -> int:
        """Length that the words themselves allow, without regard to time."""
        length = self.phrasing.sentence_end(window)
        if length:
            return length
        words = self.phrasing.count_words(window)
        if runway_s < self.pace.low_water_s:
            one_will_do = self.spoken or self.phrasing.clause_end(window, 1) or self._bridges(window)
            enough = 1 if one_will_do else self.pace.first_words
            if self.phrasing.by_character:
                enough = 0  # what is settled is a phrase at least
            strict = not self.spoken or runway_s > self.pace.critical_s
            return self.phrasing.good_end(window, strict) if words >= enough else 0
        length = self.phrasing.clause_end(window, self.pace.clause_words)
        if not length and words >= self.pace.long_words:
            length = self.phrasing.good_end(window, strict=True)
        return length

    def _bridges(self, window: str) -> bool:
        """Whether saying the waiting text takes until more has come."""
        letters = len(window[: self.phrasing.good_end(window, strict=True)].replace("\0", ""))
        return letters * self.pace.letter_s - self.pace.held_s >= self.next_word_s

    def due(self, now: float, runway_s: float) -> float | None:
        """When `take` should be asked again though nothing arrives; None when only input can help."""
        if not self._text or not self._arrivals:
            return None
        window = self._window()
        if not window.strip():
            return None
        dry = now + runway_s  # when the listener runs out
        low = dry - self.pace.low_water_s
        times = [
            self._arrived(0) + self.delay_s,
            self._arrived(self.phrasing.last_word_end(window)) + self.delay_s,
            max(low, self._last_arrival() + self._stall(window)),
            low,
            dry - self.pace.critical_s,
        ]
        return min((time for time in times if time > now), default=None)

    def _stall(self, window: str) -> float:
        return self.pace.stop_stall_s if self.phrasing.ends_in_stop(window) else self.pace.word_stall_s

    def _last_arrival(self) -> float:
        return self._arrivals[-1][1]

    def _arrived(self, position: int) -> float:
        """When the character at `position` of the waiting text arrived."""
        offset = self._taken + position
        return next((time for end, time in self._arrivals if end > offset), self._arrivals[-1][1])
