"""Words, spans and phonemes of the English front end."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import espeakng_loader
import pytest
from larksong.model.text import SYMBOLS, UnknownLanguage, Word, encode, front_end


def phonemes(text: str, locale: str = "en") -> str:
    return " ".join(word.phonemes for word in front_end(locale).words(text))


def test_words_are_substrings_with_their_offsets() -> None:
    text = "  Dr. Smith paid $58.75 — “really”?  "
    words = front_end("en").words(text)
    assert [(word.text, word.start, word.end) for word in words] == [
        ("Dr.", 2, 5),
        ("Smith", 6, 11),
        ("paid", 12, 16),
        ("$58.75", 17, 23),
        ("“really”?", 26, 35),
    ]


def test_an_amount_is_one_word_of_several_spoken() -> None:
    (word,) = front_end("en").words("$58.75")
    assert word == Word("$58.75", 0, 6, "fˈɪftiˈAt dˈɑləɹz ænd sˈɛvəntifˈIv sˈɛnts")


def test_telephone_groups_are_parted_by_pauses() -> None:
    (word,) = front_end("en").words("555-1234")
    assert word.phonemes == "fˈIv fˈIv fˈIv, wˈʌn tˈu θɹˈi fˈɔɹ"


def test_punctuation_stays_with_its_word() -> None:
    assert phonemes('"Well," he said (twice)...') == '"wˈɛl," hi sˈɛd (twˈIs)...'
    assert phonemes("no - never") == "nˈO — nˈɛvəɹ"
    assert phonemes("... and") == "... ænd"


def test_letters_are_said_by_name() -> None:
    assert phonemes("FBI") == phonemes("F.B.I") == "ˌɛfbˌiˈI"
    assert phonemes("TVs") == "tˌivˈiz"
    assert phonemes("ABC-123") == "ˌAbˌisˈi, wˈʌn tˈu θɹˈi"
    assert phonemes("Z", "en-US") == "zˈi"
    assert phonemes("Z", "en-GB") == "zˈɛd"


def test_words_are_spoken_in_context() -> None:
    assert phonemes("the end") == "ðɪ ˈɛnd"
    assert phonemes("the start") == "ðə stˈɑɹt"
    assert phonemes("the FBI") == "ðɪ ˌɛfbˌiˈI"


def test_merged_words_are_told_apart() -> None:
    words = front_end("en").words("They ran into the lunchroom from the vestibule of the McDonald house")
    heard = {word.text: word.phonemes for word in words}
    assert heard["lunchroom"] == "lˈʌnʧ ɹum"
    assert heard["vestibule"] == "vˈɛstɪbjˌul"
    assert heard["from"] == "fɹʌm"
    assert heard["McDonald"] == "mək dˈɑnᵊld"
    assert heard["house"] == "hˈWs"


def test_accents_differ() -> None:
    assert phonemes("No car is there.", "en-US") == "nˈO kˈɑɹ ɪz ðˈɛɹ."
    assert phonemes("No car is there.", "en-GB") == "nˈQ kˈɑːɹ ɪz ðˈɛː."


@pytest.mark.parametrize("text", ["", "   ", "😀🎉", "…!?", "日本語", "\x00\ud800", "— ()", "*_~"])
def test_what_cannot_be_spoken_gives_no_words(text: str) -> None:
    assert front_end("en").words(text) == []


def test_locales() -> None:
    assert front_end("en").language == front_end("en-US").language == front_end("en_us").language == "en-US"
    assert front_end("en-GB").language == "en-GB"
    assert front_end("en") is front_end("en-US")
    with pytest.raises(UnknownLanguage) as caught:
        front_end("tlh")
    assert caught.value.code == "unknown_language"


def test_encode_drops_unknown_signs() -> None:
    assert encode("ˈA?") == [SYMBOLS["ˈ"], SYMBOLS["A"], SYMBOLS["?"]]
    assert encode("a%б\u200ba") == [SYMBOLS["a"], SYMBOLS["a"]]
    assert 0 not in SYMBOLS.values()
    assert len(set(SYMBOLS.values())) == len(SYMBOLS)
    assert all(len(sign) == 1 for sign in SYMBOLS)


def test_long_text_costs_no_more_than_its_length() -> None:
    text = "Dr. Who is in the house of the lord, " * 2000
    words = front_end("en").words(text)
    assert len(words) == 9 * 2000
    assert words[-9].phonemes == words[0].phonemes


def test_threads_hear_what_one_hears() -> None:
    texts = [f"Room {room} of the {place} is ready, at {room}:30 p.m." for room in range(1, 12) for place in "ABCD"]
    expected = {(locale, text): phonemes(text, locale) for locale in ("en-US", "en-GB") for text in texts}
    wrong: list[tuple[str, str]] = []

    def speak(locale: str, offset: int) -> None:
        for text in texts[offset:] + texts[:offset]:
            # A new text each time, so that no cache answers for the library.
            fresh = f"{text} {'very ' * offset}good"
            if not phonemes(fresh, locale).startswith(expected[locale, text].rstrip(".")):
                wrong.append((locale, fresh))

    threads = [
        threading.Thread(target=speak, args=(locale, offset)) for locale in ("en-US", "en-GB") for offset in (1, 5, 9)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_data_in_a_deep_folder_is_found(tmp_path: Path) -> None:
    deep = tmp_path.joinpath(*["d" * 40] * 4)
    deep.mkdir(parents=True)
    shutil.copytree(Path(espeakng_loader.__file__).parent, deep / "espeakng_loader")
    script = "from larksong.model.text import front_end; print(front_end('en').words('Hello.')[0].phonemes)"
    run = subprocess.run(
        [sys.executable, "-c", script],
        env={**os.environ, "PYTHONPATH": str(deep), "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
    )
    assert run.stdout.decode().strip() == "həlˈO."
