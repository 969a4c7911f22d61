"""The `larksong` command. `serve` lives here; other commands are loaded when they are used."""

from __future__ import annotations

import logging
from importlib import import_module
from pathlib import Path
from typing import Any

import click

from ..config import EngineLimits, ServerConfig, package_version

#: Commands of other packages, as "module:command".
ELSEWHERE = {"say": "larksong.clients.say:say", "voices": "larksong.model.commands:voices"}


class _Commands(click.Group):
    """A group that imports a command only when it is asked for: `serve` needs no client, `say` no server."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return sorted([*super().list_commands(ctx), *ELSEWHERE])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in ELSEWHERE:
            return super().get_command(ctx, cmd_name)
        module, _, name = ELSEWHERE[cmd_name].partition(":")
        command: click.Command = getattr(import_module(module), name)
        return command


@click.group(cls=_Commands, context_settings={"show_default": True})
@click.version_option(package_version(), prog_name="larksong")
def main() -> None:
    """Self-hosted real-time text-to-speech."""


EXPERIMENTAL = "larksong.server.engine.backend:with_experimental_languages"
_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FOLDER = click.Path(file_okay=False, path_type=Path)


@main.command()
@click.option("--host", default=ServerConfig.host, help="Address to listen on.")
@click.option("--port", default=ServerConfig.port, type=click.IntRange(0, 65535), help="0 picks a free one.")
@click.option(
    "--key",
    "keys",
    multiple=True,
    envvar="LARKSONG_API_KEY",
    help="API key; may be repeated. Without one, only this machine can connect.",
)
@click.option("--tls-cert", type=_FILE, help="Certificate chain (PEM); makes the port speak TLS.")
@click.option("--tls-key", type=_FILE, help="Private key (PEM).")
@click.option("--tls-port", type=click.IntRange(0, 65535), help="Speak TLS on a second port instead.")
@click.option("--workers", default=ServerConfig.workers, type=click.IntRange(1), help="Worker processes.")
@click.option(
    "--slots",
    default=ServerConfig.slots,
    type=click.IntRange(0),
    help="Contexts spoken at once by each worker; 0 measures.",
)
@click.option("--voices", type=_FOLDER, help="Folder of voices, instead of those that come with it.")
@click.option("--weights", type=_FOLDER, help="Folder of weights, instead of those that come with it.")
@click.option("--data", type=_FOLDER, help="Folder for what is to survive a restart.")
@click.option("--origin", "origins", multiple=True, help="Site whose pages may use the HTTP API; may be repeated.")
@click.option("--prefix", default=ServerConfig.prefix, help="Serve the API under this path too.")
@click.option(
    "--max-text",
    "max_text_chars",
    default=ServerConfig.max_text_chars,
    type=click.IntRange(1),
    help="Characters that may wait to be spoken in one context.",
)
@click.option("--lead", "lead_s", default=EngineLimits.lead_s, help="Seconds of sound a live context may run ahead.")
@click.option("--drain", "drain_s", default=ServerConfig.drain_s, help="Seconds contexts may go on after SIGTERM.")
@click.option("--experimental-languages", is_flag=True, help="Also speak the languages that are not finished.")
@click.option("--backend", default=ServerConfig.backend, hidden=True, help="Where the model comes from.")
def serve(
    lead_s: float, tls_cert: Path | None, tls_key: Path | None, experimental_languages: bool, **options: Any
) -> None:
    """Listen for clients until SIGTERM or Ctrl-C."""
    if experimental_languages:
        options["backend"] = EXPERIMENTAL
    if options["weights"]:
        _check(options["weights"])
    if (tls_cert is None) != (tls_key is None) or (options["tls_port"] is not None and not tls_cert):
        raise click.UsageError("TLS needs --tls-cert and --tls-key.")
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    limits = EngineLimits(lead_s=lead_s)
    config = ServerConfig(engine=limits, tls_cert=tls_cert, tls_key=tls_key, **options)
    from .workers import serve as serve_all  # here, so that other commands do not load the server

    serve_all(config)


def _check(weights: Path) -> None:
    """Say at once what is wrong with a folder of weights, before any worker starts."""
    from larksong.model.manifest import BadWeights, check_weights

    try:
        check_weights(weights)
    except BadWeights as fault:
        raise click.UsageError(str(fault)) from fault
