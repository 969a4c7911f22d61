"""Who may import whom."""

from __future__ import annotations

import ast
import os
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


#: The rooms of the server from the top down; a room may import only itself and those below it.
ROOMS = ("run", "reference", "doors", "http", "speech", "stores", "engine", "audio", "text", "ground")


def name_of(path: Path) -> str:
    """The dotted name under which a file is imported."""
    parts = list(path.relative_to(ROOT).with_suffix("").parts)
    parts = parts[1:] if parts[0] == "scripts" else ["larksong", *parts]
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imports(path: Path) -> Iterator[str]:
    """Every module or member imported in a file, anywhere in it, relative ones resolved."""
    own = name_of(path).split(".")
    package = own if path.name == "__init__.py" else own[:-1]
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *([node.module] if node.module else [])])
            yield from (f"{module}.{alias.name}" for alias in node.names)


def graph(folder: str) -> dict[str, set[str]]:
    """Module -> modules of the same folder that it imports."""
    paths = {name_of(path): path for path in (ROOT / folder).rglob("*.py")}
    found: dict[str, set[str]] = {}
    for name, path in paths.items():
        wanted = {one if one in paths else one.rpartition(".")[0] for one in imports(path)}
        found[name] = {one for one in wanted if one in paths and one != name}
    return found


def room_of(module: str) -> str:
    room = module.split(".")[2]
    return room if room in ROOMS else "ground"


@pytest.mark.parametrize("folder", ["server", "model", "clients", "scripts"])
def test_no_circle(folder: str) -> None:
    left = graph(folder)
    assert any(left.values())
    while free := {name for name, wanted in left.items() if not wanted & left.keys()}:
        left = {name: wanted for name, wanted in left.items() if name not in free}
    assert not left


def test_no_room_imports_one_above_it() -> None:
    upward = {
        (name, other)
        for name, wanted in graph("server").items()
        for other in wanted
        if name.count(".") > 1 and other.count(".") > 1 and name != "larksong.server.__main__"
        and ROOMS.index(room_of(other)) < ROOMS.index(room_of(name))
    }  # fmt: skip
    assert not upward


def test_the_top_of_the_server_is_ground_only() -> None:
    assert len(list((ROOT / "server").glob("*.py"))) <= 16


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


def test_only_the_registry_names_a_language() -> None:
    folders = [path.parent.name for path in (ROOT / "model" / "text").glob("*/__init__.py")]
    found = {
        str(path.relative_to(ROOT))
        for folder in ("model", "server")
        for path in (ROOT / folder).rglob("*.py")
        if not (path.is_relative_to(ROOT / "model" / "text") and path.parent.name in folders)
        for name in imports(path)
        if name.removeprefix("larksong.model.text.").split(".")[0] in folders
    }
    assert found == {"model/text/registry.py"}


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
        "import sys; from larksong.server.run import app, cli;"
        "from larksong.server.engine.backend import local; local(None);"
        "print([m for m in ('torch', 'onnx', 'scipy', 'matplotlib') if m in sys.modules])"
    )
    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert said.stdout.strip() == "[]"


def test_onnx_runtime_is_loaded_in_one_place() -> None:
    found = {
        str(path.relative_to(ROOT))
        for folder in ("model", "server", "clients", "scripts", "tests")
        for path in (ROOT / folder).rglob("*.py")
        if any(name.split(".")[0] == "onnxruntime" for name in imports(path))
    }
    assert found == {"model/runtime.py"}


def test_a_session_leaves_nothing_in_the_home_folder(tmp_path: Path) -> None:
    graph = ROOT / "tests" / "fixtures" / "tiny_voice" / "weights" / "voice.onnx"
    program = (
        "from larksong.model.runtime import onnxruntime\n"
        f"onnxruntime.InferenceSession({str(graph)!r}, providers=['CPUExecutionProvider'])"
    )
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "ORT_"))}
    environment = {**kept, "HOME": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    assert not list(tmp_path.iterdir())
