"""What fields mean, for the pages that describe the socket. A test holds this to the structs."""

from __future__ import annotations

#: Fields of the frames that clients send.
SENT = {
    "context_id": "Names the context; made up and echoed when missing.",
    "transcript": "Text, appended as it is. A lone space or nothing adds no sound.",
    "continue": "More text of this context will follow. Without it, this is the last frame of the context.",
    "flush": "Speak everything so far, then answer with flush_done; the context stays open.",
    "cancel": "Stop the context. Nothing more is sent for it.",
    "ack": "Own extension, with cancel: answer with cancelled, which tells what had been sent.",
    "model_id": "Any sonic… or larksong… id; all mean the one model.",
    "voice": "A voice's id or slug: as a string, or an object with id.",
    "output_format": "container raw; encoding pcm_f32le, pcm_s16le, pcm_mulaw or pcm_alaw; sample_rate 8000, 16000, "
    "22050, 24000, 44100 or 48000.",
    "language": "ISO code or locale; without it, the voice's own.",
    "locale": "Locale, which beats language.",
    "max_buffer_delay_ms": "How long text may wait for its sentence to be finished, 0 to 5000; 0 speaks every frame at "
    "once. Without it, 3000.",
    "add_timestamps": "Send the times of words.",
    "add_phoneme_timestamps": "Send the times of phonemes.",
    "add_visemes": "Own extension: send the times of mouth shapes.",
    "generation_config": "speed 0.6 to 1.5, volume 0.5 to 2.0 (both clamped), emotion by name.",
    "speed": "Older form: slow, normal, fast, or a number from -1 to 1.",
    "pronunciation_dict_id": "Dictionary whose entries replace what is written.",
}

#: Fields of the frames that the server sends.
RECEIVED = {
    "context_id": "The context it belongs to.",
    "type": "The kind of frame.",
    "done": "Whether this is the context's last frame.",
    "status_code": "206, or the HTTP status of an error.",
    "data": "Whole samples in the context's format, base64.",
    "step_time": "Milliseconds the model took for it.",
    "flush_id": "The flush it belongs to; up to version 2024-11-13 always there and counted from 0, later counted "
    "from 1 and there once the context has used flush.",
    "flush_done": "Always true.",
    "word_timestamps": "Words as written, with times.",
    "phoneme_timestamps": "Phonemes, with times.",
    "viseme_timestamps": "Mouth shapes, with times.",
    "samples": "Samples sent before the cancel.",
    "seconds": "The same in seconds.",
    "word": "Last word whose sound had begun; null when none.",
    "word_index": "Its number from 0; -1 when none.",
    "title": "What kind of error.",
    "message": "What is wrong.",
    "error_code": "The kind of error, for programs.",
    "request_id": "Names this very error.",
    "error": "Title and message in one, for old clients.",
    "retry_after": "Seconds after which to try again, where that may help.",
}
