"""Who is served, with how many frames, in counts and not in milliseconds."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from larksong.server.config import EngineLimits
from larksong.server.engine.scheduler import Row, Scheduler

FRAME_S = 0.025
LIMITS = EngineLimits()
NOW = 100.0


def row(lead: float | None = None, ready: int = 64, arrived: float = 0.0, **fields: object) -> Row:
    """A row whose listener has `lead` seconds left; None: a newcomer."""
    made = Row(arrived, FRAME_S, ready=ready, dry_at=None if lead is None else NOW + lead)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def pick(*rows: Row, limits: EngineLimits = LIMITS) -> tuple[int, list[Row]]:
    batch = Scheduler(limits).pick(rows, NOW)
    return (batch.frames, batch.rows) if batch else (0, [])


def test_nothing_ready_is_nothing_to_do() -> None:
    assert pick() == (0, [])
    assert pick(row(ready=0), row(0.2, ready=0)) == (0, [])


def test_newcomers_go_first_in_order_of_arrival() -> None:
    late, early, started = row(arrived=2.0), row(arrived=1.0), row(0.5)
    assert pick(late, started, early) == (LIMITS.first_frames, [early, late])


def test_who_is_about_to_run_dry_goes_before_newcomers() -> None:
    dying, newcomer = row(0.01, ready=4), row()
    assert pick(newcomer, dying)[1][0] is dying


def test_on_a_slow_machine_a_stream_goes_before_newcomers_earlier() -> None:
    scheduler, low, newcomer = Scheduler(LIMITS), row(0.1), row()

    def first() -> Row:
        batch = scheduler.pick([newcomer, low], NOW)
        assert batch
        return batch.rows[0]

    assert first() is newcomer
    scheduler.took(0.06)  # passed over and served in the round after that, it would have run dry
    assert first() is low
    for _ in range(60):
        scheduler.took(0.002)
    assert first() is newcomer
    assert scheduler.critical_s == LIMITS.critical_s


def test_the_earliest_deadline_goes_first() -> None:
    rows = [row(0.9), row(0.5), row(0.7)]
    assert pick(*rows)[1] == [rows[1], rows[2], rows[0]]


def test_chunks_grow_with_the_lead() -> None:
    leads = [None, 0.05, 0.15, 0.25, 0.45, 5.0]
    assert [pick(row(lead))[0] for lead in leads] == [LIMITS.first_frames, 4, 8, 8, 16, 16]


def test_a_stream_grows_from_its_first_chunk_to_the_largest() -> None:
    scheduler, one = Scheduler(LIMITS), row(ready=1000)
    counts = []
    for _ in range(7):
        batch = scheduler.pick([one], NOW)
        assert batch
        counts.append(batch.frames)
        scheduler.delivered(one, batch.frames * FRAME_S, NOW)
    assert counts == [5, 8, 8, 16, 16, 16, 16]


@pytest.mark.parametrize("long_s", [0.008, 0.06])  # a quarter of `critical_s` is 7.5 ms
def test_the_first_chunk_is_larger_while_rounds_are_long(long_s: float) -> None:
    scheduler = Scheduler(LIMITS)
    counts = []
    for seconds in (0.005, long_s, 0.007):
        scheduler.took(seconds)
        batch = scheduler.pick([row()], NOW)
        assert batch
        counts.append(batch.frames)
    assert counts == [LIMITS.first_frames, 8, 8]  # a long round is remembered for a while


def test_only_equal_counts_share_a_batch() -> None:
    short, long_ = row(0.05), row(0.6)
    assert pick(short, long_) == (4, [short])


def test_a_batch_is_no_wider_than_a_tick_allows() -> None:
    rows = [row(0.6) for _ in range(50)]
    frames, chosen = pick(*rows)
    assert frames * len(chosen) == LIMITS.tick_frames
    assert len(pick(*rows, limits=replace(LIMITS, tick_frames=1))[1]) == 1


def test_later_chunks_are_larger_too_while_rounds_are_long() -> None:
    scheduler, low = Scheduler(LIMITS), row(0.05)
    steps = []
    for seconds in (0.002, 0.01):
        scheduler.took(seconds)
        batch = scheduler.pick([low], NOW)
        assert batch
        steps.append(batch.frames)
    assert steps == [4, 8]


def test_fewer_ready_frames_make_a_smaller_power_of_two() -> None:
    assert [pick(row(ready=ready))[0] for ready in (1, 2, 3)] == [1, 2, 2]


def test_an_ending_stream_takes_its_rest_in_one_step() -> None:
    assert [pick(row(0.45, ready=ready, ending=True, draining=True))[0] for ready in (1, 5, 9)] == [1, 8, 16]


# §14.58
def test_a_live_stream_is_not_made_further_ahead_than_the_limit() -> None:
    assert pick(row(LIMITS.lead_s + 0.001)) == (0, [])
    assert pick(row(LIMITS.lead_s - 0.001))[0] == 16


# §14.58
def test_wake_at_tells_when_the_limit_is_passed() -> None:
    scheduler, one = Scheduler(LIMITS), row(LIMITS.lead_s + 3.0)
    wake = scheduler.wake_at([one], NOW)
    assert wake == NOW + 3.0
    assert scheduler.pick([one], wake)


def test_a_whole_file_has_no_lead_limit() -> None:
    assert pick(row(1000.0, live=False))[0] == 16


def test_a_whole_file_waits_for_live_streams_in_need_and_not_for_those_with_plenty() -> None:
    needy, file, rich = row(0.8), row(50.0, live=False), row(2.0)
    assert pick(rich, file, needy)[1] == [needy, file, rich]


def test_a_blocked_reader_is_passed_over() -> None:
    blocked, other = row(blocked=True), row(5.0)
    assert pick(blocked, other)[1] == [other]
    assert Scheduler(LIMITS).wake_at([blocked], NOW) is None


def test_scraps_wait_for_more_unless_no_more_comes() -> None:
    waiting = row(2.0, ready=5)
    assert pick(waiting) == (0, [])
    assert Scheduler(LIMITS).wake_at([waiting], NOW) == NOW + 2.0 - LIMITS.patience_s
    assert pick(row(LIMITS.patience_s - 0.1, ready=5))[0] == 4
    assert pick(row(2.0, ready=5, draining=True))[0] == 4


def test_the_listener_starts_with_the_first_sound() -> None:
    scheduler, one = Scheduler(LIMITS), row()
    assert not scheduler.delivered(one, 0.1, NOW)
    assert one.lead(NOW) == 0.1 or abs(one.lead(NOW) - 0.1) < 1e-9


def test_what_the_resampler_holds_back_is_no_lead() -> None:
    one = row(latency_s=0.04)
    Scheduler(LIMITS).delivered(one, 0.1, NOW)
    assert abs(one.lead(NOW) - 0.06) < 1e-9


def test_an_underrun_is_sound_that_came_late_although_it_could_have_been_made() -> None:
    scheduler = Scheduler(LIMITS)
    assert scheduler.delivered(row(-0.1, ready_since=NOW - 1.0), 0.1, NOW)
    assert not scheduler.delivered(row(0.1, ready_since=NOW - 1.0), 0.1, NOW)


def test_a_gap_for_want_of_text_is_no_underrun_and_the_listener_starts_anew() -> None:
    scheduler, one = Scheduler(LIMITS), row(-5.0, ready_since=NOW - 0.1)
    assert not scheduler.delivered(one, 0.1, NOW)
    assert abs(one.lead(NOW) - 0.1) < 1e-9


rows = st.builds(
    row,
    lead=st.one_of(st.none(), st.floats(-1, 30)),
    ready=st.integers(0, 40),
    arrived=st.floats(0, 10),
    live=st.booleans(),
    blocked=st.booleans(),
    draining=st.booleans(),
    ending=st.booleans(),
)


@given(st.lists(rows, max_size=40))
def test_any_batch_can_be_run(rows: list[Row]) -> None:
    batch = Scheduler(LIMITS).pick(rows, NOW)
    if batch is None:
        return
    assert batch.frames in (1, 2, 4, 8, 16, LIMITS.first_frames)
    assert batch.frames * len(batch.rows) <= LIMITS.tick_frames
    assert len(set(map(id, batch.rows))) == len(batch.rows) > 0
    for each in batch.rows:
        assert each.ready >= batch.frames or (each.ending and each.ready)
        assert not each.blocked


@given(st.lists(rows, min_size=1, max_size=40))
def test_with_work_left_there_is_a_batch_or_a_time_to_wait_for(rows: list[Row]) -> None:
    scheduler = Scheduler(LIMITS)
    workable = [each for each in rows if each.ready and not each.blocked]
    if workable and scheduler.pick(rows, NOW) is None:
        wake = scheduler.wake_at(rows, NOW)
        assert wake is not None
        assert wake > NOW
        assert scheduler.pick(rows, wake + 1e-6)
