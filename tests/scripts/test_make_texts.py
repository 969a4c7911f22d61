"""Example sentences are found in glosses, and made whole."""

from click.testing import CliRunner
from make_texts import main, sentence

GLOSSES = """  1 a line of the licence, with "no gloss in it"
00001740 03 n 01 entity 0 000 | that which is; "it was full of rackets, balls and other objects"; "no"
00002137 03 n 01 walk 0 000 | on foot; "she takes a walk after dinner!"; "it was full of rackets, balls and \
other objects"
"""


def test_examples_become_sentences_each_once(tmp_path):
    for part in ("noun", "verb", "adj", "adv"):
        (tmp_path / f"data.{part}").write_text(GLOSSES if part == "noun" else "", encoding="utf-8")
    result = CliRunner().invoke(main, ["--wordnet", str(tmp_path), "--out", str(tmp_path / "texts.txt")])
    assert result.exit_code == 0, result.output
    lines = (tmp_path / "texts.txt").read_text(encoding="utf-8").splitlines()
    assert sorted(lines) == ["It was full of rackets, balls and other objects.", "She takes a walk after dinner!"]


def test_what_cannot_be_read_aloud_is_left_out():
    assert sentence("a café on the corner") is None
    assert sentence("too short") is None
    assert sentence("word " * 26) is None
    assert sentence("the 2nd of May;") == "The 2nd of May."
