"""Line charts for the documentation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

Curve = tuple[Sequence[float], Sequence[float]]


def lines(path: Path, title: str, x: str, y: str, curves: Mapping[str, Curve], log: bool = False) -> None:
    """Draw curves (name -> x and y values) into one picture; `log`: both axes, x by powers of two."""
    import matplotlib

    matplotlib.use("Agg")
    from matplotlib import pyplot as plt

    figure, axis = plt.subplots(figsize=(7, 4.2))
    for name, (xs, ys) in curves.items():
        axis.plot(xs, ys, marker="o", markersize=4, label=name)
    if log:
        axis.set_xscale("log", base=2)
        axis.set_yscale("log")
        ticks = sorted({value for xs, _ in curves.values() for value in xs})
        axis.set_xticks(ticks, [f"{tick:g}" for tick in ticks])
    else:
        axis.set_ylim(bottom=0)
    axis.set_title(title, fontsize=10, loc="left")
    axis.set_xlabel(x)
    axis.set_ylabel(y)
    axis.grid(alpha=0.3)
    axis.legend(fontsize=8, frameon=False)
    figure.tight_layout()
    path.parent.mkdir(parents=True, exist_ok=True)
    figure.savefig(path, dpi=110)
    plt.close(figure)
