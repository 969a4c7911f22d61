"""The training loop: optimizers, schedule by the clock, checkpoints, log."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from tqdm import tqdm


@dataclass(frozen=True)
class LoopConfig:
    """How long and how fast."""

    out: Path
    minutes: float  # budget over all sessions; the learning rate falls over its last part
    rate: float = 2e-3
    fall: float = 0.5  # share of the budget over which the rate falls to nothing
    warm_up: int = 60
    average: float = 0.998  # weight average that is evaluated and exported
    checkpoint_s: float = 240
    report_every: int = 20
    sample_s: float = 1200
    stop_after_s: float = float("inf")  # this process ends then, wherever the budget stands


def optimizers(net: nn.Module, rate: float) -> list[torch.optim.Optimizer]:
    """Muon for hidden matrices, AdamW for the rest (embeddings, vectors, first and last layers)."""
    matrices: list[Tensor] = []
    rest: list[Tensor] = []
    for name, p in net.named_parameters():
        hidden = p.ndim == 2 and "embed" not in name and "film" not in name and "conv_weight" not in name
        (matrices if hidden else rest).append(p)
    return [
        torch.optim.Muon(matrices, lr=rate, weight_decay=0.01, adjust_lr_fn="match_rms_adamw", ns_steps=4),
        torch.optim.AdamW(rest, lr=rate, weight_decay=0.0, betas=(0.9, 0.98)),
    ]


class Stateful(Protocol):
    """Something a checkpoint holds beside the task."""

    def state_dict(self) -> dict[str, Any]: ...

    def load_state_dict(self, saved: dict[str, Any]) -> object: ...


class Loop:
    """Trains one task until the budget is used; can be stopped at any time and taken up again."""

    def __init__(
        self, task: nn.Module, config: LoopConfig, facts: dict[str, object], also: Mapping[str, Stateful] | None = None
    ) -> None:
        """``also``: what else a checkpoint has to hold."""
        self.task, self.config, self.facts, self.also = task, config, facts, also or {}
        self.average = {k: v.detach().clone() for k, v in task.state_dict().items()}
        self.optimizers = optimizers(task, config.rate)
        self.step, self.used = 0, 0.0
        config.out.mkdir(parents=True, exist_ok=True)
        self.path = config.out / "checkpoint.pt"
        if self.path.exists():
            self.load(self.path)

    def load(self, path: Path) -> None:
        saved = torch.load(path, map_location="cpu", weights_only=True)
        self.task.load_state_dict(saved["task"])
        self.average = {k: v.to(next(self.task.parameters()).device) for k, v in saved["average"].items()}
        for optimizer, state in zip(self.optimizers, saved["optimizers"], strict=True):
            optimizer.load_state_dict(state)
        self.step, self.used = saved["step"], saved["used"]
        for key, part in self.also.items():
            if key in saved:  # a later stage takes up the checkpoint of one that had no such part
                part.load_state_dict(saved[key])

    def save(self) -> None:
        """Write the checkpoint in one move, so that a kill never leaves half a file."""
        part = self.path.with_suffix(".part")
        torch.save(
            {
                "task": self.task.state_dict(),
                "average": self.average,
                "optimizers": [o.state_dict() for o in self.optimizers],
                "step": self.step,
                "used": self.used,
                "facts": self.facts,
                **{key: part.state_dict() for key, part in self.also.items()},
            },
            part,
        )
        part.replace(self.path)

    def log(self, row: dict[str, object]) -> None:
        with (self.config.out / "log.jsonl").open("a") as file:
            file.write(json.dumps({"step": self.step, "minutes": round(self.used / 60, 2), **row}) + "\n")

    def rate(self) -> float:
        c = self.config
        left = max(1 - self.used / 60 / c.minutes, 0.0)
        return c.rate * min(1.0, (self.step + 1) / c.warm_up, left / c.fall + 0.005)

    def run(self, draw: Callable[[], object], sample: Callable[[Loop], dict[str, object]]) -> None:
        """``draw`` gives batches; ``sample`` scores the averaged weights and writes pictures and sound."""
        c, begun = self.config, time.monotonic()
        told: list[str] = []
        signal.signal(signal.SIGTERM, lambda *_: told.append("stop"))  # finish the step, save, leave
        saved = sampled = last = begun
        sums: dict[str, float] = {}
        bar = tqdm(total=int(c.minutes * 60), initial=int(self.used), unit="s", mininterval=10)
        while self.used < c.minutes * 60 and last - begun < c.stop_after_s and not told:
            for optimizer in self.optimizers:
                for group in optimizer.param_groups:
                    group["lr"] = self.rate()
            losses: dict[str, Tensor] = self.task(draw())
            losses["loss"].backward()
            norm = nn.utils.clip_grad_norm_(self.task.parameters(), 5.0)
            if torch.isfinite(norm) and norm > 0:  # Muon would go on by its momentum alone
                for optimizer in self.optimizers:
                    optimizer.step()
            for optimizer in self.optimizers:
                optimizer.zero_grad(set_to_none=True)
            self.step += 1
            keep = min(c.average, self.step / (self.step + 10))
            with torch.no_grad():
                values = self.task.state_dict()
                torch._foreach_lerp_(
                    [self.average[k] for k in values], [values[k] for k in values], 1 - keep
                )
            for key, value in {**losses, "norm": norm}.items():
                sums[key] = sums.get(key, 0.0) + float(value.detach()) / c.report_every
            now = time.monotonic()
            # a stopped process (SIGSTOP, while something is measured) must not eat the budget
            self.used += min(now - last, 30.0)
            bar.update(int(self.used) - bar.n)
            last = now
            if self.step % c.report_every == 0:
                self.log({**{k: round(v, 4) for k, v in sums.items()}, "rate": self.rate()})
                bar.set_postfix(step=self.step, loss=f"{sums.get('distance', sums['loss']):.3f}")
                sums = {}
            if now - saved > c.checkpoint_s:
                self.save()
                saved = now
            if now - sampled > c.sample_s:
                self.log(sample(self))
                sampled = now
                last = time.monotonic()
        self.save()
        if not told:
            self.log(sample(self))
