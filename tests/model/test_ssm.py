"""One recurrence, three forms: step by step, in pieces, at once."""

from __future__ import annotations

import pytest
import torch
from larksong.model.net.ssm import CHUNK, Past, SsmLayer, each_manner, manners, scan, ssd


def random_inputs(frames: int) -> tuple[torch.Tensor, ...]:
    torch.manual_seed(frames)
    b, h, p, n = 2, 3, 8, 5
    return (
        torch.randn(b, frames, h, p),
        torch.rand(b, frames, h) + 0.01,
        -torch.rand(b, frames, h),
        torch.randn(b, frames, n),
        torch.randn(b, frames, n),
        torch.randn(h),
        torch.randn(b, h, n, p),
    )


@pytest.mark.parametrize("frames", [1, 7, CHUNK, CHUNK + 1, 3 * CHUNK + 5])
def test_matrix_form_is_the_recurrence(frames: int) -> None:
    inputs = random_inputs(frames)
    slow, slow_state = scan(*inputs)
    fast, fast_state = ssd(*inputs, Past.of(inputs[0]))
    torch.testing.assert_close(fast, slow, rtol=1e-4, atol=1e-4)
    torch.testing.assert_close(fast_state, slow_state, rtol=1e-4, atol=1e-4)


@pytest.mark.parametrize("sizes", [[1], [2, 3, 7], [16], [50]])
def test_layer_goes_on_where_it_stopped(sizes: list[int]) -> None:
    torch.manual_seed(0)
    layer, x, style = SsmLayer(32, 8, 16, 16, 2, 4), torch.randn(2, 50, 32), torch.randn(2, 8)
    torch.nn.init.normal_(layer.film.weight)
    (manner,) = each_manner(manners([layer], style), 1)
    whole, _ = layer(x, manner, Past.of(x))
    state, out, at, turn = layer.zeros(2), [], 0, 0
    while at < 50:
        piece = x[:, at : at + sizes[turn % len(sizes)]]
        y, state = layer(piece, manner, Past.of(piece), state)
        out.append(y)
        at, turn = at + y.shape[1], turn + 1
    torch.testing.assert_close(torch.cat(out, 1), whole, rtol=1e-4, atol=1e-5)


def test_segments_do_not_know_of_each_other() -> None:
    torch.manual_seed(0)
    layer, x, style = SsmLayer(32, 8, 16, 16, 2, 4), torch.randn(1, 12, 32), torch.zeros(1, 8)
    segment = torch.tensor([[0] * 5 + [1] * 7])
    (manner,) = each_manner(manners([layer], style), 1)
    both, _ = layer(x, manner, Past.of(x), None, segment)
    second, _ = layer(x[:, 5:], manner, Past.of(x[:, 5:]))
    torch.testing.assert_close(both[:, 5:], second, rtol=1e-4, atol=1e-5)
