"""`larksong voices`: list the voices at hand, and mix new ones."""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path

import click

from .voice import BadVoice, VoiceCatalogue, VoiceNotFound, mix

_SHIPPED = Path(str(files(__package__) / "weights" / "voices"))
_FOLDER = click.Path(file_okay=False, path_type=Path)


@click.group()
def voices() -> None:
    """List voices and mix new ones."""


@voices.command("list")
@click.option("--voices", "folder", type=_FOLDER, default=_SHIPPED, help="Folder of voice files.", show_default=False)
def list_voices(folder: Path) -> None:
    """Name, UUID and description of every voice."""
    for voice in VoiceCatalogue.load(folder):
        about = f"{voice.gender:10} {voice.language}-{voice.accent}  {voice.description}"
        click.echo(f"{voice.slug:12} {voice.uuid}  {about}")


@voices.command("mix")
@click.argument("parts", nargs=-1, required=True, metavar="VOICE=WEIGHT...")
@click.option("--slug", required=True, help="Name by which the new voice is asked for.")
@click.option("--description", default="", help="What it is fit for.")
@click.option("--voices", "folder", type=_FOLDER, default=_SHIPPED, help="Folder of voice files.", show_default=False)
@click.option("--out", type=_FOLDER, required=True, help="Folder of the new file; give it to `serve --voices`.")
def mix_voices(parts: tuple[str, ...], slug: str, description: str, folder: Path, out: Path) -> None:
    """Write a new voice, the weighted mean of others: `larksong voices mix af_heart=2 bf_emma=1 --slug dawn`."""
    catalogue = VoiceCatalogue.load(folder)
    try:
        weighed = [(catalogue.get(name), float(weight or 1)) for name, _, weight in (p.partition("=") for p in parts)]
        voice = mix(weighed, slug, description=description)
    except VoiceNotFound as error:
        raise click.ClickException(f"no voice named {error.args[0]}") from error
    except (BadVoice, ValueError) as error:
        raise click.ClickException(str(error)) from error
    out.mkdir(parents=True, exist_ok=True)
    click.echo(f"{voice.save(out)}: {voice.description}")
