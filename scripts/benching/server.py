"""A `larksong serve` process of the benchmark's own, and what it costs."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import threading
import time
import urllib.request
from collections.abc import Sequence
from pathlib import Path
from types import TracebackType
from typing import Any

import psutil
from prometheus_client.parser import text_string_to_metric_families

START_S = 120.0  # a server that is not ready by then never will be
END_S = 60.0
_READY = re.compile(r"ready on \S+:(\d+), (\d+) contexts")


class ServerError(Exception):
    """The server did not come up."""


class Server:
    """Use as a context manager: started on a free port, ready inside, ended with SIGTERM."""

    def __init__(
        self, workers: int = 1, slots: int = 0, weights: Path | None = None, options: Sequence[str] = ()
    ) -> None:
        """`slots`: contexts spoken at once by each worker; 0 lets the server measure. `options`: more, of `serve`."""
        self.workers = workers
        self.slots = 0  # of all workers, once ready
        self.ready_s = 0.0  # from start to ready
        self.port = 0
        self._options = ["--workers", str(workers), "--slots", str(slots), *options]
        self._options += ["--weights", str(weights)] if weights else []

    def __enter__(self) -> Server:
        """Raises ServerError when it ends, or hangs, before it is ready."""
        started = time.perf_counter()
        command = [sys.executable, "-m", "larksong.server", "serve", "--port", "0", *self._options]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        watchdog = threading.Timer(START_S, self._process.kill)
        watchdog.start()
        try:
            for _ in range(self.workers):
                self._wait_for_one()
        finally:
            watchdog.cancel()
        self.ready_s = time.perf_counter() - started
        self._processes = [psutil.Process(self._process.pid)]
        self._processes += self._processes[0].children(recursive=True)
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self._process.terminate()
        try:
            self._process.wait(END_S)
        finally:
            self._process.kill()
            if self._process.stdout:
                self._process.stdout.close()

    def _wait_for_one(self) -> None:
        while True:
            line = self._process.stdout.readline() if self._process.stdout else ""
            if not line:
                self._process.kill()
                raise ServerError(f"larksong serve ended with {self._process.wait()} before it was ready")
            if found := _READY.search(line):
                self.port, slots = int(found[1]), int(found[2])
                self.slots += slots
                return

    @property
    def url(self) -> str:
        return f"ws://127.0.0.1:{self.port}/tts/websocket"

    def cpu_s(self) -> float:
        """Processor seconds used so far by all its processes."""
        times = [process.cpu_times() for process in self._processes if process.is_running()]
        return sum(t.user + t.system for t in times)

    def rss_mb(self) -> float:
        """Resident memory of all its processes."""
        return sum(process.memory_info().rss for process in self._processes if process.is_running()) / 1e6

    def facts(self) -> dict[str, Any]:
        """How it was started, for the report."""
        return {"workers": self.workers, "slots": self.slots, "engine_threads_per_worker": 1}

    def metrics(self) -> dict[str, float]:
        """Its own counters, summed over labels."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/metrics") as answer:
            text = answer.read().decode()
        found: dict[str, float] = {}
        for family in text_string_to_metric_families(text):
            for sample in family.samples:
                if not sample.name.endswith("_bucket"):
                    found[sample.name] = found.get(sample.name, 0.0) + sample.value
        return found

    def status(self) -> dict[str, Any]:
        """What `/ready` says (of one worker)."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/ready") as answer:
            return dict(json.load(answer))
