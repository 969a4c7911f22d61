#!/usr/bin/env bash
# Expected: the char_span that haqumei 0.12.3 gives with each word is a place in the text it was given. Seen: it counts in
# the text after its own normalisation: half-width kana with a voicing mark, two characters, are one. So whoever shows
# words as they are spoken must normalise first and keep a map. And a lone "1日" is read as a duration, not as the first.
source "$(dirname "$0")/common.sh"
packages haqumei==0.12.3
run <<'P'
import haqumei
reader = haqumei.Haqumei()
text = "ｶﾞｽを使う"
words = [(word.word, tuple(word.char_span)) for word in reader.g2p_mapping_prosody(text)]
end = words[-1][1][1]
lone = "".join(word.pron for word in reader.g2p_mapping_prosody("1日"))
dated = "".join(word.pron for word in reader.g2p_mapping_prosody("5月1日"))
print("haqumei 0.12.3", len(text), "characters, spans end at", end, words, "1日:", lone, "5月1日:", dated)
assert end < len(text), words
assert "イチ" in lone and "ツイタチ" in dated, (lone, dated)
P
