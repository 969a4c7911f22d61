"""The playground as a person uses it, against a server that hums."""

import io

import pytest
import soundfile

pytestmark = pytest.mark.browser
PLAYER = "import('/playground/page.js').then(({ player }) => %s)"


@pytest.fixture
def open_page(page, tones):
    def open_page(query=""):
        page.goto(f"{tones.url}/playground/{query}")
        page.wait_for_selector("[data-state=ready]")
        return page

    return open_page


def wait_until(page, condition):
    page.wait_for_function(f"async () => {PLAYER % condition}")


def status(page, text):
    page.wait_for_function("text => document.getElementById('status').textContent === text", arg=text)


def test_speak_is_heard_and_followed(open_page):
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("one two three four five")
    page.get_by_role("button", name="Speak").click()
    wait_until(page, "player.level > 0.02")
    page.wait_for_function("document.querySelector('mark').textContent === 'three'")
    status(page, "1.5 s of speech")
    assert page.evaluate(PLAYER % "player.position") == pytest.approx(1.5, abs=0.1)
    assert page.locator("#underruns").inner_text() == "0"
    for figure in ("first-byte", "first-audible"):
        assert page.locator(f"#{figure}").inner_text().endswith("ms")
    wait_until(page, "player.level < 1e-4")  # and silence afterwards


def test_spectrogram_shows_the_tone_where_it_was_heard(open_page):
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("one two three four")
    page.get_by_role("button", name="Speak").click()
    status(page, "1.2 s of speech")
    written, blank = page.evaluate(
        """() => {
          const canvas = document.getElementById("chart"), pen = canvas.getContext("2d");
          const ink = (x, width) => {
            const { data } = pen.getImageData(x, 0, width, canvas.height);
            return data.reduce((sum, value, i) => sum + (i % 4 === 3 ? value : 0), 0);
          };
          return [ink(0, 150), ink(400, 150)];
        }"""
    )
    assert written > 100_000
    assert blank == 0


def test_stop_cancels_and_is_silent_at_once(open_page, tones):
    tones.stall_s = 60
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("word " * 40)
    page.get_by_role("button", name="Speak").click()
    wait_until(page, "player.level > 0.02")
    page.get_by_role("button", name="Stop").click()
    wait_until(page, "player.level < 1e-4")
    assert page.get_by_role("button", name="Stop").is_disabled()
    tones.wait_for({"context_id": tones.requests[0]["context_id"], "cancel": True})


def test_keyboard_speaks_and_stops(open_page, tones):
    tones.stall_s = 60
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("word " * 40)
    page.keyboard.press("Control+Enter")
    wait_until(page, "player.level > 0.02")
    page.keyboard.press("Escape")
    wait_until(page, "player.level < 1e-4")


def test_speaking_again_takes_over(open_page, tones):
    tones.stall_s = 60
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("word " * 40)
    page.get_by_role("button", name="Speak").click()
    wait_until(page, "player.level > 0.02")
    page.get_by_role("textbox", name="Text").fill("one two")
    page.get_by_role("button", name="Speak").click()
    status(page, "0.6 s of speech")
    assert [request.get("transcript") for request in tones.requests] == ["word " * 40, None, "one two"]


def test_controls_reach_the_request(open_page, tones):
    page = open_page()
    page.get_by_label("Voice").select_option("Bo")
    assert page.locator("#voice-text").inner_text() == "Dry and quick"
    page.get_by_label("Speed").fill("1.2")
    page.get_by_label("Volume").fill("0.5")
    page.get_by_label("Emotion").select_option("Excited")
    page.get_by_role("textbox", name="Text").fill("one")
    page.get_by_role("button", name="Speak").click()
    status(page, "0.3 s of speech")
    request = tones.requests[0]
    assert request["voice"] == {"mode": "id", "id": "v2"}
    assert request["generation_config"] == {"speed": 1.2, "volume": 0.5, "emotion": "excited"}


def test_typing_like_a_language_model_sends_tokens_at_a_pace(open_page, tones):
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("A lark sings.")
    page.get_by_label("Type like a language model").check()
    page.get_by_role("button", name="Speak").click()
    status(page, "0.9 s of speech")
    assert [request["transcript"] for request in tones.requests] == ["A", " lark", " sings.", ""]
    assert [request["continue"] for request in tones.requests] == [True, True, True, False]
    assert len({request["context_id"] for request in tones.requests}) == 1


def test_written_tokens_are_marked_before_anything_is_heard(open_page, tones):
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("A lark sings. " * 40)
    page.get_by_label("Type like a language model").check()
    page.get_by_role("button", name="Speak").click()
    # The stand-in speaks only when it has the whole text.
    page.wait_for_function("document.querySelector('.marks .sent').textContent.startsWith('A lark sings.')")
    assert page.evaluate(PLAYER % "player.position") == 0
    unwritten = page.evaluate("document.querySelector('.marks').lastChild.textContent")
    assert unwritten.endswith("A lark sings. \n")
    page.keyboard.press("Escape")


def test_gap_in_the_stream_is_counted(open_page, tones):
    tones.stall_s = 1.5
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("one two three four")
    page.get_by_role("button", name="Speak").click()
    status(page, "1.2 s of speech")
    assert page.locator("#underruns").inner_text() == "1"


def test_saved_file_is_the_speech(open_page):
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("one two")
    page.get_by_role("button", name="Speak").click()
    status(page, "0.6 s of speech")
    with page.expect_download() as download:
        page.get_by_role("button", name="Save WAV").click()
    samples, rate = soundfile.read(io.BytesIO(download.value.path().read_bytes()))
    assert (rate, samples.size) == (24000, 14400)
    assert abs(samples).max() > 0.2


def test_error_is_shown_and_the_next_try_works(open_page, tones):
    page = open_page()
    tones.error = {"error_code": "voice_not_found", "message": "There is no voice v1."}
    page.get_by_role("textbox", name="Text").fill("one")
    page.get_by_role("button", name="Speak").click()
    page.get_by_role("alert").get_by_text("There is no voice v1.").wait_for()
    tones.error = None
    page.get_by_role("button", name="Speak").click()
    status(page, "0.3 s of speech")
    assert page.locator("#problem").inner_text() == ""


def test_empty_text_is_told(open_page, tones):
    page = open_page()
    page.get_by_role("textbox", name="Text").fill("  ")
    page.get_by_role("button", name="Speak").click()
    page.get_by_role("alert").get_by_text("no text").wait_for()
    assert tones.requests == []


def test_without_a_list_the_voices_of_the_address_are_offered(open_page, tones):
    tones.voices_status = 404
    page = open_page("?voices=custom_one,custom_two")
    assert page.locator("#voice option").all_inner_texts() == ["custom_one", "custom_two"]
    page.errors[:] = [line for line in page.errors if "404" not in line]  # the browser's own note


def test_key_is_asked_for(page, tones):
    tones.voices_status = 401
    page.goto(f"{tones.url}/playground/")
    page.get_by_role("alert").get_by_text("wants a key").wait_for()
    assert page.get_by_label("Key", exact=True).is_visible()
    page.errors[:] = [line for line in page.errors if "401" not in line]  # the browser's own note


def test_theme_is_remembered(open_page):
    page = open_page()
    page.get_by_role("button", name="Switch to dark theme").click()
    page.reload()
    page.get_by_role("button", name="Switch to light theme").wait_for()


def test_everything_has_a_name_and_a_place_on_a_phone(open_page):
    page = open_page()
    page.set_viewport_size({"width": 360, "height": 740})
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    nameless = page.evaluate(
        """() => [...document.querySelectorAll("button, input, select, textarea")].filter(
          (e) => !(e.labels?.length || e.ariaLabel || e.textContent.trim())).map((e) => e.outerHTML)"""
    )
    assert nameless == []
    small = page.evaluate(
        """() => [...document.querySelectorAll("button, select, input:not([role=switch])")].filter(
          (e) => e.checkVisibility() && e.getBoundingClientRect().height < 24).map((e) => e.outerHTML)"""
    )
    assert small == []


def test_plain_http_page_without_worklets_still_plays(page, tones):
    page.add_init_script("Object.defineProperty(BaseAudioContext.prototype, 'audioWorklet', { value: undefined })")
    page.goto(f"{tones.url}/playground/")
    page.wait_for_selector("[data-state=ready]")
    page.get_by_role("textbox", name="Text").fill("one two three")
    page.get_by_role("button", name="Speak").click()
    wait_until(page, "player.level > 0.02")
    status(page, "0.9 s of speech")
    page.errors[:] = [line for line in page.errors if "ScriptProcessor" not in line]  # deprecated, and known to be
