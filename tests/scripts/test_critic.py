"""The discriminators tell made sound from real sound, and their wish makes it more real."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor
from training.critic import Critic, Window, mel_means

WINDOWS = (Window(768, 256), Window(384, 96), Window(384, 96, mel=20))

def real_and_made(count: int = 4) -> tuple[Tensor, Tensor]:
    """Noise in the low band, and the same with its spectrum tilted: easy to tell apart."""
    noise = torch.randn(count, 8000)
    return noise * 0.3, torch.nn.functional.avg_pool1d(noise[:, None], 5, 1, 2)[:, 0] * 0.3


def test_it_learns_to_tell_and_is_taken_up_again() -> None:
    torch.manual_seed(0)
    critic = Critic(24000, WINDOWS, share=0.5, width=4)
    losses = [float(critic.learn(*real_and_made())) for _ in range(60)]
    assert sum(losses[-5:]) < 0.7 * sum(losses[:5])
    again = Critic(24000, WINDOWS, share=0.5, width=4)
    again.load_state_dict(critic.state_dict())
    real, made = real_and_made()
    assert again.step == 60
    torch.testing.assert_close(again.judge(real, made), critic.judge(real, made))


def test_its_wish_is_a_fixed_share_and_lowers_the_verdict() -> None:
    torch.manual_seed(0)
    critic = Critic(24000, WINDOWS, share=0.5, wait=60, width=4)
    real, made = real_and_made()
    regression = torch.randn_like(made)
    while critic.waiting:
        critic.learn(real, made)
    assert critic.step == 60
    gradient, told = critic.gradient(real, made, regression)
    wish = gradient - regression
    torch.testing.assert_close(wish.norm(), 0.5 * regression.norm())
    assert all(p.requires_grad for p in critic.nets.parameters())
    before = sum(critic.judge(real, made))
    step = 0.05 * made.norm() / wish.norm()
    assert sum(critic.judge(real, made - step * wish)) < before
    assert told["critic"] < 0.6


def test_mel_bands_are_means_that_leave_none_empty() -> None:
    assert Window.parse("768/192/48") == (768, 192, 48)
    assert Window.parse("768/192") == (768, 192, 0)
    with pytest.raises(ValueError, match="invalid literal"):
        Window.parse("768/x")
    means = mel_means(24, 64, 125.0)
    assert 16 < means.shape[1] <= 24
    torch.testing.assert_close(means.sum(0), torch.ones(means.shape[1]))
