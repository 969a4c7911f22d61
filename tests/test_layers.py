"""Who may import whom."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
MAY_NOT = {
    "model": ("larksong.server", "larksong.clients", "asyncio", "starlette", "uvicorn"),
    "clients/python": ("larksong.server", "larksong.model", "numpy"),
    "server": ("torch", "larksong.clients"),
}


def imports(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            yield node.module


@pytest.mark.parametrize("folder", MAY_NOT)
def test_nobody_imports_what_it_may_not(folder: str) -> None:
    files = sorted((ROOT / folder).rglob("*.py"))
    assert files
    found = {
        (str(path.relative_to(ROOT)), name)
        for path in files
        for name in imports(path)
        if name.startswith(MAY_NOT[folder])
    }
    assert not found


def test_only_the_networks_import_torch() -> None:
    found = {
        str(path.relative_to(ROOT))
        for path in (ROOT / "model").rglob("*.py")
        if any(name.split(".")[0] in ("torch", "onnx") for name in imports(path))
    }
    assert found
    assert all(name.startswith("model/net/") for name in found)


def test_serving_loads_neither_torch_nor_onnx() -> None:
    program = (
        "import sys; from larksong.server import app, cli; from larksong.server.backend import local; local(None);"
        "print([m for m in ('torch', 'onnx', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"
