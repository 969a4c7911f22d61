#!/usr/bin/env bash
# Expected: cn2an.transform, made to put the figures of a Chinese sentence into words for speech, reads a time of day and a
# grouped number. Seen (0.5.24): "12:30" keeps its colon between two numbers, a date with strokes is read as a fraction,
# and the comma of "1,250" splits it into two numbers. So all three need rules of one's own before it.
source "$(dirname "$0")/common.sh"
packages cn2an==0.5.24
run <<'P'
import cn2an
seen = {text: cn2an.transform(text, "an2cn") for text in ("12:30", "2026/03/21", "1,250", "3个")}
print("cn2an", cn2an.__version__, seen)
assert ":" in seen["12:30"], seen
assert "分之" in seen["2026/03/21"], seen
assert "," in seen["1,250"], seen
P
