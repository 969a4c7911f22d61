"""Spectrograms side by side: what a score does not tell (buzz, smear, missing highs) is seen here."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from .audio import Audio


def spectrograms(path: Path, clips: Mapping[str, tuple[Audio, int]], top_hz: int = 12_000) -> None:
    """Draw clips (title -> mono audio and rate) one below the other into a PNG."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(len(clips), 1, figsize=(12, 2.6 * len(clips)), squeeze=False)
    for axis, (title, (audio, rate)) in zip(axes[:, 0], clips.items(), strict=True):
        axis.specgram(audio + 1e-7, NFFT=1024, Fs=rate, noverlap=768, cmap="magma", vmin=-140, vmax=-40)
        axis.set_ylim(0, top_hz)
        axis.set_title(title, fontsize=9, loc="left")
        axis.set_ylabel("Hz")
    axes[-1, 0].set_xlabel("s")
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=90)
    plt.close(figure)
