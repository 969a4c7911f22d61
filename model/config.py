"""Every dimension of the model, as one frozen record that travels with the weights."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields

PLACE = 4  # features of a frame's place in its token
PITCH = 6  # per frame, for each half: scaled log F0, voicing, energy


class ConfigError(ValueError):
    """A model configuration that this code cannot use."""


@dataclass(frozen=True)
class ModelConfig:
    """Sizes and rates. A frame is 25 ms, the teacher's unit of duration; a hop is a quarter of a frame."""

    sample_rate: int = 24000
    frame: int = 600  # samples per frame
    hop: int = 150  # samples per vocoder hop
    window: int = 600  # samples per vocoder window
    n_symbols: int = 178  # size of the symbol table, 0 is the boundary
    style: int = 128  # width of each half of a voice's style vector

    bands: int = 80  # mel-spaced noise bands per hop
    harmonic_bands: int = 58  # the lowest of them also carry harmonics
    fade_low: float = 4000.0  # Hz: harmonics are whole below,
    fade_high: float = 5000.0  # Hz: and gone above

    sharpen: float = 0.0  # of the served voice's formants,
    sharpen_width: float = 1200.0  # against the mean of so many Hz

    phone: int = 192  # width of the acoustic phoneme encoder
    acoustic: int = 320  # width of the decoder
    acoustic_layers: int = 4
    tail: int = 128  # width of the head at hop rate
    text: int = 192  # width of the prosody text encoder
    text_layers: int = 3
    prosody: int = 192  # width of the frame-level prosody predictor
    prosody_layers: int = 3
    ssm_state: int = 32
    ssm_head: int = 64
    ssm_expand: int = 2
    ssm_conv: int = 4
    look_ahead: int = 2  # frames of text and prosody that the decoder sees in advance

    @property
    def hops(self) -> int:
        """Hops per frame."""
        return self.frame // self.hop

    @property
    def edge(self) -> int:
        """Samples of a window before its hop begins: how far sound comes behind the frames."""
        return (self.window - self.hop) // 2

    @property
    def bins(self) -> int:
        """Frequency bins of the vocoder's transform."""
        return self.window // 2 + 1

    @property
    def harmonic_bins(self) -> int:
        """Frequency bins that can carry harmonics."""
        return int(self.fade_high * self.window / self.sample_rate) + 1

    @property
    def feed(self) -> int:
        """Width of the decoder's input per frame."""
        return self.phone + PLACE + PITCH

    def to_json(self) -> str:
        return json.dumps(asdict(self), indent=1)

    @classmethod
    def from_json(cls, text: str) -> ModelConfig:
        """Read a configuration; unknown keys are refused, since they mean weights of another model."""
        values = json.loads(text)
        unknown = set(values) - {f.name for f in fields(cls)}
        if unknown:
            raise ConfigError(f"unknown model settings: {', '.join(sorted(unknown))}")
        return cls(**values)
