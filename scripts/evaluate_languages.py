"""Score the languages other than English: naturalness and errors through the server, beside the teacher's.

    larksong serve --experimental-languages &
    python scripts/evaluate_languages.py --url http://127.0.0.1:8765 --voices DIR --limit 24 --voice jf_sora

The teacher says the same sentences with the same readings, in the style that the voice was made from. DistillMOS does
not hear nonsense, so read it with the errors. Whisper-base cannot judge Hindi, which gets no errors.
"""

from __future__ import annotations

import io
import json
from pathlib import Path

import click
import httpx
import numpy as np
import soundfile as sf
from corpus.teacher import SAMPLE_RATE, Teacher
from corpus.voices import VoicePacks
from larksong.model.text import any_front_end
from scoring.languages import STYLES, errors, without_accents
from scoring.mos import distillmos_score
from tqdm import tqdm

LEAD_S = 0.25  # of the teacher's silence before the first sound, which Larksong leaves out
NOT_JUDGED = ("hi",)


def served(url: str, voice: str, text: str) -> np.ndarray:
    """The server's sound, 24 kHz. Raises httpx.HTTPStatusError for a refusal."""
    output = {"container": "wav", "encoding": "pcm_s16le", "sample_rate": SAMPLE_RATE}
    body = {"model_id": "larksong", "transcript": text, "voice": {"mode": "id", "id": voice}, "output_format": output}
    headers = {"Cartesia-Version": "2025-04-16", "X-API-Key": "local"}
    answer = httpx.post(f"{url}/tts/bytes", json=body, headers=headers, timeout=60)
    answer.raise_for_status()
    wav, _ = sf.read(io.BytesIO(answer.content), dtype="float32")
    return np.asarray(wav)


def taught(teacher: Teacher, packs: VoicePacks, voice: str, language: str, text: str) -> np.ndarray:
    """The teacher's sound of the same reading."""
    signs = without_accents(" ".join(word.phonemes for word in any_front_end(language).words(text)))
    style = packs.blend(tuple(STYLES[voice].items())).row(len(signs))
    return teacher.speak(signs, style).audio[round(LEAD_S * SAMPLE_RATE) :]


@click.command(help=__doc__)
@click.option("--url", default="http://127.0.0.1:8765", show_default=True)
@click.option("--voices", type=click.Path(exists=True, path_type=Path), required=True, help="The teacher's *.bin.")
@click.option("--limit", default=60, show_default=True, type=click.IntRange(1), help="Sentences.")
@click.option("--voice", "chosen", multiple=True, type=click.Choice(list(STYLES)), help="Instead of all.")
def main(url: str, voices: Path, limit: int, chosen: tuple[str, ...]) -> None:
    teacher, packs = Teacher(), VoicePacks(voices)
    known = {entry["slug"]: entry for entry in httpx.get(f"{url}/voices?limit=100").json()["data"]}
    results = {}
    for voice in chosen or tuple(STYLES):
        language = known[voice]["language"]
        texts = (Path(__file__).parent / "scoring" / f"heldout_{language}.txt").read_text(encoding="utf-8").splitlines()
        texts = [text for text in texts if text.strip()][:limit]
        scores: dict[str, list[float]] = {"larksong": [], "teacher": []}
        wrong = {"larksong": [0, 0], "teacher": [0, 0]}
        for text in tqdm(texts, desc=voice):
            sounds = {"larksong": served(url, voice, text), "teacher": taught(teacher, packs, voice, language, text)}
            for system, wav in sounds.items():
                scores[system].append(distillmos_score(wav))
                if language not in NOT_JUDGED:
                    edits, total = errors(text, wav, SAMPLE_RATE, language)
                    wrong[system][0] += edits
                    wrong[system][1] += total
        lost = np.array(scores["larksong"]) - np.array(scores["teacher"])
        results[voice] = {
            "language": language,
            "sentences": len(texts),
            "distillmos": {system: round(float(np.mean(found)), 3) for system, found in scores.items()},
            "difference": [round(float(lost.mean()), 3), round(float(lost.std() / max(len(lost), 1) ** 0.5), 3)],
            "error_percent": {s: round(100 * edits / total, 1) for s, (edits, total) in wrong.items() if total},
        }
        click.echo(json.dumps({voice: results[voice]}, ensure_ascii=False), err=True)
    print(json.dumps(results, ensure_ascii=False))


if __name__ == "__main__":
    main()
