"""Give each written word its share of the phonemes of a clause.

espeak-ng speaks a clause in context ("of the" becomes one word, "McDonald" two), so its words need not be the
written ones. What each written word sounds like on its own says where the borders are.
"""

from __future__ import annotations

import heapq
from collections.abc import Sequence
from functools import lru_cache
from itertools import accumulate, pairwise

_STRESS = str.maketrans("", "", "ˈˌː")
# How many written words may meet how many phoneme words, and what it costs beside the difference in sound.
_MOVES = (
    *((1, 1, 0.0), (2, 1, 0.1), (1, 2, 0.1), (3, 1, 0.3), (1, 3, 0.3)),
    *((4, 1, 1.0), (1, 4, 1.0), (2, 2, 3.0)),
)
_MOST_WORDS = 6  # in one phoneme word


def align(spoken: Sequence[str], alone: Sequence[str]) -> list[str]:
    """Phonemes for each of the words whose lone pronunciations are `alone`.

    `spoken`: the phoneme words of the clause. No sign is lost or moved; a word that was spoken as several
    keeps the spaces between them, and a word gets "" only where there are fewer signs than words.
    """
    bare, bare_alone = _bare(spoken), _bare(alone)
    # Up to the first difference, and from the last one on, there is nothing to search; one word is left to take
    # whatever is too much.
    head = tail = 0
    shorter = min(len(bare), len(bare_alone)) - 1
    while head < shorter and not _unlike(bare[head], bare_alone[head]):
        head += 1
    while tail < shorter - head and not _unlike(bare[-1 - tail], bare_alone[-1 - tail]):
        tail += 1
    middle, middle_alone = slice(head, len(bare) - tail), slice(head, len(bare_alone) - tail)
    shares = list(spoken[:head])
    for words, pieces in _groups(bare[middle], bare_alone[middle_alone]):
        sounds, likely = spoken[middle][pieces], alone[middle_alone][words]
        shares += [" ".join(sounds)] if len(likely) == 1 else split("".join(sounds), tuple(likely))
    return [*shares, *spoken[len(spoken) - tail :]]


@lru_cache(maxsize=16384)
def shifted(spoken: str, alone: str) -> bool:
    """Whether `spoken` can hardly be the word that sounds like `alone`: words have been merged, then."""
    return _unlike(spoken.translate(_STRESS), alone.translate(_STRESS)) > 2.5


def _bare(words: Sequence[str]) -> list[str]:
    return [word.translate(_STRESS) for word in words]


def _groups(spoken: Sequence[str], alone: Sequence[str]) -> list[tuple[slice, slice]]:
    """Slices of words and of phoneme words that belong together: the cheapest path, best first."""
    goal = (len(alone), len(spoken))
    queue: list[tuple[float, int, int]] = [(0.0, 0, 0)]
    came: dict[tuple[int, int], tuple[float, int, int]] = {(0, 0): (0.0, 0, 0)}
    while queue:
        cost, i, j = heapq.heappop(queue)
        if (i, j) == goal:
            break
        if cost > came[i, j][0]:
            continue
        for words, pieces, extra in _MOVES:
            k, m = i + words, j + pieces
            if k > goal[0] or m > goal[1]:
                continue
            total = cost + extra + _unlike("".join(spoken[j:m]), "".join(alone[i:k]))
            if (k, m) not in came or total < came[k, m][0]:
                came[k, m] = (total, i, j)
                heapq.heappush(queue, (total, k, m))
    if goal not in came:  # beyond what the moves can bridge
        return [(slice(0, goal[0]), slice(0, goal[1]))]
    groups: list[tuple[slice, slice]] = []
    k, m = goal
    while (k, m) != (0, 0):
        _, i, j = came[k, m]
        groups.append((slice(i, k), slice(j, m)))
        k, m = i, j
    return groups[::-1]


def _unlike(left: str, right: str) -> float:
    """A cheap guess at how different two pronunciations are; 0 for equal ones."""
    if left == right or left == right + "ɹ":  # an r that links to the next word
        return 0.0
    if not left or not right:
        return 3.0
    return 0.2 + abs(len(left) - len(right)) + (left[0] != right[0]) + (left[-1] != right[-1])


@lru_cache(maxsize=4096)
def split(signs: str, alone: tuple[str, ...]) -> tuple[str, ...]:
    """Cut `signs` into one piece for each lone pronunciation, so that the pieces sound most like them."""
    if len(alone) > _MOST_WORDS:  # hopeless anyway: by length, in no time
        ends = list(accumulate(len(lone) for lone in alone))
        edges = [0, *(end * len(signs) // max(1, ends[-1]) for end in ends)]
        return tuple(signs[start:end] for start, end in pairwise(edges))
    # best[end]: the cheapest way to give signs[:end] to the words so far, as (cost, cuts).
    best: dict[int, tuple[float, list[int]]] = {0: (0.0, [])}
    for left, lone in zip(range(len(alone) - 1, -1, -1), alone, strict=True):
        following: dict[int, tuple[float, list[int]]] = {}
        for start, (cost, cuts) in best.items():
            for end in (len(signs),) if left == 0 else range(start, len(signs) + 1):
                total = cost + distance(signs[start:end], lone) + (9.0 if end == start else 0.0)
                if end not in following or total < following[end][0]:
                    following[end] = (total, [*cuts, end])
        best = following
    cuts = [0, *best[len(signs)][1]]
    return tuple(signs[start:end] for start, end in pairwise(cuts))


def distance(left: str, right: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        before, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            before, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, before + (a != b))
    return row[-1]
