"""ONNX Runtime, with its reports to its vendor turned off. Everything that loads it takes it from here."""

from __future__ import annotations

import os

# Since 1.32 it reports to its vendor unless told otherwise, and keeps a device id and a database in the home folder.
# It reads this once, while it is loaded: a switch thrown later is too late. Who wants to report sets it to 0.
os.environ.setdefault("ORT_DISABLE_TELEMETRY", "1")

import onnxruntime as onnxruntime  # noqa: E402, RUF100 - the line above must come first

__all__ = ["onnxruntime"]
