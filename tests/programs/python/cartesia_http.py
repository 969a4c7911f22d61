"""cartesia 3.x and 4.x over HTTP: files, events, voices, tokens, and what errors become."""

from __future__ import annotations

import base64
from typing import Any

import cartesia
from cartesia import Cartesia
from stage import BASE, FOLDER, KEY, VOICE, Scene, play

SETTINGS: dict[str, Any] = {"model_id": "sonic-3", "voice": {"mode": "id", "id": VOICE}, "language": "en"}
RAW: dict[str, Any] = {"container": "raw", "encoding": "pcm_f32le", "sample_rate": 48000}
WAV: dict[str, Any] = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": 24000}
MP3: dict[str, Any] = {"container": "mp3", "sample_rate": 44100, "bit_rate": 128000}


def client(**options: Any) -> Cartesia:
    return Cartesia(**{"api_key": KEY, "base_url": BASE, **options})


def files(scene: Scene) -> None:
    for text, style in (("These are bare samples.", RAW), ("This is a wave file.", WAV), ("Now a smaller one.", MP3)):
        answer = client().tts.generate(transcript=text, output_format=style, **SETTINGS)
        encoding = style["encoding"] if style is RAW else style["container"]
        scene.turn(text, answer.iter_bytes(), style["sample_rate"], encoding=encoding)


def events(scene: Scene) -> None:
    text, style = "Events carry the sound.", {**RAW, "encoding": "pcm_s16le"}
    heard = list(client().tts.generate_sse(transcript=text, output_format=style, add_timestamps=True, **SETTINGS))
    sound = [base64.b64decode(event.data) for event in heard if event.type == "chunk"]
    words = [word for event in heard if event.type == "timestamps" for word in event.word_timestamps.words]
    scene.turn(text, sound, style["sample_rate"], words=words)
    scene.facts["types"] = [event.type for event in heard]


def voices(scene: Scene) -> None:
    library = client().voices
    scene.facts["ids"] = [voice.id for voice in library.list(limit=2)]
    scene.facts["name"] = library.get(scene.facts["ids"][0]).name
    scene.facts["feminine"] = [voice.id for voice in library.list(gender="feminine")]


def clone(scene: Scene) -> None:
    """A voice from a clip: made, renamed, used and deleted."""
    clip = FOLDER / "clip.wav"
    text = "This is a clip that is long enough to find a voice in it. It goes on for some seconds."
    clip.write_bytes(b"".join(client().tts.generate(transcript=text, output_format=WAV, **SETTINGS).iter_bytes()))
    library = client().voices
    with clip.open("rb") as file:
        made = library.clone(clip=file, name="Copy", language="en", description="Sounds like another.")
    library.update(made.id, name="Renamed", description="Still sounds like another.")
    scene.facts["name"] = library.get(made.id).name
    text = "I sound familiar."
    answer = client().tts.generate(
        transcript=text, output_format=WAV, model_id="sonic-3", voice={"mode": "id", "id": made.id}
    )
    scene.turn(text, answer.iter_bytes(), 24000, encoding="wav")
    scene.facts["owned"] = [voice.id for voice in library.list(is_owner=True)] == [made.id]
    library.delete(made.id)
    scene.facts["owned after"] = [voice.id for voice in library.list(is_owner=True)]


def localize(scene: Scene) -> None:
    """The same voice with another accent: since 4.x it is named, before it was told where it is spoken."""
    library = client().voices
    named = hasattr(library, "list_accents")
    where = {"accent": "british"} if named else {"language": "en", "dialect": "uk", "original_speaker_gender": "male"}
    made = library.localize(voice_id=VOICE, name="Over there", description="From over there.", **where)
    text = "There is no doubt about it."
    answer = client().tts.generate(
        transcript=text, output_format=WAV, model_id="sonic-3", voice={"mode": "id", "id": made.id}
    )
    scene.turn(text, answer.iter_bytes(), 24000, encoding="wav")
    scene.facts.update(name=made.name, country=library.get(made.id).country)
    if named:
        scene.facts["accents"] = [accent.id for accent in library.list_accents().accents]
        spoken = library.add_accents(made.id, accents=["general-american"]).locales
        scene.facts["locales"] = [[each.locale, each.is_native] for each in spoken]
        try:
            library.delete_accent("general-american", id=made.id)
        except cartesia.BadRequestError as failure:
            scene.facts["removed"] = failure.body["error_code"]
    library.delete(made.id)


def token(scene: Scene) -> None:
    """A short-lived token speaks in place of the key."""
    made = client().access_token.create(grants={"tts": True}, expires_in=60).token
    text = "A token will do."
    answer = client(api_key=made).tts.generate(transcript=text, output_format=WAV, **SETTINGS)
    scene.turn(text, answer.iter_bytes(), 24000, encoding="wav")


def dictionary(scene: Scene) -> None:
    """What is written as one word is spoken as others."""
    dictionaries = client().pronunciation_dicts
    made = dictionaries.create(name="Short forms", items=[{"text": "asap", "alias": "as soon as possible"}])
    answer = client().tts.generate(
        transcript="Call me asap.", output_format=WAV, pronunciation_dict_id=made.id, **SETTINGS
    )
    scene.turn("Call me as soon as possible.", answer.iter_bytes(), 24000, encoding="wav")
    scene.facts["listed"] = [each.id for each in dictionaries.list()] == [made.id]
    dictionaries.delete(made.id)


def errors(scene: Scene) -> None:
    def fails(name: str, call: Any) -> None:
        try:
            call()
        except cartesia.APIStatusError as failure:
            scene.facts[name] = [type(failure).__name__, failure.status_code, failure.body["error_code"]]

    def say(**changes: Any) -> Any:
        return lambda: client().tts.generate(**{"transcript": "No.", "output_format": WAV, **SETTINGS, **changes})

    fails("voice", say(voice={"mode": "id", "id": "nobody"}))
    fails("format", say(output_format={**WAV, "sample_rate": 12345}))
    fails("lookup", lambda: client().voices.get("nobody"))
    fails("key", lambda: list(client(api_key="wrong").voices.list()))


play(files, events, voices, clone, localize, token, dictionary, errors)
