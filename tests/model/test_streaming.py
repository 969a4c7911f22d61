"""Text in segments, frames in chunks: the same numbers as all at once."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from larksong.model.config import PITCH, PLACE, ModelConfig
from larksong.model.net.acoustic import AcousticDecoder
from larksong.model.net.prosody import ProsodyPredictor
from larksong.model.net.vocoder import Bands, pulses
from larksong.model.net.vocoder import Vocoder as WholeVocoder
from larksong.model.onnx_backend import Gains
from larksong.model.state import StreamState
from larksong.model.vocoder import Vocoder, noise_ring

Nets = tuple[AcousticDecoder, ProsodyPredictor]
CHUNKS = [[1], [2], [3, 7], [16], [5, 1, 8]]


def pieces(total: int, sizes: list[int]) -> list[slice]:
    """Slices of ``sizes``, over and over, until ``total``."""
    out, at = [], 0
    while at < total:
        size = min(sizes[len(out) % len(sizes)], total - at)
        out.append(slice(at, at + size))
        at += size
    return out


@pytest.mark.parametrize("sizes", CHUNKS)
def test_decoder_in_chunks_is_decoder_at_once(nets: Nets, config: ModelConfig, sizes: list[int]) -> None:
    decoder, _ = nets
    torch.manual_seed(1)
    phones, place = torch.randn(2, 40, config.phone), torch.rand(2, 40, PLACE)
    pitch, manner = torch.rand(2, 40, PITCH), decoder.manner(torch.randn(2, config.style))
    with torch.no_grad():
        whole, _ = decoder(phones, place, pitch, manner, decoder.zeros(2))
        state, parts = decoder.zeros(2), []
        for s in pieces(40, sizes):
            bands, state = decoder(phones[:, s], place[:, s], pitch[:, s], manner, state)
            parts.append(bands)
    for i, name in enumerate(Bands._fields):
        torch.testing.assert_close(torch.cat([p[i] for p in parts], 1), whole[i], rtol=1e-3, atol=1e-4, msg=name)


@pytest.mark.parametrize("sizes", CHUNKS)
def test_prosody_in_chunks_is_prosody_at_once(nets: Nets, config: ModelConfig, sizes: list[int]) -> None:
    _, predictor = nets
    torch.manual_seed(2)
    tokens, place = torch.randn(2, 40, config.text), torch.rand(2, 40, PLACE)
    manner = predictor.manner(torch.randn(2, config.style))
    with torch.no_grad():
        whole, _ = predictor(tokens, place, manner, None)
        state, parts = predictor.zeros(2), []
        for s in pieces(40, sizes):
            said, state = predictor(tokens[:, s], place[:, s], manner, state)
            parts.append(said.tone)
    torch.testing.assert_close(torch.cat(parts, 1), whole.tone, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("borders", [[9], [1, 2, 3], [4, 11, 20]])
def test_text_by_segments_is_what_training_saw(nets: Nets, config: ModelConfig, borders: list[int]) -> None:
    decoder, predictor = nets
    torch.manual_seed(3)
    ids = torch.randint(1, config.n_symbols, (1, 30))
    manner = predictor.reading_manner(torch.randn(1, config.style))
    segment = torch.zeros(1, 30, dtype=torch.long)
    for b in borders:
        segment[:, b:] += 1
    with torch.no_grad():
        tokens, logs, _ = predictor.read(ids, manner, None, segment)
        phones, _ = decoder.phones(ids, None, segment)
        state, context, parts = None, None, []
        for low, high in zip([0, *borders], [*borders, 30], strict=True):
            x, d, state = predictor.read(ids[:, low:high], manner, state)
            p, context = decoder.phones(ids[:, low:high], context)
            parts.append((x, d, p))
    for i, whole in enumerate((tokens, logs, phones)):
        torch.testing.assert_close(torch.cat([p[i] for p in parts], 1), whole, rtol=1e-4, atol=1e-4)


def random_gains(config: ModelConfig, frames: int) -> tuple[Gains, Bands]:
    """The same filters, as the served vocoder takes them and as the trained one does."""
    torch.manual_seed(4)
    hops = frames * config.hops
    bands = Bands(*(torch.randn(1, hops, n) * 0.5 for n in [config.harmonic_bands] * 3 + [config.bands]))
    harmonic, noise = WholeVocoder(config).filters(bands)
    low = harmonic[..., : config.harmonic_bins]
    f0 = 90 + 200 * torch.rand(1, frames, 2) * (torch.rand(1, frames, 2) > 0.3)
    f0 = torch.where(f0 > 91, f0, torch.zeros_like(f0))
    return Gains(f0.numpy(), torch.stack([low.real, low.imag], 2).numpy(), noise.numpy()), bands


@pytest.mark.parametrize("sizes", CHUNKS)
def test_vocoder_in_chunks_is_vocoder_at_once(config: ModelConfig, sizes: list[int]) -> None:
    gains, _ = random_gains(config, 24)
    vocoder = Vocoder(config)
    whole, _ = vocoder.step(gains, StreamState.zeros(config))
    state, parts = StreamState.zeros(config), []
    for s in pieces(24, sizes):
        hops = slice(s.start * config.hops, s.stop * config.hops)
        audio, state = vocoder.step(Gains(gains.f0[:, s], gains.harmonic[:, hops], gains.noise[:, hops]), state)
        parts.append(audio)
    np.testing.assert_allclose(np.concatenate(parts, 1), whole, rtol=1e-4, atol=1e-4)


def test_served_vocoder_is_the_trained_one(config: ModelConfig) -> None:
    frames = 24
    gains, bands = random_gains(config, frames)
    state = StreamState.zeros(config)
    vocoder = Vocoder(config)
    served, _ = vocoder.step(gains, state)
    # the served one gets F0 ahead of the gains: frames -1, 0 and 1 of the sound are silent here
    f0 = torch.cat([torch.zeros(1, 6), torch.from_numpy(gains.f0).flatten(1)[:, :-1]], 1)
    span = (frames * config.hops + 3) * config.hop
    signal = pulses(f0, torch.zeros(1), config)[:, config.frame - config.edge :][:, :span]
    noise = torch.from_numpy(noise_ring(config)[int(state.noise_at[0]) * config.hop :][:span])[None]
    trained = WholeVocoder(config)(bands, signal, [noise])[0].numpy()[:, : frames * config.frame]
    np.testing.assert_allclose(served, trained, rtol=1e-3, atol=1e-3)
    assert served.std() > 0.1
