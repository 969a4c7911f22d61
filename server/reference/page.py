"""The page at /docs: the two descriptions as tables, without any script."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from html import escape
from pathlib import Path
from typing import Any

from ..errors import CODES
from ..text.emotions import NAMES as EMOTIONS
from ..text.visemes import AFTER, BEFORE, NAMES, TABLE
from .openapi import CLIENT, SERVER

Json = dict[str, Any]

#: Played against the server and its clients by their tests, so what they show is so.
CONVERSATIONS = Path(__file__).parents[1] / "doors" / "cartesia" / "wire"
_LONG = re.compile(r"\[[-\d., e]{40,}\]")  # a list of numbers that nobody wants to read
_STYLE = """
:root { color-scheme: light dark; font: 16px/1.5 system-ui, sans-serif; }
body { max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }
table { border-collapse: collapse; width: 100%; margin: .5rem 0 1.5rem; }
th, td { text-align: left; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid #8884; }
code { font-size: .95em; overflow-wrap: anywhere; }
h3 { margin: 2rem 0 .3rem; }
pre { white-space: pre-wrap; overflow-wrap: anywhere; font-size: .85em; }
"""
_TAGS = (
    ('<speed ratio="1.2"/>', "From here on faster or slower, 0.6 to 1.5."),
    ('<volume ratio="0.8"/>', "From here on louder or softer, 0.5 to 2.0."),
    ('<emotion value="calm"/>', "From here on another emotion."),
    ('<break time="500ms"/>', "Silence, up to 10 seconds."),
    ("<spell>AB-12</spell>", "Letter by letter."),
    ("<<h|ə|l|ˈ|oʊ>>", "One word by its IPA phonemes."),
)
_VISEMES = (
    "Own extension: with add_visemes in its first frame, a context sends viseme_timestamps, always before the sound "
    "they belong to, with times in seconds from its first sample. Where nothing is listed, as between words, the mouth "
    "is at rest (sil). Diphthongs and some other sounds glide from one shape to a second. The signs "
    f"{' '.join(BEFORE)} give their time to the sound after them, "
    f"{' '.join(sign if sign.isalpha() else chr(0x25CC) + sign for sign in AFTER)} to the one before."
)
_EMOTIONS = (
    "The voice has no acted emotions: a name moves tempo, pitch, loudness and liveliness in the direction that "
    "listeners link with it. Unknown names change nothing."
)
_CLONE = (
    "Cloning looks for the blend of the 28 English voices of our teacher, all of them synthetic, that sounds most "
    "like the clip. It is no copy: whoever is not like any of those voices is met only in part, and accent, age, "
    "singing, whisper, mood and manner of speaking do not come over. What does are roughly the height and the "
    "timbre of the voice. likeness.similarity tells how near it came: the cosine between the speaker embeddings "
    "(Resemblyzer) of the clip and of a sentence that this server has spoken with the new voice. For a blend that "
    "the search has not seen it is 0.91 on average, as high as this server gets with the true style (0.90); for "
    "other voices, which are what clips are usually of, 0.73, where the nearest of the voices listed here has 0.68. "
    "These were synthetic voices; recordings of people have been tried only a little, and noise and telephone bands "
    "cost more. With base_voice_id, melody and tempo are that voice's and only the timbre is sought. mode and "
    "enhance, which some clients send, change nothing. The clip itself is not kept. Clone only the voice of "
    "somebody who has agreed to it, and do not pass the result off as that person."
)
_AUDIO = (
    "MP3 has the bit rate asked for, or the highest that MPEG has at that sample rate: 64000 up to 12000 Hz, 160000 up "
    "to 24000 Hz. A WAV that is sent while it is made says that its length is not known. AAC is not made."
)
_SHOWN = (
    "What the client sends is marked with →, what it receives with ←. $audio stands for Base64, $number and $text for "
    "any such value, $numbers and $texts for lists of them; + marks a frame that comes one or more times."
)


def render(http: Json, socket: Json) -> str:
    """The page for these two descriptions."""
    http_schemas, frames = http["components"]["schemas"], socket["components"]["schemas"]
    first = dict.fromkeys(kind.__name__ for kind in (*CLIENT, *SERVER)).keys()
    parts = [
        f"<h1>Larksong {escape(http['info']['version'])}</h1>",
        f"<p>{_text(http['info']['description'])} For programs: <a href='openapi.json'>OpenAPI</a>, "
        "<a href='asyncapi.json'>AsyncAPI</a>.</p>",
        "<h2>HTTP</h2>",
        *(_operation(method, path, told) for path, item in http["paths"].items() for method, told in item.items()),
        f"<p>{_AUDIO}</p><p>{_CLONE}</p>",
        "<h3>Objects</h3>",
        *(_struct(name, schema) for name, schema in http_schemas.items()),
        "<h2>Socket: /tts/websocket</h2>",
        f"<p>{_text(socket['info']['description'])}</p>",
        *(_struct(name, frames[name]) for name in (*first, *sorted(frames.keys() - first - http_schemas.keys()))),
        f"<h2>Conversations</h2><p>{_SHOWN}</p>",
        *(_conversation(json.loads(path.read_text("utf-8"))) for path in sorted(CONVERSATIONS.glob("*.json"))),
        "<h2>Tags in text</h2>",
        _table(("tag", "meaning"), ((_code(tag), escape(told)) for tag, told in _TAGS)),
        f"<h2>Emotions</h2><p>{_EMOTIONS}</p><p>{_code(', '.join(EMOTIONS))}</p>",
        f"<h2 id='visemes'>Visemes</h2><p>{escape(_VISEMES)}</p>",
        _table(("shape", "signs"), ((_code(name), _signs(name)) for name in NAMES)),
        _table(("diphthong", "shapes"), ((_code(sign), _glide(sign)) for sign in TABLE if len(TABLE[sign]) > 1)),
        "<h2>Errors</h2>",
        _table(("code", "status", "title"), ((_code(c), str(s), escape(t)) for c, (s, t) in CODES.items())),
    ]
    body = "\n".join(parts)
    head = f"<meta charset='utf-8'><title>Larksong API</title><style>{_STYLE}</style>"
    return f"<!doctype html><html lang='en'><head>{head}</head><body>{body}</body></html>\n"


def _operation(method: str, path: str, told: Json) -> str:
    rows = [(_code(each["name"]), _type(each["schema"]), each["in"]) for each in told["parameters"]]
    if "requestBody" in told:
        rows.append(("", _content(told["requestBody"]["content"]), "body"))
    for status, answer in told["responses"].items():
        rows.append((escape(status), _content(answer.get("content", {})) or escape(answer["description"]), "answer"))
    needs = ", ".join(name for each in told["security"] for name in each) or "none"
    return (
        f"<h3>{_code(f'{method.upper()} {path}')}</h3><p>{_text(told['summary'])} Credential: {needs}.</p>"
        + _table(("name", "type", "where"), rows)
    )


def _content(content: Json) -> str:
    return "<br>".join(_type(kind["schema"]) if "schema" in kind else _code(media) for media, kind in content.items())


def _conversation(told: Json) -> str:
    lines = "\n".join(line for step in told["steps"] for line in _lines(step))
    return f"<h3>{_text(told['about'])}</h3><p>Version {_code(told['version'])}</p><pre>{escape(lines)}</pre>"


def _lines(step: Json) -> Iterator[str]:
    if "receive" not in step:
        yield f"→ {step['send_text'] if 'send_text' in step else _frame(step['send'])}"
        return
    for frame in step["receive"]:
        yield f"←+ {_frame(frame['$one_or_more'])}" if "$one_or_more" in frame else f"← {_frame(frame)}"
    if not step["receive"]:
        yield "← (nothing)"


def _frame(frame: Json) -> str:
    return _LONG.sub("[…]", json.dumps(frame, ensure_ascii=False))


def _struct(name: str, schema: Json) -> str:
    needed = schema.get("required", [])
    rows = (
        (_code(field), _type(each) + (" (required)" if field in needed else ""), _text(each.get("description", "")))
        for field, each in schema["properties"].items()
    )
    about = _text(schema.get("description", ""))
    return f"<h3 id='{escape(name)}'>{escape(name)}</h3><p>{about}</p>" + _table(("field", "type", "meaning"), rows)


def _type(schema: Json) -> str:
    """A JSON schema in a few words."""
    if "$ref" in schema:
        name = escape(schema["$ref"].rpartition("/")[2])
        return f"<a href='#{name}'>{name}</a>"
    if "anyOf" in schema:
        return " or ".join(map(_type, schema["anyOf"]))
    if "enum" in schema or "const" in schema:
        return _code(" | ".join(map(str, schema.get("enum") or [schema["const"]])))
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    limits = ("minimum", "maximum", "exclusiveMinimum", "minLength", "maxLength")
    told = ", ".join(f"{limit} {schema[limit]}" for limit in limits if limit in schema)
    return escape(schema.get("type", "any")) + (f" ({told})" if told else "")


def _signs(name: str) -> str:
    return " ".join(_code(sign) for sign, shapes in TABLE.items() if shapes == ((name, 1.0),) and not sign.isspace())


def _glide(sign: str) -> str:
    (first, share), (second, _) = TABLE[sign]
    return f"{_code(first)} for {share:.0%} of its time, then {_code(second)}"


def _table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{cell}</td>' for cell in row)}</tr>" for row in rows)
    return f"<table><tr>{''.join(f'<th>{cell}</th>' for cell in head)}</tr>{body}</table>" if body else ""


def _text(text: str) -> str:
    marked = re.sub("`([^`]+)`", r"<code>\1</code>", escape(text))
    return marked.replace("\n\n", "</p><p>")


def _code(text: str) -> str:
    return f"<code>{escape(text)}</code>"
