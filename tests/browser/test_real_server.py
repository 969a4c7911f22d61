"""The playground from the real server, with a model that hums: nothing between them is a stand-in."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.browser
ROOT = Path(__file__).parents[2]
COMMAND = "from larksong.server.run.cli import main; main()"
BACKEND = "tests.server.fake_synthesizer:load"
PLAYER = "import('/playground/page.js').then(({ player }) => %s)"


@pytest.fixture(scope="module")
def server():
    options = ["serve", "--port", "0", "--slots", "8", "--backend", BACKEND]
    process = subprocess.Popen(
        [sys.executable, "-c", COMMAND, *options],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        ready = process.stdout.readline()
        address = re.search(r"http://[^\s,]+", ready)
        assert address, "the server did not start"
        yield address.group()
    finally:
        process.terminate()
        process.wait(20)
        process.stdout.close()


@pytest.fixture
def playground(page, server):
    page.goto(f"{server}/playground/")
    page.wait_for_selector("[data-state=ready]")
    return page


def wait_until(page, condition):
    page.wait_for_function(f"async () => {PLAYER % condition}")


def speak(page, text):
    page.get_by_role("textbox", name="Text").fill(text)
    page.get_by_role("button", name="Speak").click()
    wait_until(page, "player.level > 0.02")


def test_speech_is_heard_and_its_words_are_marked(playground):
    speak(playground, "Hello there, my good friend.")
    playground.wait_for_function("document.querySelector('mark').textContent === 'friend.'")
    playground.wait_for_function("document.getElementById('status').textContent.endsWith('s of speech')")
    assert playground.locator("#problem").inner_text() == ""
    wait_until(playground, "player.level < 1e-4")


def test_the_picker_offers_the_server_s_voices(playground):
    names = playground.locator("#voice option").all_inner_texts()
    assert names == ["Af_Heart", "Am_Michael"]
    playground.get_by_label("Voice", exact=True).select_option("Am_Michael")
    speak(playground, "In another voice.")


def test_stop_silences_and_the_socket_speaks_again(playground):
    speak(playground, "This is a very long sentence. " * 20)
    playground.get_by_role("button", name="Stop").click()
    wait_until(playground, "player.level < 1e-4")
    speak(playground, "Again.")


def test_tokens_of_a_language_model_are_spoken_before_the_last_is_written(playground):
    playground.get_by_label("Type like a language model").check()
    speak(playground, "It speaks at once. " * 100)
    # 30 tokens a second: the last of these is written after more than twenty seconds.
    assert playground.locator(".marks .sent, .marks mark").all_inner_texts() != []
    assert playground.evaluate("document.querySelector('.marks').lastChild.textContent.length") > 50
    playground.get_by_role("button", name="Stop").click()


def test_markup_and_odd_text_do_no_harm(playground):
    speak(playground, '🙂 <break time="100ms"/> Say <spell>AB</spell> & "quit" <b>now</b>!')
    playground.wait_for_function("document.getElementById('status').textContent.endsWith('s of speech')")
    assert playground.locator("#problem").inner_text() == ""
