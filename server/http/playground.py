"""`/playground`: the browser client's static files."""

from __future__ import annotations

from importlib.resources import files

from starlette.routing import BaseRoute, Mount
from starlette.staticfiles import StaticFiles

_directory = str(files("larksong.clients") / "browser")

routes: list[BaseRoute] = [
    Mount("/playground", StaticFiles(directory=_directory, html=True, check_dir=False), name="playground")
]
