"""A language that a decoder speaks already, kept while it learns others: beside their sound it imitates what it was."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import torch
from larksong.model.net.acoustic import AcousticDecoder

from .data import Utterance


@dataclass(frozen=True)
class Keep:
    """Not a module, so that optimizers and checkpoints leave the frozen decoder alone."""

    first: AcousticDecoder  # what is imitated; see blend.frozen
    corpus: list[Utterance]  # their sound is not needed
    weights: np.ndarray  # probability of each
    share: float  # crops of each batch, against those that are heard
    weight: float = 5.0  # of the mean squared difference of bands, beside the loss of the sound

    def to(self, device: str) -> Keep:
        """With the frozen decoder on another device."""
        return Keep(self.first.to(torch.device(device)), self.corpus, self.weights, self.share, self.weight)
