"""Rules of reading that are data: JSON in the folder `data` beside the code that uses it, for any program to read."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=64)
def load(package: str, topic: str) -> Any:
    """What `data/TOPIC.json` in a package holds; read once, so leave it as it is."""
    return json.loads((files(package) / "data" / f"{topic}.json").read_text(encoding="utf-8"))
