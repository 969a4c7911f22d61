"""The page's modules on their own, run in the browser that they are written for."""

import json

import pytest

pytestmark = pytest.mark.browser


@pytest.fixture
def run(page, tones):
    """Run the body of an async function that gets the named modules."""
    page.goto(f"{tones.url}/playground/icon.svg")

    def run(body, *modules):
        imports = "".join(f"const {name} = await import('/playground/{name}.js');" for name in modules)
        return page.evaluate(f"async () => {{ {imports} {body} }}")

    return run


def test_ring_hands_out_what_was_written_across_its_edge(run):
    result = run(
        """const r = new ring.Ring(5), out = new Float32Array(3), all = [];
        for (let i = 0; i < 4; i++) {
          r.write(new Float32Array([3 * i + 1, 3 * i + 2, 3 * i + 3]));
          r.read(out);
          all.push(...out);
        }
        return {all, played: r.played, underruns: r.underruns, queued: r.queued};""",
        "ring",
    )
    assert result == {"all": list(range(1, 13)), "played": 12, "underruns": 0, "queued": 0}


def test_ring_counts_a_gap_once_and_fades_into_it(run):
    result = run(
        """const r = new ring.Ring(100), out = new Float32Array(10);
        r.read(out);
        const before = r.underruns;
        r.write(new Float32Array(5).fill(0.5));
        r.read(out); const faded = [...out];
        r.read(out); r.read(out);
        const during = r.underruns;
        r.write(new Float32Array(20).fill(0.5));
        r.read(out); r.read(out); r.close(); r.read(out);
        return {before, during, after: r.underruns, ended: r.ended, faded};""",
        "ring",
    )
    assert (result["before"], result["during"], result["after"]) == (0, 1, 1)
    assert result["ended"] is True
    tail = result["faded"][5:]
    assert all(0.3 < later < earlier <= 0.5 for earlier, later in zip(result["faded"][4:], tail, strict=False))


def test_ring_refuses_more_than_it_holds(run):
    assert (
        run(
            """const r = new ring.Ring(4);
        r.write(new Float32Array(3));
        try { r.write(new Float32Array(2)); } catch (fault) { return fault.name; }""",
            "ring",
        )
        == "RangeError"
    )


def test_wav_file_holds_the_samples(run):
    header, samples = run(
        """const blob = wav.wavBlob([new Float32Array([0, 0.5]), new Float32Array([-1, 1.5])], 24000);
        const data = await blob.arrayBuffer();
        return [[...new Uint8Array(data, 0, 44)], [...new Int16Array(data, 44)]];""",
        "wav",
    )
    assert bytes(header[:4] + header[8:16]) == b"RIFFWAVEfmt "
    assert bytes(header[24:28]) == (24000).to_bytes(4, "little")
    assert bytes(header[40:44]) == (8).to_bytes(4, "little")
    assert samples == [0, 16384, -32768, 32767]


def test_tokens_join_to_the_text_and_come_at_their_pace(run):
    text = "  Unbelievable, isn't it?\nYes 🙂. "
    tokens, ends, seconds = run(
        f"""const text = {json.dumps(text)}, ends = [], pieces = [];
        const start = performance.now();
        const signal = new AbortController().signal;
        for await (const piece of typist.type(text, 100, (end) => ends.push(end), signal)) pieces.push(piece);
        return [pieces, ends, (performance.now() - start) / 1000];""",
        "typist",
    )
    assert "".join(tokens) == text
    assert max(len(token.strip()) for token in tokens) <= 7
    assert ends == sorted(ends)
    assert seconds >= (len(tokens) - 1) / 100 - 0.01


def test_typist_stops_when_told(run):
    assert (
        run(
            """const abort = new AbortController();
        let count = 0;
        for await (const _ of typist.type("a b c d e f", 50, () => {}, abort.signal)) {
          if (++count === 2) abort.abort();
        }
        return count;""",
            "typist",
        )
        == 2
    )


def test_measurement_knows_first_audio_from_first_audible(run):
    result = run(
        """const m = new measure.Measurement(1000, 100);
        m.add(new Float32Array(45), 120);
        m.add(Float32Array.from({length: 55}, (_, i) => i < 15 ? 0 : 0.5), 125);
        return [m.firstAudio, m.firstAudible, m.seconds, m.realTimeFactor];""",
        "measure",
    )
    assert result == [20, 80, 0.1, 0.25]


def test_client_speaks_the_protocol(run, tones):
    result = run(
        f"""const client = new larksong.Larksong({{url: {json.dumps(tones.url)}, apiKey: "k"}});
        await client.connect();
        const context = client.context({{voice: "v2", speed: 1.2, timestamps: true}});
        context.feed(["Good ", "morning."]);
        let samples = 0, words = [];
        for await (const event of context) {{
          if (event.type === "chunk") samples += event.samples.length;
          else words.push(event.unit, ...event.labels);
        }}
        return {{samples, words}};""",
        "larksong",
    )
    assert result == {"samples": 14400, "words": ["word", "Good", "morning."]}
    first, second, last = tones.requests
    assert first == {
        "model_id": "sonic-3",
        "voice": {"mode": "id", "id": "v2"},
        "output_format": {"container": "raw", "encoding": "pcm_s16le", "sample_rate": 24000},
        "generation_config": {"speed": 1.2},
        "add_timestamps": True,
        "context_id": first["context_id"],
        "transcript": "Good ",
        "continue": True,
    }
    assert [second["transcript"], last["transcript"], last["continue"]] == ["morning.", "", False]
    assert tones.paths == ["/tts/websocket?cartesia_version=2026-03-01&api_key=k"]


@pytest.mark.parametrize(
    ("frame", "code"),
    [
        ("no json", "bad_frame"),
        ("{}", "bad_frame"),
        ('{"type":"chunk","context_id":"c","data":"AA"}', "bad_frame"),
        ('{"type":"timestamps","context_id":"c"}', "bad_frame"),
        (
            '{"type":"error","context_id":"c","error_code":"voice_not_found","message":"no"}',
            "voice_not_found",
        ),
        ('{"type":"error","context_id":"c","error":"Bad: old style"}', "server_error"),
    ],
)
def test_client_throws_what_went_wrong(run, tones, frame, code):
    tones.frame = frame
    assert (
        run(
            f"""const client = new larksong.Larksong({{url: {json.dumps(tones.url)}}});
        await client.connect();
        const context = client.context({{contextId: "c"}});
        context.feed("Hello.");
        try {{ for await (const _ of context); }} catch (fault) {{ return fault.code; }}""",
            "larksong",
        )
        == code
    )


def test_leaving_the_loop_cancels_one_context_and_the_other_goes_on(run, tones):
    tones.stall_s = 60  # of the first context
    samples = run(
        f"""const client = new larksong.Larksong({{url: {json.dumps(tones.url)}}});
        await client.connect();
        const left = client.context({{contextId: "left"}}), kept = client.context({{contextId: "kept"}});
        left.feed("one two three four five six");
        kept.feed("one two");
        for await (const event of left) if (event.type === "chunk") break;
        let samples = 0;
        for await (const event of kept) if (event.type === "chunk") samples += event.samples.length;
        return samples;""",
        "larksong",
    )
    assert samples == 14400
    tones.wait_for({"context_id": "left", "cancel": True})
    assert {"context_id": "kept", "cancel": True} not in tones.requests


def test_client_reports_a_server_that_is_not_there(run, page):
    assert (
        run(
            """const client = new larksong.Larksong({url: "ws://127.0.0.1:9"});
        try { await client.connect(); } catch (fault) { return fault.code; }""",
            "larksong",
        )
        == "unreachable"
    )
    page.errors[:] = [line for line in page.errors if "127.0.0.1:9" not in line]  # the browser's own note
