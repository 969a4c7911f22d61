"""Times and dates: read as a person would."""

from __future__ import annotations

import pytest

from .reading import read


@pytest.mark.parametrize(
    ("written", "spoken"),
    [
        ("at 6:30", "at six thirty"),
        ("6:30pm", "six thirty P.M."),
        ("6:30 PM", "six thirty P.M."),
        ("7:00", "seven o'clock"),
        ("7:00 PM", "seven P.M."),
        ("7:05 a.m. sharp", "seven oh five A.M. sharp"),
        ("14:00", "fourteen hundred"),
        ("18:05", "eighteen oh five"),
        ("7pm", "seven P.M."),
        ("between 5 and 8pm", "between five and eight P.M."),
        ("7-9pm", "seven to nine P.M."),
        ("10:30–11:30 am", "ten thirty to eleven thirty A.M."),
        ("9:00-17:00", "nine to seventeen hundred"),
        ("12:35:10", "twelve thirty-five and ten seconds"),
        ("I am here", "I am here"),
    ],
)
def test_times(written: str, spoken: str) -> None:
    assert read(written) == spoken


def test_a_sentence_may_end_with_half_of_day() -> None:
    assert read("Be there at 5 p.m. The door is open.") == "Be there at five P.M.. The door is open."
    assert read("Be there at 5 p.m. sharp.") == "Be there at five P.M. sharp."


@pytest.mark.parametrize(
    ("written", "american", "british"),
    [
        ("July 9, 2018", "July ninth, twenty eighteen", "July ninth, twenty eighteen"),
        ("9 July 2018", "the ninth of July twenty eighteen", "the ninth of July twenty eighteen"),
        ("on the 9th of July", "on the ninth of July", "on the ninth of July"),
        ("2024-05-03", "May third, twenty twenty-four", "the third of May, twenty twenty-four"),
        ("5/3/2024", "May third, twenty twenty-four", "the fifth of March, twenty twenty-four"),
        ("25/12/23", "December twenty-fifth, twenty twenty-three", "the twenty-fifth of December, twenty twenty-three"),
        ("on 5/12", "on May twelfth", "on the fifth of December"),
        ("4/7/76", "April seventh, nineteen seventy-six", "the fourth of July, nineteen seventy-six"),
        ("Sept. 11, 2001", "September eleventh, two thousand one", "September eleventh, two thousand and one"),
        ("Mon., Feb. 3", "Monday, February third", "Monday, February third"),
        ("Mon-Fri", "Monday to Friday", "Monday to Friday"),
        ("May 5-7", "May fifth to seventh", "May fifth to seventh"),
        ("You may go", "You may go", "You may go"),
    ],
)
def test_dates(written: str, american: str, british: str) -> None:
    assert read(written) == american
    assert read(written, british=True) == british
