#!/usr/bin/env bash
# Expected: espeak-ng's voices answer to locales, since "pt-br" and "en-us" are names of voices. Seen (espeakng-loader
# 0.2.4): espeak_SetVoiceByName takes "fr" and refuses "fr-fr". So a table of locales cannot be handed to it as it is.
source "$(dirname "$0")/common.sh"
packages espeakng-loader==0.2.4
run <<'P'
import ctypes, espeakng_loader as e
lib = ctypes.CDLL(e.get_library_path())
assert lib.espeak_Initialize(2, 0, str(e.get_data_path()).encode(), 0x8000) > 0
seen = {name: lib.espeak_SetVoiceByName(name.encode()) == 0 for name in ("fr", "fr-fr", "pt-br", "en-us", "es", "hi")}
print("espeakng-loader 0.2.4", seen)
assert seen == {"fr": True, "fr-fr": False, "pt-br": True, "en-us": True, "es": True, "hi": True}, seen
P
