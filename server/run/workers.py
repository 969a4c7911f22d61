"""Several worker processes on one port: started, replaced when they die, ended together."""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import tempfile
import threading
import time
from dataclasses import replace
from multiprocessing.connection import wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from prometheus_client.multiprocess import mark_process_dead

from ..config import ServerConfig
from .serve import listen, prepare, run

RESTART_S = 1.0  # a worker that dies sooner than this is not replaced at once
GRACE_S = 10.0  # beyond the drain, before a worker is killed

logger = logging.getLogger("larksong")
_context = multiprocessing.get_context("spawn")


def serve(config: ServerConfig) -> None:
    """Serve with as many workers as configured; returns on SIGTERM or SIGINT, after the drain."""
    config = prepare(config)
    if config.workers <= 1:
        run(config, listen(config))
        return
    # The port is reserved here; every worker binds it too, and the kernel spreads connections over them.
    reserved = listen(config, shared=True)
    config = replace(config, port=reserved[0].getsockname()[1])
    if len(reserved) > 1:
        config = replace(config, tls_port=reserved[1].getsockname()[1])
    with tempfile.TemporaryDirectory(prefix="larksong-") as folder:
        os.environ["PROMETHEUS_MULTIPROC_DIR"] = folder
        if config.data is None:  # nothing is to survive, but every worker must know what the others were given
            config = replace(config, data=Path(folder) / "data")
        _Supervisor(config).run()
    for sock in reserved:
        sock.close()


def _work(config: ServerConfig) -> None:
    os.setpgrp()  # Ctrl-C is for the supervisor, which tells its workers
    threading.Thread(target=_follow, daemon=True).start()
    run(config, listen(config, shared=True))


def _follow() -> None:
    """End with the supervisor, also when it had no time to say so."""
    supervisor = multiprocessing.parent_process()
    if supervisor:
        supervisor.join()
        os.kill(os.getpid(), signal.SIGTERM)


class _Supervisor:
    def __init__(self, config: ServerConfig) -> None:
        self._config = config
        self._stopping = threading.Event()
        self._started: dict[BaseProcess, float] = {}

    def run(self) -> None:
        wake, waker = _context.Pipe(duplex=False)

        def stop(*_: object) -> None:
            self._stopping.set()
            waker.send(None)

        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, stop)
        for _ in range(self._config.workers):
            self._start()
        while not self._stopping.is_set():
            for sentinel in wait([wake, *(process.sentinel for process in self._started)]):
                self._replace(sentinel)
        self._stop_all()

    def _start(self) -> None:
        process = _context.Process(target=_work, args=(self._config,), name="larksong-worker")
        process.start()
        self._started[process] = time.monotonic()

    def _replace(self, sentinel: object) -> None:
        dead = next((process for process in self._started if process.sentinel == sentinel), None)
        if dead is None or self._stopping.is_set():
            return
        dead.join()
        age = time.monotonic() - self._started.pop(dead)
        mark_process_dead(dead.pid)
        logger.error("worker %s ended with %s and is replaced", dead.pid, dead.exitcode)
        self._stopping.wait(max(0.0, RESTART_S - age))
        self._start()

    def _stop_all(self) -> None:
        for process in self._started:
            process.terminate()
        deadline = time.monotonic() + self._config.drain_s + GRACE_S
        for process in self._started:
            process.join(max(0.0, deadline - time.monotonic()))
            if process.is_alive():
                logger.error("worker %s does not end and is killed", process.pid)
                process.kill()
