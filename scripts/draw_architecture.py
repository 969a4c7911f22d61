"""Draw rooms (folders) as boxes and imports between them as arrows, from the source.

    python scripts/draw_architecture.py

Writes server/pictures/architecture.svg; the same source always gives the same picture. Files that stand at the top of a
part are its ground. A room stands above the rooms it uses; an arrow that climbs is red.
"""

from __future__ import annotations

import ast
from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
PICTURE = ROOT / "server" / "pictures" / "architecture.svg"
PARTS = ("clients", "server", "model")
WIDTH, HEIGHT, ACROSS, DOWN = 150, 34, 180, 90


def room(module: list[str]) -> str:
    """The room of a module given by its path below the root."""
    folders = [each for count, each in enumerate(module) if (ROOT.joinpath(*module[: count + 1])).is_dir()]
    return "/".join(folders[:2])


def arrows() -> tuple[list[str], dict[str, set[str]]]:
    """Every room, and for each the rooms it imports."""
    rooms, uses = set(), defaultdict(set)
    for part in PARTS:
        for path in sorted((ROOT / part).rglob("*.py")):
            if path.name == "__main__.py":  # starts the part from above; nothing imports it
                continue
            here = list(path.relative_to(ROOT).with_suffix("").parts)
            rooms.add(room(here))
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                for target in targets(node, here):
                    if target[0] in PARTS and room(target) != room(here):
                        uses[room(here)].add(room(target))
    return sorted(rooms), uses


def targets(node: ast.AST, here: list[str]) -> list[list[str]]:
    """Modules of this repository that one statement imports, as paths below the root."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[1:] for alias in node.names if alias.name.startswith("larksong.")]
    if not isinstance(node, ast.ImportFrom):
        return []
    said = node.module.split(".") if node.module else []
    if node.level:
        base = here[: -node.level] + said
    elif said[:1] == ["larksong"]:
        base = said[1:]
    else:
        return []
    return [[*base, alias.name] for alias in node.names]


def floors(rooms: list[str], uses: dict[str, set[str]]) -> dict[str, int]:
    """The height of each room: one above the highest it uses. An import in a circle counts once."""
    heights: dict[str, int] = {}

    def height(name: str, trail: tuple[str, ...]) -> int:
        if name not in heights:
            below = [height(each, (*trail, name)) for each in sorted(uses[name]) if each not in (*trail, name)]
            heights[name] = 1 + max(below, default=-1)
        return heights[name]

    for name in rooms:
        height(name, ())
    return heights


def draw() -> str:
    """The picture."""
    rooms, uses = arrows()
    heights = floors(rooms, uses)
    top = max(heights.values())
    at = {}
    for level in range(top + 1):
        for column, name in enumerate(each for each in rooms if heights[each] == level):
            at[name] = (20 + column * ACROSS, 20 + (top - level) * DOWN)
    wide, high = max(x for x, _ in at.values()) + WIDTH + 20, top * DOWN + HEIGHT + 40
    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide} {high}" font-family="sans-serif" font-size="13">',
        f'<rect width="{wide}" height="{high}" fill="#fff"/>',
        '<marker id="tip" viewBox="0 0 8 8" refX="8" refY="4" markerWidth="7" markerHeight="7" orient="auto">'
        '<path d="M0 0L8 4L0 8z" fill="#888"/></marker>',
    ]
    for name in rooms:
        for other in sorted(uses[name]):
            (x, y), (to_x, to_y) = at[name], at[other]
            colour = "#999" if heights[name] > heights[other] else "#c33"
            line = f'x1="{x + WIDTH // 2}" y1="{y + HEIGHT}" x2="{to_x + WIDTH // 2}" y2="{to_y}"'
            out.append(f'<line {line} stroke="{colour}" marker-end="url(#tip)"/>')
    for name in rooms:
        x, y = at[name]
        out.append(f'<rect x="{x}" y="{y}" width="{WIDTH}" height="{HEIGHT}" rx="5" fill="#eef3fa" stroke="#456"/>')
        out.append(f'<text x="{x + WIDTH // 2}" y="{y + 22}" text-anchor="middle">{name}</text>')
    return "\n".join([*out, "</svg>", ""])


if __name__ == "__main__":
    PICTURE.write_text(draw(), encoding="utf-8")
