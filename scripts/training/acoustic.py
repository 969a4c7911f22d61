"""Acoustic training: crops of teacher audio, with the teacher's durations, F0 and energy given."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import torch
from larksong.model.config import ModelConfig
from larksong.model.excitation import VOICED_HZ
from larksong.model.net.acoustic import AcousticDecoder, AcousticState, pitch_features
from larksong.model.net.frames import expand, place_features
from larksong.model.net.losses import SpectralEnergyDistance
from larksong.model.net.vocoder import Bands, Vocoder, pulses
from torch import Tensor, nn

from .blend import Blend, distance
from .critic import Critic
from .data import Utterance
from .keep import Keep

NEIGHBOURS = 6  # tokens on either side of a crop: what the phoneme encoder can see
CUT_RATE = 0.03  # share of tokens after which the text is cut, as if the rest had not arrived yet


@dataclass
class AcousticBatch:
    """B crops of S frames. Feature frames run from S0 - 2 * look_ahead to S0 + S + look_ahead."""

    ids: Tensor  # [B, N]
    segment: Tensor  # [B, N]
    token: Tensor  # [B, T] index into ids
    known: Tensor  # [B, T, 1] 1 inside the utterance, 0 outside
    place: Tensor  # [B, T, PLACE]
    f0: Tensor  # [B, 2T]
    energy: Tensor  # [B, 2T]
    style: Tensor  # [B, 128]
    phase: Tensor  # [B] cycles, one frame before the crop
    audio: Tensor  # [B, samples]: the part of the crop that whole windows cover
    kept: AcousticBatch | None = None  # crops of a language that is to be kept, see keep.py

    def to(self, device: str) -> AcousticBatch:
        moved: dict[str, Any] = {k: v.to(device) for k, v in vars(self).items() if v is not None}
        return replace(self, **moved)


def crop(u: Utterance, start: int, size: int, cfg: ModelConfig, rng: np.random.Generator) -> dict[str, Tensor]:
    """One crop of ``size`` frames from frame ``start``; beyond the utterance all features are zero."""
    token, index, length = expand(torch.from_numpy(u.frames))
    total = len(token)
    wanted = torch.arange(start - 2 * cfg.look_ahead, start + size + cfg.look_ahead)
    known = (wanted >= 0) & (wanted < total)
    at = wanted.clamp(0, total - 1)
    first = max(int(token[at[0]]) - NEIGHBOURS, 0)
    last = min(int(token[at[-1]]) + NEIGHBOURS + 1, len(u.ids))
    cuts = rng.random(last - first) < CUT_RATE
    halves = (at[:, None] * 2 + torch.arange(2)).flatten()
    mask = known.repeat_interleave(2).float()
    before = max(start - 1, 0) * 2
    cycles = u.f0[:before].astype(np.float64).sum() + (0.5 * u.f0[before] if start else 0)
    phase = u.phase + cycles * cfg.frame / 2 / cfg.sample_rate
    margin = cfg.window - cfg.frame // 2 - cfg.hop // 2
    low, high = start * cfg.frame + margin, (start + size) * cfg.frame - margin
    audio = np.zeros(high - low, np.float32)
    part = u.audio[low:high].astype(np.float32) / 32768
    audio[: len(part)] = part
    return {
        "ids": torch.from_numpy(u.ids[first:last]),
        "segment": torch.from_numpy(np.concatenate([[0], np.cumsum(cuts)[:-1]])),
        "token": token[at] - first,
        "known": known[:, None].float(),
        "place": place_features(index[at], length[at]),
        "f0": torch.from_numpy(u.f0)[halves] * mask,
        "energy": torch.from_numpy(u.energy)[halves] * mask,
        "style": torch.from_numpy(u.style[: cfg.style]),
        "phase": torch.tensor(phase % 1.0, dtype=torch.float64),
        "audio": torch.from_numpy(audio),
    }


def collate(crops: list[dict[str, Tensor]]) -> AcousticBatch:
    """Stack crops; token arrays are padded."""
    out: dict[str, Any] = {}
    for key in crops[0]:
        rows = [c[key] for c in crops]
        if key in ("ids", "segment"):
            fill = -1.0 if key == "segment" else 0.0
            out[key] = nn.utils.rnn.pad_sequence(rows, batch_first=True, padding_value=fill)
        else:
            out[key] = torch.stack(rows)
    return AcousticBatch(**out)


class AcousticTask(nn.Module):
    """Decoder, vocoder and loss in one place, for the training loop."""

    def __init__(self, cfg: ModelConfig, fuse: bool = False, critic: Critic | None = None) -> None:
        super().__init__()
        self.critic = critic  # the second stage has one
        self.blend: Blend | None = None  # the last stage has one, and hears no sound
        self.keep: Keep | None = None  # where there is a language to be kept beside others
        self.cfg, self.decoder, self.vocoder = cfg, AcousticDecoder(cfg), Vocoder(cfg)
        self.distance = SpectralEnergyDistance(cfg.sample_rate, fuse=fuse)
        if fuse:
            for layer in self.decoder.layers:
                layer.compile(dynamic=False)

    def batch(
        self, corpus: list[Utterance], weights: np.ndarray, size: int, count: int, rng: np.random.Generator
    ) -> AcousticBatch:
        """Draw ``count`` crops of ``size`` frames, utterances by weight; those to be kept come beside them."""
        crops = []
        for i in rng.choice(len(corpus), count, p=weights):
            total = int(corpus[i].frames.sum())
            start = int(rng.integers(-3, max(total - size + 6, 1)))  # starts and ends are seen a little more often
            crops.append(crop(corpus[i], min(max(start, 0), max(total - size + 3, 0)), size, self.cfg, rng))
        batch = collate(crops)
        if self.keep:
            keep, self.keep = self.keep, None  # what is kept is drawn alike, and keeps nothing itself
            try:
                batch.kept = self.batch(keep.corpus, keep.weights, size, max(1, round(count * keep.share)), rng)
            finally:
                self.keep = keep
        return batch

    def decode(self, decoder: AcousticDecoder, b: AcousticBatch) -> Bands:
        """The crop's bands."""
        phones, _ = decoder.phones(b.ids, None, b.segment)
        rows = phones.gather(1, b.token[..., None].expand(-1, -1, phones.shape[2])) * b.known.to(phones.dtype)
        place = (b.place * b.known).to(phones.dtype)
        pitch = (pitch_features(b.f0, b.energy) * b.known).to(phones.dtype)
        head = 2 * self.cfg.look_ahead
        zero = decoder.zeros(len(b.ids))
        state = AcousticState(torch.cat([rows, place, pitch], -1)[:, :head], zero.layers, zero.hop)
        bands, _ = decoder(rows[:, head:], place[:, head:], pitch[:, head:], decoder.manner(b.style), state)
        skip = self.cfg.look_ahead * self.cfg.hops
        return Bands(*(x[:, skip:] for x in bands))

    def render(self, b: AcousticBatch, draws: int) -> list[Tensor]:
        """Waveforms of the crop, [B, samples] each."""
        cfg, head = self.cfg, 2 * self.cfg.look_ahead
        bands = self.decode(self.decoder, b)
        hops = bands.noise.shape[1]
        # excitation from one frame before the crop to one after
        f0 = b.f0[:, 2 * (head - 1) : 2 * (head + hops // cfg.hops + 1) + 1]
        signal = pulses(f0, b.phase, cfg)
        edge = cfg.window // 2 - cfg.hop // 2
        signal = signal[:, cfg.frame - edge :][:, : (hops + 3) * cfg.hop]
        noises = [torch.randn_like(signal) for _ in range(draws)]
        trim = cfg.window - cfg.hop
        return [wave[:, trim : signal.shape[1] - trim] for wave in self.vocoder(bands, signal, noises)]

    def introduce(self, critic: Critic, b: AcousticBatch) -> dict[str, Tensor]:
        """Let the discriminators learn alone; the loss has no gradient for the decoder."""
        with torch.no_grad(), torch.autocast(b.audio.device.type, torch.bfloat16):
            (made,) = self.render(b, 1)
        return {"loss": b.audio.new_zeros((), requires_grad=True), "critic": critic.learn(b.audio, made.float())}

    def imitate(self, blend: Blend, b: AcousticBatch) -> dict[str, Tensor]:
        """Say what other decoders say. "left": the share of the way there that is still to go."""
        wanted, first = blend.target(lambda decoder: self.decode(decoder, b))
        with torch.autocast(b.audio.device.type, torch.bfloat16):
            bands = self.decode(self.decoder, b)
        voiced = self.voiced(b, wanted)
        loss = distance(bands, wanted, voiced)
        return {"loss": loss, "left": (loss / distance(first, wanted, voiced)).detach()}

    def voiced(self, b: AcousticBatch, bands: Bands) -> Tensor:
        """Where the crop's hops sound, [B, hops, 1]."""
        head = 2 * self.cfg.look_ahead
        voiced = (b.f0[:, 2 * head :] > VOICED_HZ).float()[..., None].repeat_interleave(self.cfg.hops // 2, 1)
        return voiced[:, : bands.noise.shape[1]]

    def forward(self, b: AcousticBatch) -> dict[str, Tensor]:
        """Losses by name; "loss" is the one to follow."""
        losses = self.hear(b)
        learning = torch.is_grad_enabled() and not (self.critic and self.critic.waiting)
        if self.keep and b.kept and learning:
            with torch.autocast(b.audio.device.type, torch.bfloat16):
                with torch.no_grad():
                    wanted = self.decode(self.keep.first, b.kept)
                bands = self.decode(self.decoder, b.kept)
            kept = distance(bands, wanted, self.voiced(b.kept, wanted))
            losses = {**losses, "loss": losses["loss"] + self.keep.weight * kept, "kept": kept.detach()}
        return losses

    def hear(self, b: AcousticBatch) -> dict[str, Tensor]:
        """Losses of the crops whose sound, or whose bands, are given."""
        if self.blend and torch.is_grad_enabled():
            return self.imitate(self.blend, b)
        if self.critic and self.critic.waiting and torch.is_grad_enabled():
            return self.introduce(self.critic, b)
        with torch.autocast(b.audio.device.type, torch.bfloat16):
            waves = [w.float() for w in self.render(b, 2)]
        if self.critic is None or not torch.is_grad_enabled():
            loss, plain = self.distance(b.audio, waves)
            return {"loss": loss, "plain": plain}
        leaves = [w.detach().requires_grad_() for w in waves]
        loss, plain = self.distance(b.audio, leaves)
        first, second = torch.autograd.grad(loss, leaves)
        first, told = self.critic.gradient(b.audio, waves[0].detach(), first)
        # its gradient at the waveforms is the one put together above; its value means nothing
        follow = (waves[0] * first).sum() + (waves[1] * second).sum()
        return {"loss": follow, "distance": loss.detach(), "plain": plain.detach(), **told}
