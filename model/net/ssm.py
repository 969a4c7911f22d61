"""The recurrent layer: a selective state space with scalar decay per head (Mamba-2, arXiv 2405.21060).

One formula serves whole utterances, chunks and single frames, since it takes the state in and hands it back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F


class SsmState(NamedTuple):
    """What one layer remembers of one stream, of the same size for ever."""

    conv: Tensor  # [B, ssm_conv - 1, inner + 2 * N], the last inputs of the short convolution
    ssm: Tensor  # [B, heads, N, P]


class Past(NamedTuple):
    """Which of T frames may hear which: made once for all layers of a network."""

    mask: Tensor  # [T, T], 0 for what is past or present, minus infinity for what is to come
    present: Tensor  # [T, T], 1 where a frame meets itself

    @classmethod
    def of(cls, x: Tensor) -> Past:
        """For x [B, T, ...]."""
        at = torch.arange(x.shape[1], device=x.device)
        mask = torch.zeros((), device=x.device).where(at[:, None] >= at, float("-inf"))
        return cls(mask, (at[:, None] == at).float())


def scan(
    x: Tensor, dt: Tensor, log_decay: Tensor, b: Tensor, c: Tensor, skip: Tensor, state: Tensor
) -> tuple[Tensor, Tensor]:
    """Advance the recurrence one frame at a time: the definition, slow and obvious.

    x [B, T, heads, P], dt and log_decay [B, T, heads], b and c [B, T, N], skip [heads], state [B, heads, N, P].
    Returns y [B, T, heads, P] and the state after the last frame.
    """
    out = []
    for t in range(x.shape[1]):
        fresh = b[:, t, None, :, None] * (x[:, t] * dt[:, t, :, None])[:, :, None]
        state = state * log_decay[:, t].exp()[..., None, None] + fresh
        out.append(torch.einsum("bhnp,bn->bhp", state, c[:, t]) + x[:, t] * skip[:, None])
    return torch.stack(out, 1), state


CHUNK = 40  # frames per piece of ``ssd``: its cost is quadratic within a piece
FORGET = -40.0  # a log decay that leaves nothing, and still adds up without losing digits


def ssd(
    x: Tensor, dt: Tensor, log_decay: Tensor, b: Tensor, c: Tensor, skip: Tensor, state: Tensor | None, past: Past
) -> tuple[Tensor, Tensor]:
    """The same recurrence as matrix products, a piece of frames at a time. Shapes as in ``scan``."""
    if torch.jit.is_tracing() or x.shape[1] <= CHUNK:  # a served chunk is one piece, whatever its length
        return _piece(x, dt, log_decay, b, c, skip, state, past)
    out = []
    pieces = (v.split(CHUNK, 1) for v in (x, dt, log_decay, b, c))
    for one, step, decay, into, out_of in zip(*pieces, strict=True):
        here = Past(*(v[: one.shape[1], : one.shape[1]] for v in past))
        y, state = _piece(one, step, decay, into, out_of, skip, state, here)
        out.append(y)
    assert state is not None  # there was at least one piece
    return torch.cat(out, 1), state


def _piece(
    x: Tensor, dt: Tensor, log_decay: Tensor, b: Tensor, c: Tensor, skip: Tensor, state: Tensor | None, past: Past
) -> tuple[Tensor, Tensor]:
    # What a served chunk costs is the number of operations and the bytes they touch: factors go onto the small
    # matrices (frame by frame, and b and c), not onto x and the state, and one layout serves throughout.
    x = x.transpose(1, 2)  # [B, heads, T, P]
    b, c = b[:, None].to(x.dtype), c[:, None].to(x.dtype)  # [B, 1, T, N]
    total = log_decay.transpose(1, 2).cumsum(2)  # [B, heads, T]
    entry = total - dt.transpose(1, 2).log()  # so that exp(total - entry) is the decay since then, times dt
    decay = (total[..., None] - entry[:, :, None] + past.mask).exp().to(x.dtype)  # [B, heads, T, S]
    mix = decay * (c @ b.transpose(2, 3)) + (past.present * skip[:, None, None]).to(x.dtype)
    y = mix @ x
    end = total[:, :, -1:]
    grown = (b * (end - entry).exp()[..., None].to(x.dtype)).transpose(2, 3) @ x  # [B, heads, N, P]
    if state is not None:
        y = y + (c * total.exp()[..., None].to(x.dtype)) @ state.to(x.dtype)
        grown = state * end.exp()[..., None] + grown
    return y.transpose(1, 2), grown


class Norm(nn.RMSNorm):
    """Root-mean-square norm that keeps the type of its input (the fused kernel refuses mixed types)."""

    def __init__(self, width: int) -> None:
        super().__init__(width, eps=1e-5)

    def forward(self, x: Tensor) -> Tensor:
        if torch.jit.is_tracing():  # spelled out in the form that the runtime knows how to fuse
            return x / torch.sqrt(x.pow(2).mean(-1, keepdim=True) + 1e-5) * self.weight
        return F.rms_norm(x, self.normalized_shape, None, self.eps) * self.weight.to(x.dtype)


Manner = Sequence[Tensor]  # scale and shift of one layer, [B, 1, width] each


def manners(layers: Iterable[nn.Module], style: Tensor) -> Tensor:
    """How a voice scales and shifts these layers, [B, layers * 2 * width]; style [B, style]."""
    return torch.cat([part for layer in layers for part in layer.manner(style)], -1)  # type: ignore[operator]


def each_manner(manner: Tensor, layers: int) -> list[Manner]:
    """What ``manners`` has put together, layer by layer."""
    parts = manner[:, None].split(manner.shape[1] // layers // 2, -1)
    return [parts[2 * i : 2 * i + 2] for i in range(layers)]


class SsmLayer(nn.Module):
    """Norm, selective state space with gate; scaled and shifted as the voice has it; residual."""

    def __init__(self, width: int, style: int, state: int, head: int, expand: int, conv: int) -> None:
        super().__init__()
        self.inner, self.n, self.p, self.k = width * expand, state, head, conv
        self.heads = self.inner // head
        mixed = self.inner + 2 * state
        self.norm = Norm(width)
        self.project = nn.Linear(width, self.inner + mixed + self.heads, bias=False)
        self.conv_weight = nn.Parameter(torch.randn(conv, mixed) * 0.3 + torch.eye(conv)[-1][:, None])
        self.conv_bias = nn.Parameter(torch.zeros(mixed))
        # Time constants spread evenly in the logarithm, from one frame to some hundred frames.
        dt = torch.exp(torch.linspace(-4.6, -0.7, self.heads))
        self.dt_bias = nn.Parameter(dt + torch.log(-torch.expm1(-dt)))
        self.log_a = nn.Parameter(torch.zeros(self.heads))
        self.skip = nn.Parameter(torch.ones(self.heads))
        self.gate_norm = Norm(self.inner)
        self.out = nn.Linear(self.inner, width, bias=False)
        self.film = nn.Linear(style, 2 * width)
        nn.init.zeros_(self.film.weight)
        nn.init.zeros_(self.film.bias)

    def zeros(self, batch: int) -> SsmState:
        """The state before the first frame."""
        like = self.conv_weight
        return SsmState(
            like.new_zeros(batch, self.k - 1, like.shape[1]),
            like.new_zeros(batch, self.heads, self.n, self.p),
        )

    def manner(self, style: Tensor) -> tuple[Tensor, Tensor]:
        """A voice's scale and shift, [B, width] each; they are the same for all frames. style [B, style]."""
        scale, shift = self.film(style).chunk(2, -1)
        return 1 + scale, shift

    def forward(
        self, x: Tensor, manner: Manner, past: Past, state: SsmState | None = None, segment: Tensor | None = None
    ) -> tuple[Tensor, SsmState]:
        """x [B, T, width] -> the same shape and the state after the last frame.

        ``segment`` [B, T] numbers segments that must not know of each other.
        """
        batch = x.shape[0]
        gate, mixed, dt = self.project(self.norm(x)).split(
            [self.inner, self.conv_weight.shape[1], self.heads], dim=-1
        )
        before = self.zeros(batch).conv.to(mixed.dtype) if state is None else state.conv
        padded = torch.cat([before, mixed], 1)
        taps = [*(padded[:, i : i - self.k + 1] for i in range(self.k - 1)), mixed]
        if segment is not None:  # the short convolution must not reach over a border either
            for back in range(1, self.k):
                inside = F.pad(segment[:, back:] == segment[:, :-back], (back, 0))
                taps[self.k - 1 - back] = taps[self.k - 1 - back] * inside[..., None].to(x.dtype)
        mixed = self.conv_bias + sum(tap * w for tap, w in zip(taps, self.conv_weight, strict=True))
        values, b, c = F.silu(mixed).split([self.inner, self.n, self.n], dim=-1)
        dt = F.softplus(dt.float() + self.dt_bias)
        values = values.unflatten(2, (self.heads, self.p))
        log_decay = dt * -self.log_a.exp()
        if segment is not None:
            border = F.pad(segment[:, 1:] != segment[:, :-1], (1, 0))
            log_decay = log_decay.masked_fill(border[..., None], FORGET)
        memory = None if state is None else state.ssm
        y, memory = ssd(values, dt, log_decay, b, c, self.skip, memory, past)
        y = self.gate_norm(y.flatten(2) * F.silu(gate))
        scale, shift = manner
        x = x + self.out(y) * scale + shift
        return x, SsmState(padded[:, 1 - self.k :], memory)
