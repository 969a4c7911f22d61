"""The discriminators tell made sound from real sound, and their wish makes it more real."""

from __future__ import annotations

import torch
from larksong.model.config import PITCH, PLACE, ModelConfig
from torch import Tensor
from training.critic import Context, Critic

WINDOWS = ((384, 192), (256, 128))
CONFIG = ModelConfig()
COUNT, FRAMES = 2, 5
SAID = Context(
    torch.zeros(COUNT, FRAMES, dtype=torch.long), torch.zeros(COUNT, FRAMES, PLACE + PITCH),
    torch.zeros(COUNT, CONFIG.style),
)  # fmt: skip


def real_and_made() -> tuple[Tensor, Tensor, Context]:
    """Noise in the low band, and the same with its spectrum tilted: easy to tell apart."""
    noise = torch.randn(COUNT, 3000)
    return noise * 0.3, torch.nn.functional.avg_pool1d(noise[:, None], 5, 1, 2)[:, 0] * 0.3, SAID


def critic() -> Critic:
    return Critic(CONFIG, WINDOWS, share=0.5, width=4)


def judged(critic: Critic, real: Tensor, made: Tensor) -> Tensor:
    """What the decoder would lower."""
    return sum(critic.judge([net(real, SAID) for net in critic.nets], made, SAID), torch.zeros(()))


def test_it_learns_to_tell_and_is_taken_up_again() -> None:
    torch.manual_seed(0)
    one, again = critic(), critic()
    losses = [float(one.learn(*real_and_made())[0]) for _ in range(60)]
    assert sum(losses[-5:]) < 0.7 * sum(losses[:5])
    again.load_state_dict(one.state_dict())
    real, made, _ = real_and_made()
    assert again.step == 60
    torch.testing.assert_close(judged(again, real, made), judged(one, real, made))


def test_it_learns_alone_first_and_only_as_long_as_it_has_to() -> None:
    one = critic()
    one.learn_first(real_and_made, 5)
    one.learn_first(real_and_made, 3)
    assert one.step == 5


def test_what_is_to_be_said_is_part_of_the_verdict() -> None:
    torch.manual_seed(0)
    one = critic()
    real, made, _ = real_and_made()
    for _ in range(60):  # phoneme 1 sounds as what is taken for made with phoneme 0
        one.learn(real, made, SAID)
        one.learn(made, real, SAID._replace(phones=SAID.phones + 1))
    for net in one.nets:
        assert net(made, SAID)[-1].mean() < net(real, SAID)[-1].mean()
        other = SAID._replace(phones=SAID.phones + 1)
        assert net(made, other)[-1].mean() > net(real, other)[-1].mean()


def test_its_wish_is_a_fixed_share_and_lowers_the_verdict() -> None:
    torch.manual_seed(0)
    one = critic()
    one.learn_first(real_and_made, 60)
    real, made, _ = real_and_made()
    regression = torch.randn_like(made)
    gradient, told = one.gradient(real, made, SAID, regression)
    wish = gradient - regression
    torch.testing.assert_close(wish.norm(), 0.5 * regression.norm())
    assert all(p.requires_grad for p in one.nets.parameters())
    before = judged(one, real, made)
    step = 0.05 * made.norm() / wish.norm()
    assert judged(one, real, made - step * wish) < before
    assert told["critic"] < 0.6
