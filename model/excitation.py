"""Constants of the excitation that both vocoders share."""

from __future__ import annotations

VOICED_HZ = 45.0  # below this, F0 means unvoiced
REFERENCE_HZ = 180.0  # tones are natural logarithms of F0 over this
