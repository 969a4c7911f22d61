"""Pipecat's service in a pipeline: sentences, tokens, an interruption, and a turn that fails in its middle."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from typing import Any

from pipecat.frames.frames import (
    EndFrame,
    ErrorFrame,
    Frame,
    InterruptionFrame,
    LLMFullResponseEndFrame,
    LLMFullResponseStartFrame,
    LLMTextFrame,
    TTSAudioRawFrame,
    TTSStartedFrame,
    TTSStoppedFrame,
    TTSTextFrame,
)
from pipecat.pipeline.pipeline import Pipeline
from pipecat.pipeline.worker import PipelineWorker
from pipecat.processors.frame_processor import FrameDirection, FrameProcessor
from pipecat.services.cartesia.tts import CartesiaHttpTTSService, CartesiaTTSService
from pipecat.services.tts_service import TextAggregationMode
from pipecat.workers.runner import WorkerRunner
from stage import BASE, KEY, RUNAWAY, SOCKET, VOICE, Scene, play

RATE = 16000
LONG = ["This sentence goes on for quite a while, because nobody will hear the end of it. "] * 4


class Ear(FrameProcessor):
    """Keeps every frame that passes, and lets others wait for some."""

    def __init__(self) -> None:
        super().__init__()
        self.frames: list[Frame] = []
        self._news = asyncio.Condition()

    async def process_frame(self, frame: Frame, direction: FrameDirection) -> None:
        await super().process_frame(frame, direction)
        async with self._news:
            self.frames.append(frame)
            self._news.notify_all()
        await self.push_frame(frame, direction)

    def of(self, *kinds: type) -> list[Any]:
        return [frame for frame in self.frames if isinstance(frame, kinds)]

    async def until(self, reached: Callable[[], bool]) -> None:
        async with self._news:
            await asyncio.wait_for(self._news.wait_for(reached), 20)


class Bot:
    """A pipeline with ears on both sides of the service."""

    def __init__(self, service: Any) -> None:
        self.mouth, self.back = Ear(), Ear()  # what goes on to the speaker, and what comes back
        pipeline = Pipeline([self.back, service, self.mouth])
        self.worker = PipelineWorker(pipeline, cancel_on_idle_timeout=False)

    async def say(self, *pieces: str) -> None:
        """One answer of the language model; returns when it has been spoken, or has failed."""
        await self.start(*pieces)
        await self.mouth.until(lambda: bool(self.mouth.of(TTSStoppedFrame)) or bool(self.back.of(ErrorFrame)))

    async def start(self, *pieces: str) -> None:
        self.mouth.frames.clear()
        self.back.frames.clear()
        texts = [LLMTextFrame(piece) for piece in pieces]
        await self.worker.queue_frames([LLMFullResponseStartFrame(), *texts, LLMFullResponseEndFrame()])

    def report(self, scene: Scene, text: str) -> None:
        """The newest turn. What an earlier one had left in the pipeline may have come first."""
        turn = self.mouth.of(TTSStartedFrame)[-1].context_id
        sound = [frame.audio for frame in self.mouth.of(TTSAudioRawFrame) if frame.context_id == turn]
        words = " ".join(frame.text for frame in self.mouth.of(TTSTextFrame) if frame.context_id == turn)
        scene.turn(text, sound, RATE, words=words.split())
        scene.facts.setdefault("errors", []).extend(frame.error for frame in self.back.of(ErrorFrame))
        marks = [len(self.mouth.of(kind)) for kind in (TTSStartedFrame, TTSStoppedFrame)]
        scene.facts.setdefault("started and stopped", []).append(marks)


@contextlib.asynccontextmanager
async def bot(**options: Any) -> AsyncIterator[Bot]:
    settings = CartesiaTTSService.Settings(voice=VOICE, model="sonic-3")
    url = f"{SOCKET}/tts/websocket"
    async with running(CartesiaTTSService(api_key=KEY, url=url, sample_rate=RATE, settings=settings, **options)) as it:
        yield it


@contextlib.asynccontextmanager
async def running(service: Any) -> AsyncIterator[Bot]:
    made, started = Bot(service), asyncio.Event()

    @made.worker.event_handler("on_pipeline_started")
    async def _(*_: Any) -> None:
        started.set()

    runner = WorkerRunner(handle_sigint=False)
    await runner.add_workers(made.worker)
    running = asyncio.create_task(runner.run())
    try:
        await asyncio.wait_for(started.wait(), 20)
        yield made
        await made.worker.queue_frame(EndFrame())
        await asyncio.wait_for(running, 20)
    finally:
        running.cancel()


async def sentences(scene: Scene) -> None:
    async with bot() as it:
        await it.say("Hello ", "there.", " How are", " you today?")
        it.report(scene, "Hello there. How are you today?")
        await it.say("The next", " answer is here.")
        it.report(scene, "The next answer is here.")


async def tokens(scene: Scene) -> None:
    async with bot(text_aggregation_mode=TextAggregationMode.TOKEN) as it:
        await it.say("The", " wea", "ther", " is", " won", "der", "ful", " to", "day", ".")
        it.report(scene, "The weather is wonderful today.")
        await it.say("Let", " us", " go", " out", "side", ".")
        it.report(scene, "Let us go outside.")


async def interruption(scene: Scene) -> None:
    """The user speaks while the bot does: it stops, and answers anew."""
    async with bot() as it:
        await it.start(*LONG)
        await it.mouth.until(lambda: len(it.mouth.of(TTSAudioRawFrame)) > 2)
        await it.worker.queue_frame(InterruptionFrame())
        await it.mouth.until(lambda: bool(it.mouth.of(InterruptionFrame)))
        await it.say("Sorry, what did you say?")
        it.report(scene, "Sorry, what did you say?")


async def error(scene: Scene) -> None:
    """The language model runs wild."""
    async with bot() as it:
        await it.say("The first half is fine. ", *RUNAWAY)
        await it.back.until(lambda: bool(it.back.of(ErrorFrame)))
        scene.facts["fault"] = [frame.error for frame in it.back.of(ErrorFrame)]
        await it.say("The next turn is fine as well.")
        it.report(scene, "The next turn is fine as well.")


async def http(scene: Scene) -> None:
    settings = CartesiaHttpTTSService.Settings(voice=VOICE, model="sonic-3")
    service = CartesiaHttpTTSService(api_key=KEY, base_url=BASE, sample_rate=RATE, settings=settings)
    async with running(service) as it:
        await it.say("This came over the other way.")
        it.report(scene, "This came over the other way.")


play(sentences, tokens, interruption, error, http)
