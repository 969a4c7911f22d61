"""Percentiles, and when callers call."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np

Spread = dict[str, float | None]


def percentile(values: Sequence[float], percent: float) -> float:
    """Linear between the two nearest ranks. Raises ValueError where there are no values."""
    if not values:
        raise ValueError("no values")
    return float(np.percentile(np.asarray(values, float), percent))


def spread_ms(seconds: Sequence[float]) -> Spread:
    """p50, p95, p99 and the largest, in milliseconds; None where nothing was measured."""
    wanted = {"p50": 50, "p95": 95, "p99": 99, "max": 100}
    return {
        name: round(1000 * percentile(seconds, percent), 2) if seconds else None for name, percent in wanted.items()
    }


def poisson_arrivals(rate: float, seconds: float, rng: np.random.Generator) -> Iterator[float]:
    """Moments in [0, seconds) at which independent callers call, `rate` a second on average."""
    if rate <= 0:
        raise ValueError("arrivals need a rate above 0")
    at = rng.exponential(1 / rate)
    while at < seconds:
        yield float(at)
        at += rng.exponential(1 / rate)


def most_at_once(spans: Sequence[tuple[float, float]]) -> int:
    """Largest number of (begin, end) spans that overlap; one that begins as another ends does not."""
    edges = sorted([(end, -1) for _, end in spans] + [(begin, 1) for begin, _ in spans])
    most = now = 0
    for _, change in edges:
        now += change
        most = max(most, now)
    return most
