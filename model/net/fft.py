"""A real FFT whose backward pass is a real FFT too (the library's takes a complex one of full length)."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor


class _RealFft(torch.autograd.Function):
    @staticmethod
    def forward(ctx: Any, x: Tensor) -> Tensor:
        ctx.size = x.shape[-1]
        return torch.fft.rfft(x)

    @staticmethod
    def backward(ctx: Any, grad: Tensor) -> Tensor:
        weight = torch.full((grad.shape[-1],), ctx.size / 2, device=grad.device)
        weight[0] = ctx.size
        if ctx.size % 2 == 0:
            weight[-1] = ctx.size
        return torch.fft.irfft(grad * weight, n=ctx.size)


def rfft(x: Tensor) -> Tensor:
    """x [..., n] -> complex [..., n // 2 + 1], as ``torch.fft.rfft``."""
    return _RealFft.apply(x)
