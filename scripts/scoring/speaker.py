"""Speaker similarity by Resemblyzer, whose weights come with its package."""

from __future__ import annotations

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .audio import SCORING_RATE, Audio, to_rate


@cache
def _encoder() -> Any:
    from resemblyzer import VoiceEncoder

    return VoiceEncoder(device="cpu", verbose=False)


def speaker_embedding(wav: Audio, rate: int = 24_000) -> NDArray[np.float32]:
    """[256] unit vector of who speaks; NaN for a clip without speech, so that it counts for nothing."""
    from resemblyzer import preprocess_wav

    # Levels the volume and cuts long silences: a pause has no speaker.
    speech = preprocess_wav(to_rate(wav, rate), source_sr=SCORING_RATE)
    if not speech.size:
        return np.full(256, np.nan, np.float32)
    return np.asarray(_encoder().embed_utterance(speech), dtype=np.float32)


def speaker_similarity(one: NDArray[np.float32], other: NDArray[np.float32]) -> float:
    """Cosine of two embeddings; about 0.9 and above is the same voice."""
    return float(one @ other / (np.linalg.norm(one) * np.linalg.norm(other)))
