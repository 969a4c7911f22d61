import numpy as np
import pytest
from larksong.clients.measure import Measurement

RATE = 24000
LOUD = 0.1


def speech(silence_s, loud_s):
    return np.concatenate([np.zeros(round(silence_s * RATE)), np.full(round(loud_s * RATE), LOUD)]).astype(np.float32)


def test_leading_silence_counts_for_audible_but_not_for_first_audio():
    measurement = Measurement(RATE, started=10.0)
    measurement.add(speech(0.05, 0.15), now=10.02)
    assert measurement.first_audio == pytest.approx(0.02)
    assert measurement.first_audible == pytest.approx(0.07)
    assert measurement.seconds == pytest.approx(0.2)
    assert measurement.real_time_factor == pytest.approx(0.1)


@pytest.mark.parametrize("size", [1, 7, 100, 239, 240, 241, 600])
def test_chunk_borders_do_not_move_the_audible_sample(size):
    measurement = Measurement(RATE, started=0.0)
    audio = speech(0.1, 0.1)
    for begin in range(0, audio.size, size):
        measurement.add(audio[begin : begin + size], now=0.01)
    assert measurement.first_audible == pytest.approx(0.11)
    assert measurement.samples == audio.size


def test_audible_waits_for_the_chunk_that_holds_it():
    measurement = Measurement(RATE, started=0.0)
    measurement.add(speech(0.02, 0), now=0.01)
    measurement.add(speech(0, 0.02), now=0.5)  # late: a player would have run dry
    assert measurement.first_audible == pytest.approx(0.5)


def test_silence_is_never_audible():
    measurement = Measurement(RATE, started=0.0)
    measurement.add(np.full(RATE, 0.0099, np.float32), now=1.0)
    assert measurement.first_audible is None
    assert "first audible sample never" in measurement.summary()


def test_empty_chunks_are_not_audio():
    measurement = Measurement(RATE, started=0.0)
    measurement.add(np.zeros(0, np.float32), now=1.0)
    assert measurement.first_audio is None
    assert np.isnan(measurement.real_time_factor)
