"""The conversations of the Sonic door: literal frames that the server's tests, the clients' tests and /docs share.

In what is received, "$audio", "$number", "$text", "$numbers" and "$texts" stand for any such value, and
{"$one_or_more": frame} for a run of frames. An empty list means that nothing may come.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

Json = dict[str, Any]
FILES = sorted((Path(__file__).parents[1] / "server" / "doors" / "cartesia" / "wire").glob("*.json"))
_LITERALS = {"$audio": "AAECAw==", "$number": 1.5, "$text": "text"}


def load(path: Path) -> Json:
    """One conversation: `about`, `version` and `steps`."""
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def literal(frames: list[Json]) -> list[Json]:
    """Frames as they may come: each placeholder with a value, each run of frames with two."""
    found: list[Json] = []
    for frame in frames:
        one = _filled(frame.get("$one_or_more", frame))
        found += [one, one] if "$one_or_more" in frame else [one]
    return found


def _filled(value: Any) -> Any:
    if not isinstance(value, dict):
        return _LITERALS.get(value, value) if isinstance(value, str) else value
    length = max((len(each) for each in value.values() if isinstance(each, list)), default=2)
    lists = {"$numbers": [0.5] * length, "$texts": ["a"] * length}
    return {key: lists[each] if each in ("$numbers", "$texts") else _filled(each) for key, each in value.items()}
