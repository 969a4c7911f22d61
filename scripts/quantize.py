"""Served weights in 8 bits, from exported ones: smaller and faster.

    python scripts/quantize.py --weights BUILD --voices model/weights/voices --out model/weights

Every voice says some texts, to learn how large what goes into each matrix product gets; then the matrices are rounded
to 8 bits a column at a time. Needs no torch. Layers that cost quality stay as they are (`--keep`). Ends in one JSON
line on standard output.
"""

from __future__ import annotations

import hashlib
import json
import re
from pathlib import Path
from typing import Any

import click
import onnx
from benching.texts import sentences, turns
from larksong.model.manifest import GRAPHS, MANIFEST, check_weights
from larksong.model.voice import VoiceCatalogue
from quantizing.calibration import calibrate
from quantizing.graph import quantize

#: Left as they are: the heads and what little else costs no time. Rounding them too lowers DistillMOS by 0.1 to 0.2.
KEPT = r"leave|hop_pitch|bands|duration|conv\w*\.\d/out"


@click.command(help=__doc__)
@click.option("--weights", type=click.Path(exists=True, path_type=Path), required=True, help="Exported weights.")
@click.option("--voices", type=click.Path(exists=True, path_type=Path), help="Instead of those of the weights.")
@click.option("--texts", "count", default=60, show_default=True, type=click.IntRange(1), help="Texts said.")
@click.option("--keep", default=KEPT, show_default=True, help="Regular expression: layers left as they are.")
@click.option("--out", type=click.Path(path_type=Path), required=True)
def main(weights: Path, voices: Path | None, count: int, keep: str, out: Path) -> None:
    """Write the quantised graphs and their manifest into `out`."""
    check_weights(weights)
    manifest: dict[str, Any] = json.loads((weights / MANIFEST).read_text())
    if "quantized" in manifest:
        raise click.UsageError(f"{weights} is quantised already")
    speakers = list(VoiceCatalogue.load(voices or weights / "voices"))
    peaks = calibrate(weights, speakers, [*sentences(count // 2), *turns(count - count // 2, seed=5)])
    out.mkdir(parents=True, exist_ok=True)
    layers, sizes = {}, {}
    for name in GRAPHS:
        model = onnx.load(str(weights / f"{name}.onnx"))
        layers[name] = quantize(model, peaks.get(name, {}), re.compile(keep))
        data = model.SerializeToString()
        (out / f"{name}.onnx").write_bytes(data)
        manifest["sha256"][name], sizes[name] = hashlib.sha256(data).hexdigest(), len(data)
    manifest["quantized"] = {"bits": 8, "kept": keep, "texts": count}
    (out / MANIFEST).write_text(json.dumps(manifest, indent=1) + "\n")
    click.echo(json.dumps({"out": str(out), "bytes": sizes, "layers": {n: len(found) for n, found in layers.items()}}))


if __name__ == "__main__":
    main()
