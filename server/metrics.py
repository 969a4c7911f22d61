"""What Prometheus is told. One registry per application, no globals."""

from __future__ import annotations

import os

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

_SHORT = (0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.15, 0.25, 0.5, 1.0, 3.0)
_LEAD = (-1.0, -0.1, 0.0, 0.025, 0.05, 0.1, 0.2, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0)
_WIDTH = (1, 2, 4, 8, 16, 32, 64, 128)


class Metrics:
    """Counters of one worker; with several workers they meet in files, and any worker answers for all."""

    def __init__(self) -> None:
        registry = self.registry = CollectorRegistry()
        self.first_audio = Histogram(
            "larksong_first_audio_seconds",
            "First text to first chunk sent.",
            buckets=_SHORT,
            registry=registry,
        )
        self.lead = Histogram(
            "larksong_lead_seconds",
            "Sound ahead of the listener, at each chunk.",
            buckets=_LEAD,
            registry=registry,
        )
        self.queue_age = Histogram(
            "larksong_queue_age_seconds",
            "Time a command waits for the engine.",
            buckets=_SHORT,
            registry=registry,
        )
        self.batch_width = Histogram(
            "larksong_batch_width", "Streams advanced by one step.", buckets=_WIDTH, registry=registry
        )
        self.underruns = Counter(
            "larksong_underruns", "Chunks that came after the listener had run out.", registry=registry
        )
        self.contexts = Counter("larksong_contexts", "Contexts by how they ended.", ["end"], registry=registry)
        self.errors = Counter("larksong_errors", "Error frames by code.", ["code"], registry=registry)
        self.slots_used = self._gauge("larksong_slots_used", "Contexts being spoken.")
        self.slots_total = self._gauge("larksong_slots_total", "Contexts that can be spoken.")
        self.sockets = self._gauge("larksong_sockets", "Open WebSockets.")

    def _gauge(self, name: str, help_text: str) -> Gauge:
        return Gauge(name, help_text, registry=self.registry, multiprocess_mode="livesum")

    def exposition(self) -> bytes:
        """Everything in the text format."""
        if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:
            return generate_latest(self.registry)
        merged = CollectorRegistry()
        MultiProcessCollector(merged)
        return generate_latest(merged)
