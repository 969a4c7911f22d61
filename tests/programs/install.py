"""Makes the environments of other people's clients: `python tests/programs/install.py [NAME ...]`.

Each file of environments/ describes one: `.txt` holds pip requirements for a virtual environment, `.json` is
the package.json of a Node project. They land in build/programs/NAME, and only what has changed is made again.
Besides Python that takes the programs of NEEDED, which are the system's own.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
import time
from pathlib import Path

HERE = Path(__file__).parent
DESCRIPTIONS = HERE / "environments"
BUILD = HERE.parents[1] / "build" / "programs"
STAMP = "installed"
NEEDED = ("node", "npm", "openssl")  # openssl makes the certificate of the TLS port
TRIES = 2  # a registry now and then breaks off a download


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
        _download("npm", "install", "--no-audit", "--no-fund", "--ignore-scripts", "--loglevel=error", cwd=target)
    else:
        subprocess.run([sys.executable, "-m", "venv", str(target)], check=True)
        python = str(target / "bin" / "python")
        # A test imports a small part of what is installed; Python compiles that part itself.
        _download(python, "-m", "pip", "install", "--quiet", "--no-compile", "-r", str(source))
    (target / STAMP).write_text(_fingerprint(name))


def _fingerprint(name: str) -> str:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    return hashlib.sha256(version.encode() + description(name).read_bytes()).hexdigest()


def _download(*command: str, cwd: Path | None = None) -> None:
    for left in reversed(range(TRIES)):
        ended = subprocess.run(command, cwd=cwd, check=not left)
        if ended.returncode == 0:
            return


def main(wanted: list[str]) -> None:
    missing = [program for program in NEEDED if not shutil.which(program)]
    if missing:
        sys.exit(f"not on this machine, and needed: {', '.join(missing)}")
    for name in wanted or names():
        if is_installed(name):
            continue
        start = time.monotonic()
        install(name)
        print(f"installed {name} in {time.monotonic() - start:.0f} s", flush=True)


if __name__ == "__main__":
    main(sys.argv[1:])
