#!/usr/bin/env bash
# Expected: a streaming resampler from 24 to 8 kHz gives a third of what it is fed, a few milliseconds late. Seen: soxr
# 1.0.0 holds back tens of milliseconds at quality HQ, and gives its output in lumps. So first audio at telephone rate
# costs more than at the model's own; for exactly 3 : 1 a short filter of one's own does better.
source "$(dirname "$0")/common.sh"
packages soxr==1.0.0 numpy==2.2.6
run <<'P'
import numpy as np, soxr
held = {}
for quality in ("QQ", "LQ", "MQ", "HQ", "VHQ"):
    stream = soxr.ResampleStream(24000, 8000, 1, dtype="float32", quality=quality)
    fed = 0
    first = None
    for _ in range(400):
        out = stream.resample_chunk(np.zeros(120, np.float32))  # 5 ms
        fed += 120
        if len(out):
            first = fed
            break
    held[quality] = round(1000 * first / 24000) if first else None
print("soxr", soxr.__version__, "ms of input before the first output, 24 -> 8 kHz:", held)
assert held["HQ"] >= 30, held
assert held["QQ"] <= 15, held
P
