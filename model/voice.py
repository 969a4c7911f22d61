"""Voices are data: a style vector with a name. Any weighted mix of voices is a voice."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from uuid import NAMESPACE_URL, uuid5

import numpy as np
from numpy.typing import NDArray

STYLE = 256
SUFFIX = ".voice.json"


class VoiceNotFound(KeyError):
    """No voice of that name or id."""


class BadVoice(ValueError):
    """A voice file or mix that cannot be used."""


@dataclass(frozen=True)
class Voice:
    """Who speaks. ``style``: first half for the sound, second half for prosody."""

    slug: str
    name: str
    description: str
    gender: str  # feminine, masculine or gender_neutral
    language: str
    accent: str  # US or GB
    middle_hz: float  # middle of the voice's F0, about which expressiveness turns
    style: NDArray[np.float32]  # [256]

    @property
    def uuid(self) -> str:
        """The same id for the same slug, everywhere and always."""
        return str(uuid5(NAMESPACE_URL, f"larksong:voice:{self.slug}"))

    def save(self, folder: Path) -> Path:
        """Write one small file that server, browser and game client can read."""
        path = folder / f"{self.slug}{SUFFIX}"
        values = {k: v for k, v in vars(self).items() if k != "style"}
        style = [float(f"{x:.5g}") for x in self.style]
        path.write_text(json.dumps({**values, "style": style}, ensure_ascii=False) + "\n", encoding="utf-8")
        return path

    @classmethod
    def load(cls, path: Path) -> Voice:
        """Read ``save``'s file; raises BadVoice."""
        try:
            values = json.loads(path.read_text(encoding="utf-8"))
            style = np.array(values.pop("style"), np.float32)
            voice = cls(**values, style=style)
        except (TypeError, KeyError, ValueError) as error:
            raise BadVoice(f"{path.name}: {error}") from error
        if style.shape != (STYLE,) or not np.isfinite(style).all():
            raise BadVoice(f"{path.name}: style must be {STYLE} finite numbers")
        return voice


class VoiceCatalogue:
    """The voices at hand, by slug or UUID."""

    def __init__(self, voices: Sequence[Voice], default: str = "af_heart") -> None:
        self._by_slug = {v.slug: v for v in voices}
        self._by_uuid = {v.uuid: v for v in voices}
        self._default = default if default in self._by_slug else next(iter(self._by_slug), "")

    @classmethod
    def load(cls, folder: Path) -> VoiceCatalogue:
        """All voice files of a folder."""
        return cls([Voice.load(p) for p in sorted(folder.glob(f"*{SUFFIX}"))])

    def get(self, key: str) -> Voice:
        """The voice with this slug or UUID; raises VoiceNotFound."""
        voice = self._by_slug.get(key) or self._by_uuid.get(key.lower())
        if voice is None:
            raise VoiceNotFound(key)
        return voice

    @property
    def default(self) -> Voice:
        return self.get(self._default)

    def __iter__(self) -> Iterator[Voice]:
        return iter(self._by_slug.values())

    def __len__(self) -> int:
        return len(self._by_slug)


def mix(parts: Sequence[tuple[Voice, float]], slug: str, name: str = "", description: str = "") -> Voice:
    """The weighted mean of voices; weights are made to add up to one."""
    total = sum(w for _, w in parts)
    if not parts or total <= 0 or any(w < 0 for _, w in parts):
        raise BadVoice("a mix needs voices with weights that add up to more than nothing")
    heaviest = max(parts, key=lambda p: p[1])[0]
    genders = {v.gender for v, w in parts if w > 0}
    return Voice(
        slug=slug,
        name=name or slug,
        description=description or "Mix of " + ", ".join(f"{v.slug} {w / total:.0%}" for v, w in parts),
        gender=genders.pop() if len(genders) == 1 else "gender_neutral",
        language=heaviest.language,
        accent=heaviest.accent,
        middle_hz=float(np.exp(sum(w / total * np.log(v.middle_hz) for v, w in parts))),
        style=np.sum([v.style * np.float32(w / total) for v, w in parts], axis=0, dtype=np.float32),
    )
