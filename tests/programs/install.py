"""Makes the environments of other people's clients: `python tests/programs/install.py [NAME ...]`.

Each file of environments/ describes one: `.txt` holds pip requirements for a virtual environment, `.json` is
the package.json of a Node project. They land in build/programs/NAME, and only what has changed is made again.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
DESCRIPTIONS = HERE / "environments"
BUILD = HERE.parents[1] / "build" / "programs"
STAMP = "installed"


def names() -> list[str]:
    """Every environment that is described."""
    return sorted(path.stem for path in DESCRIPTIONS.iterdir())


def description(name: str) -> Path:
    """The file that says what is in the environment. Raises KeyError for an unknown name."""
    for path in DESCRIPTIONS.glob(f"{name}.*"):
        return path
    raise KeyError(name)


def folder(name: str) -> Path:
    """Where the environment lies, or will."""
    return BUILD / name


def is_installed(name: str) -> bool:
    """Whether the environment is there, complete and as described."""
    stamp = folder(name) / STAMP
    return stamp.exists() and stamp.read_text() == _fingerprint(name)


def install(name: str) -> None:
    """Make the environment anew. Raises CalledProcessError when its packages cannot be had."""
    target, source = folder(name), description(name)
    shutil.rmtree(target, ignore_errors=True)
    target.mkdir(parents=True)
    if source.suffix == ".json":
        shutil.copy(source, target / "package.json")
        # Nothing here needs what packages would run at install time: their binaries are packages themselves.
        _run("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", cwd=target)
    else:
        _run(sys.executable, "-m", "venv", str(target))
        _run(str(target / "bin" / "python"), "-m", "pip", "install", "--quiet", "-r", str(source))
    (target / STAMP).write_text(_fingerprint(name))


def _fingerprint(name: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(version.encode() + description(name).read_bytes()).hexdigest()


def _run(*command: str, cwd: Path | None = None) -> None:
    subprocess.run(command, cwd=cwd, check=True)


def main(wanted: list[str]) -> None:
    for name in wanted or names():
        if is_installed(name):
            continue
        print(f"installing {name}", flush=True)
        install(name)


if __name__ == "__main__":
    main(sys.argv[1:])
