"""The acoustic decoder: phonemes in time, F0 and energy, and a voice -> vocoder bands."""

from __future__ import annotations

from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ..bands import noise_cap
from ..config import PITCH, ModelConfig
from ..excitation import REFERENCE_HZ, VOICED_HZ
from .encoder import PhoneEncoder
from .ssm import Norm, Past, SsmLayer, SsmState, each_manner, manners
from .vocoder import Bands


def pitch_features(f0: Tensor, energy: Tensor) -> Tensor:
    """F0 in Hz and the teacher's energy, [B, 2T] at 80 Hz -> [B, T, PITCH]."""
    voiced = (f0 > VOICED_HZ).float()
    tone = torch.log(f0.clamp(min=VOICED_HZ) / REFERENCE_HZ) * voiced * 2
    return torch.stack([tone, voiced, energy / 8], -1).unflatten(1, (-1, 2)).flatten(2)


class AcousticState(NamedTuple):
    """All that the decoder remembers of one stream."""

    inputs: Tensor  # [B, 2 * look_ahead, phone + PLACE + PITCH], the input convolution's last frames
    layers: list[SsmState]
    hop: Tensor  # [B, 2, tail], the last hops of the head


class AcousticDecoder(nn.Module):
    """Runs ``look_ahead`` frames behind its input: frame t of the output belongs to input frame t - look_ahead."""

    cap: Tensor

    def __init__(self, cfg: ModelConfig) -> None:
        super().__init__()
        self.cfg = cfg
        self.phones = PhoneEncoder(cfg)
        self.style = nn.Linear(cfg.style, 64)
        self.enter = nn.Linear(cfg.feed * (2 * cfg.look_ahead + 1), cfg.acoustic)
        make = (cfg.acoustic, 64, cfg.ssm_state, cfg.ssm_head, cfg.ssm_expand, cfg.ssm_conv)
        self.layers = nn.ModuleList(SsmLayer(*make) for _ in range(cfg.acoustic_layers))
        self.norm = Norm(cfg.acoustic)
        self.to_hops = nn.Linear(cfg.acoustic, cfg.hops * cfg.tail)
        self.hop_pitch = nn.Linear(PITCH // 2, cfg.tail)
        self.smooth = nn.Linear(3 * cfg.tail, cfg.tail)
        self.bands = nn.Linear(cfg.tail, 3 * cfg.harmonic_bands + cfg.bands)
        self.register_buffer("cap", torch.tensor(noise_cap(cfg)), persistent=False)
        with torch.no_grad():
            self.bands.weight.mul_(0.3)
            self.bands.bias[: cfg.harmonic_bands] = -2.0
            self.bands.bias[cfg.harmonic_bands : 2 * cfg.harmonic_bands] = 0.3
            self.bands.bias[2 * cfg.harmonic_bands : 3 * cfg.harmonic_bands] = 0.0
            self.bands.bias[3 * cfg.harmonic_bands :] = -5.0

    def zeros(self, batch: int) -> AcousticState:
        """The state before the first frame."""
        new, cfg = self.enter.weight.new_zeros, self.cfg
        return AcousticState(
            new(batch, 2 * cfg.look_ahead, cfg.feed),
            [layer.zeros(batch) for layer in self.layers],  # type: ignore[operator]
            new(batch, 2, cfg.tail),
        )

    def manner(self, style: Tensor) -> Tensor:
        """What ``forward`` has to know of a voice; style [B, style]."""
        return manners(self.layers, self.style(style))

    def forward(
        self, phones: Tensor, place: Tensor, pitch: Tensor, manner: Tensor, state: AcousticState
    ) -> tuple[Bands, AcousticState]:
        """phones [B, T, phone], place [B, T, PLACE], pitch [B, T, PITCH] -> T * hops of bands."""
        cfg, reach = self.cfg, 2 * self.cfg.look_ahead
        fed = torch.cat([state.inputs, torch.cat([phones, place, pitch], -1)], 1)
        x = self.enter(torch.cat([fed[:, i : i - reach or None] for i in range(reach + 1)], -1))
        after, past = [], Past.of(x)
        voice = each_manner(manner, len(self.layers))
        for layer, how, memory in zip(self.layers, voice, state.layers, strict=True):
            x, memory = layer(x, how, past, memory)
            after.append(memory)
        x = self.to_hops(self.norm(x)).unflatten(2, (cfg.hops, cfg.tail)).flatten(1, 2)
        # the pitch of the frame that comes out now, each half held for half of the hops
        now = fed[:, cfg.look_ahead : -cfg.look_ahead, -PITCH:]
        now = now.unflatten(2, (2, PITCH // 2)).repeat_interleave(cfg.hops // 2, 2).flatten(1, 2)
        x = F.gelu(x + self.hop_pitch(now))
        padded = torch.cat([state.hop, x], 1)
        x = x + F.gelu(self.smooth(torch.cat([padded[:, i : i - 2 or None] for i in range(3)], -1)))
        h = cfg.harmonic_bands
        harmonic, cos, sin, noise = self.bands(x).split([h, h, h, cfg.bands], -1)
        # Where the voice sounds, noise may not stand in for harmonics that the decoder is not sure of.
        limit = harmonic + self.cap.to(harmonic.dtype) + (1 - now[..., 1:2]) * 20
        bands = Bands(harmonic, cos, sin, torch.cat([torch.minimum(noise[..., :h], limit), noise[..., h:]], -1))
        return bands, AcousticState(fed[:, -reach:], after, padded[:, -2:])
