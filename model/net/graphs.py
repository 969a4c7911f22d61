"""The graphs that are served: voice (once), text (once a segment), frames (once a chunk).

Their inputs and outputs have the names that StreamState gives its arrays.
"""

from __future__ import annotations

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from ..bands import sharpening
from ..config import ModelConfig
from ..excitation import REFERENCE_HZ
from .acoustic import AcousticDecoder, AcousticState
from .encoder import TextState
from .prosody import ProsodyPredictor
from .ssm import SsmState
from .vocoder import Vocoder


def _layers(name: str, count: int) -> tuple[str, ...]:
    return tuple(f"{name}_{i}" for i in range(count))


def _unpack(conv: Tensor, ssm: Sequence[Tensor]) -> list[SsmState]:
    return [SsmState(one, layer) for one, layer in zip(conv.unbind(1), ssm, strict=True)]


def _pack(states: list[SsmState]) -> tuple[Tensor, ...]:
    return torch.stack([s.conv for s in states], 1), *(s.ssm for s in states)


class VoiceGraph(nn.Module):
    """A style -> how each layer of the other graphs is scaled and shifted by it."""

    inputs = ("style",)
    outputs = ("reading", "prosody", "acoustic")

    def __init__(self, acoustic: AcousticDecoder, prosody: ProsodyPredictor) -> None:
        super().__init__()
        self.acoustic, self.prosody = acoustic, prosody

    def forward(self, style: Tensor) -> tuple[Tensor, ...]:
        """style [B, 256]: the first half for the sound, the second for prosody."""
        sound, prosody = style.chunk(2, -1)
        return self.prosody.reading_manner(prosody), self.prosody.manner(prosody), self.acoustic.manner(sound)


class TextGraph(nn.Module):
    """A segment of phonemes -> features and durations of each token."""

    def __init__(self, cfg: ModelConfig, acoustic: AcousticDecoder, prosody: ProsodyPredictor) -> None:
        super().__init__()
        self.acoustic, self.prosody = acoustic, prosody
        self.states = ("phone_context", "text_context", "text_conv", *_layers("text_ssm", cfg.text_layers))
        self.inputs = ("ids", "reading", *self.states)
        self.outputs = ("phones", "tokens", "log_frames", *self.states)

    def forward(
        self, ids: Tensor, reading: Tensor, phone_context: Tensor, text_context: Tensor, conv: Tensor, *ssm: Tensor
    ) -> tuple[Tensor, ...]:
        """ids [B, T] int64, reading as VoiceGraph says; states as in StreamState."""
        phones, phone_after = self.acoustic.phones(ids, list(phone_context.unbind(1)))
        state = TextState(list(text_context.unbind(1)), _unpack(conv, ssm))
        tokens, log_frames, after = self.prosody.read(ids, reading, state)
        return (
            phones, tokens, log_frames, torch.stack(phone_after, 1), torch.stack(after.convs, 1), *_pack(after.ssm)
        )  # fmt: skip


class FrameGraph(nn.Module):
    """Frames of expanded tokens -> F0 of these frames, and filter gains of the frames look_ahead before them."""

    to_bins: Tensor
    magnitude_to_bins: Tensor

    def __init__(self, cfg: ModelConfig, acoustic: AcousticDecoder, prosody: ProsodyPredictor) -> None:
        super().__init__()
        self.cfg, self.acoustic, self.prosody, self.vocoder = cfg, acoustic, prosody, Vocoder(cfg)
        self.states = (
            "prosody_conv", *_layers("prosody_ssm", cfg.prosody_layers), "inputs",
            "acoustic_conv", *_layers("acoustic_ssm", cfg.acoustic_layers), "hop_tail",
        )  # fmt: skip
        self.inputs = ("phones", "tokens", "place", "known", "prosody", "acoustic", "melody", *self.states)
        self.outputs = ("f0", "harmonic", "noise", *self.states)
        bins = self.vocoder.harmonic_bins[:, : cfg.harmonic_bins]
        self.register_buffer("to_bins", bins, persistent=False)
        self.register_buffer("magnitude_to_bins", torch.tensor(sharpening(cfg)) @ bins, persistent=False)

    def forward(
        self,
        phones: Tensor, tokens: Tensor, place: Tensor, known: Tensor, prosody: Tensor, acoustic: Tensor,
        melody: Tensor, *states: Tensor,
    ) -> tuple[Tensor, ...]:  # fmt: skip
        """phones [B, K, phone], tokens [B, K, text], place [B, K, PLACE], known [B, K, 1] (0: silence),
        prosody and acoustic as VoiceGraph says, melody [B, 3]: pitch shift in natural log, expressiveness, the
        voice's middle tone; states as in StreamState.

        Returns f0 [B, K, 2] in Hz, harmonic [B, K * hops, 2, harmonic_bins] (real, imaginary),
        noise [B, K * hops, bins], and the states.
        """
        said_by = self.cfg.prosody_layers + 1  # arrays of its state
        said, after = self.prosody(tokens * known, place * known, prosody, _unpack(states[0], states[1:said_by]))
        shift, spread, middle = (melody[:, i, None, None] for i in range(3))
        tone = (said.tone - middle) * spread + middle + shift
        voiced = (said.voiced > 0).to(tone.dtype) * known
        pitch = torch.stack([tone * voiced * 2, voiced, said.energy], -1).flatten(2) * known
        inputs, conv, *ssm, hop_tail = states[said_by:]
        state = AcousticState(inputs, _unpack(conv, ssm), hop_tail)
        bands, done = self.acoustic(phones * known, place * known, pitch, acoustic, state)
        fade = self.vocoder.fade[: self.cfg.harmonic_bins]
        magnitude = (bands.harmonic @ self.magnitude_to_bins).exp() * fade
        c, s = bands.cos @ self.to_bins, bands.sin @ self.to_bins
        scale = magnitude * torch.rsqrt(c * c + s * s + 1e-6)
        noise = (bands.noise @ self.vocoder.noise_bins).exp()
        f0 = REFERENCE_HZ * tone.exp() * voiced
        return (
            f0, torch.stack([c * scale, s * scale], 2), noise,
            *_pack(after), done.inputs, *_pack(done.layers), done.hop,
        )  # fmt: skip
