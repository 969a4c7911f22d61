"""One socket's conversation without the socket: frames in, engine commands and frames out."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...audio.formats import Encoder, split
from ...engine.outbox import Audio, Event, Failed, Finished, Flushed, Outbox, Reply
from ...errors import SpeechError
from ...speech.resolve import resolve
from ...speech.session import SpeechSession
from . import frames, protocol
from .context import MAX_WAITING, Context, Contexts, Status
from .timings import timings

if TYPE_CHECKING:
    from ...engine.engine import Engine
    from ...speech.services import Services
    from ...version import Version

logger = logging.getLogger(__name__)


class Session:
    """Lives on the event loop. Faults become error frames; nothing is raised for what a client sends."""

    def __init__(self, services: Services, version: Version, outbox: Outbox) -> None:
        self._services = services
        self._engine: Engine = services.engine
        self._version = version
        self._contexts = Contexts(services.config.failed_memory_s)
        self._speech = SpeechSession(services.engine, outbox)
        self._by_turn: dict[int, Context] = {}

    # --- frames in

    def receive(self, data: str | bytes, now: float) -> None:
        """Act upon one frame."""
        try:
            request = protocol.parse(data)
        except protocol.BadFrame as bad:
            if not self._swallows(bad.context_id, bad.closing, now):
                self._fail(bad.context_id, bad.error, bad.closing, now)
            return
        context_id = request.context_id or protocol.new_context_id()
        if request.cancel:
            self._cancel(context_id, bool(request.ack))
            return
        closing = not request.continues
        if self._swallows(context_id, closing, now):
            return
        try:
            self._generate(context_id, request, data, closing)
        except protocol.BadFrame as bad:
            self._fail(context_id, bad.error, closing, now)
        except SpeechError as fault:
            self._fail(context_id, fault, closing, now)
        except Exception:
            logger.exception("a request failed")
            self._fail(context_id, SpeechError("internal_error", "The request failed."), closing, now)

    def _swallows(self, context_id: str, closing: bool, now: float) -> bool:
        """Whether a frame is the rest of a turn that has failed, about which nothing more is said."""
        if not self._contexts.has_failed(context_id, now):
            return False
        if closing:
            self._contexts.forget_failure(context_id)
            if self._version.closes_failed:
                self._reply(frames.dump(frames.Done(context_id=context_id)))
        return True

    def _generate(self, context_id: str, request: protocol.Request, data: str | bytes, closing: bool) -> None:
        context = self._contexts.get(context_id)
        if context is None:
            self._open(context_id, request, data, closing)
        elif context.status is Status.OPEN and not context.turn.gone:
            self._push(context, request, closing)
        elif sum(map(len, context.waiting)) + len(data) <= MAX_WAITING:
            context.waiting.append(data)
        else:
            raise SpeechError("invalid_request", "Too many requests for a context that is being finished.")

    def _open(self, context_id: str, request: protocol.Request, data: str | bytes, closing: bool) -> None:
        if request.transcript is None and not request.flush:
            raise SpeechError("invalid_request", "transcript is required.")
        if closing and not (request.transcript or "").strip() and not request.flush:
            self._reply(frames.dump(frames.Done(context_id=context_id)))  # nothing to say needs no voice
            return
        services, opening = self._services, protocol.parse_opening(data)
        settings = resolve(opening, self._version, services.backend, services.dictionaries)
        self._check_length(request)
        turn = self._speech.open(settings)
        context = Context(context_id, settings, turn, Encoder(settings.format, self._engine.sample_rate))
        self._contexts.add(context)
        self._by_turn[turn.id] = context
        self._push(context, request, closing)

    def _push(self, context: Context, request: protocol.Request, closing: bool) -> None:
        self._check_length(request)
        self._speech.push(context.turn, request.transcript or "", bool(request.flush), closing)
        if closing:
            context.status = Status.CLOSING

    def _check_length(self, request: protocol.Request) -> None:
        limit = self._services.config.max_text_chars
        if request.transcript and len(request.transcript) > limit:
            raise SpeechError("text_too_long", f"A transcript may have {limit} characters.")

    def _cancel(self, context_id: str, acknowledge: bool) -> None:
        self._contexts.forget_failure(context_id)  # its sender has given the turn up
        context = self._contexts.get(context_id)
        if context is None:
            return  # it may have ended while the cancel was on its way
        self._drop(context, Status.CANCELLED)
        if acknowledge:
            frame = frames.Cancelled(
                context_id=context_id,
                samples=context.samples_sent,
                seconds=round(context.samples_sent / context.settings.format.sample_rate, 3),
                word=context.last_word,
                word_index=context.words_sent - 1,
            )
            self._reply(frames.dump(frame))

    def _fail(self, context_id: str, fault: SpeechError, closing: bool, now: float) -> None:
        context = self._contexts.get(context_id)
        if context is not None:
            closing = closing or context.status is Status.CLOSING
            self._drop(context, Status.FAILED)
        self._reply_error(context_id, fault, closing, now)

    def _reply_error(self, context_id: str, fault: SpeechError, closing: bool, now: float) -> None:
        self._services.metrics.errors.labels(fault.code).inc()
        if not closing:
            self._contexts.remember_failure(context_id, now)
        self._reply(frames.error(context_id, fault))

    def _drop(self, context: Context, status: Status) -> None:
        self._speech.cancel(context.turn)
        self._forget(context, status)

    def _forget(self, context: Context, status: Status) -> None:
        self._contexts.end(context, status)
        self._by_turn.pop(context.turn.id, None)
        self._services.metrics.contexts.labels(status.name.lower()).inc()

    def _reply(self, frame: bytes) -> None:
        self._speech.reply(frame)

    def close(self) -> None:
        """The socket is gone: so is all speech for it."""
        for context in self._contexts.all():
            self._drop(context, Status.CANCELLED)

    # --- frames out

    def render(self, event: Event, now: float) -> Iterator[bytes]:
        """Frames for one event, made as they are taken; nothing for a context that is over meanwhile."""
        if isinstance(event, Reply):
            yield event.frame
            return
        context = self._by_turn.get(event.job_id)
        if context is None or not self._speech.takes(event):
            return
        if isinstance(event, Audio):
            yield from self._audio(context, event)
        elif isinstance(event, Flushed):
            number = event.number + self._version.first_flush_id
            yield frames.dump(frames.FlushDone(context_id=context.id, flush_id=number))
        elif isinstance(event, Finished):
            yield from self._chunks(context, context.encoder.finish(), 0.0, event.flushes)
            if context.alive:
                self._forget(context, Status.DONE)
                yield frames.dump(frames.Done(context_id=context.id))
                self._next(context, now)
        elif isinstance(event, Failed):
            closing = context.status is Status.CLOSING
            self._forget(context, Status.FAILED)
            self._services.metrics.errors.labels(event.error.code).inc()
            if not closing:
                self._contexts.remember_failure(context.id, now)
            yield frames.error(context.id, event.error)
            self._next(context, now)

    def _next(self, context: Context, now: float) -> None:
        """Requests that came for this name while it was being finished."""
        waiting, context.waiting = context.waiting, []
        for data in waiting:
            self.receive(data, now)

    def _audio(self, context: Context, event: Audio) -> Iterator[bytes]:
        settings = context.settings
        flush_id = self._flush_id(context, event.flushes)
        if event.words:
            for frame in timings(event.words, settings, context.id, flush_id):
                yield frames.dump(frame)
            context.words_sent += len(event.words)
            context.last_word = event.words[-1].text
        data = context.encoder.encode(event.samples)
        yield from self._chunks(context, data, event.step_ms, event.flushes)

    def _chunks(self, context: Context, data: bytes, step_ms: float, flushes: int) -> Iterator[bytes]:
        flush_id = self._flush_id(context, flushes)
        for piece in split(data):
            if not context.alive:
                return
            if not context.samples_sent:
                self._services.metrics.first_audio.observe(self._engine.now() - context.turn.asked_at)
            context.samples_sent += len(piece) // context.settings.format.sample_bytes
            yield frames.dump(
                frames.Chunk(context_id=context.id, data=piece, step_time=round(step_ms, 3), flush_id=flush_id)
            )

    def _flush_id(self, context: Context, flushes: int) -> int | frames.UnsetType:
        """The flush this sound belongs to: always told where ids count from 0, else once flushes are used."""
        first = self._version.first_flush_id
        return flushes + first if first == 0 or context.turn.flushes else frames.UNSET
