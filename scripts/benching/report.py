"""The end of every benchmark: where it ran, and one JSON line on standard output."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Sequence
from typing import Any

import click
import psutil


class Cost:
    """Processor time of this process since it was made: what the load generator takes from the server."""

    def __init__(self) -> None:
        self._wall, self._cpu = time.perf_counter(), time.process_time()

    def share(self) -> float:
        """Part of one core."""
        return round((time.process_time() - self._cpu) / (time.perf_counter() - self._wall), 3)


def say(line: str) -> None:
    """Progress, on standard error."""
    click.echo(line, err=True)


def finish(benchmark: str, results: dict[str, Any], packages: Sequence[str] = ()) -> None:
    """Print the report."""
    from scoring.report import machine, versions  # here: it is slow to import, and the clock is not running now

    here = {name: value for name, value in machine().items() if name != "threads"}
    here |= {
        "memory_gb": round(psutil.virtual_memory().total / 1e9),
        "load_average": [round(load, 2) for load in os.getloadavg()],
    }
    wanted = ("larksong", "onnxruntime", "numpy", *packages)
    report = {"benchmark": benchmark, **results, "machine": here, "versions": versions(wanted)}
    click.echo(json.dumps(report, ensure_ascii=False, allow_nan=False))
