#!/usr/bin/env bash
# Expected: opening a session of a local model leaves no trace. Seen: onnxruntime 1.32.0 (Linux wheel from PyPI) writes a
# device id and an event database into the home folder's cache at the first session. ORT_DISABLE_TELEMETRY=1 prevents
# it, if it is set before the library is loaded. So: set it in the one place that imports the library.
source "$(dirname "$0")/common.sh"
packages onnxruntime==1.32.0 onnx==1.19.1 numpy==2.2.6
cat > "$work/open.py" <<'P'
import onnx, onnxruntime, time
from onnx import TensorProto as T, helper as h
x, y = (h.make_tensor_value_info(n, T.FLOAT, [1]) for n in "xy")
graph = h.make_graph([h.make_node("Identity", ["x"], ["y"])], "g", [x], [y])
model = h.make_model(graph, opset_imports=[h.make_opsetid("", 17)], ir_version=9)
onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
time.sleep(2)
P
left() { find "$1" -type f -path '*onnxruntime*' | sed "s|$1/||" | sort; }
mkdir "$work/plain" "$work/off"
env -u XDG_CACHE_HOME HOME="$work/plain" "$work/env/bin/python" "$work/open.py"
env -u XDG_CACHE_HOME HOME="$work/off" ORT_DISABLE_TELEMETRY=1 "$work/env/bin/python" "$work/open.py"
echo "by default: $(left "$work/plain" | tr '\n' ' ')"
echo "with ORT_DISABLE_TELEMETRY=1: $(left "$work/off" | tr '\n' ' ')"
left "$work/plain" | grep -q deviceid
[ -z "$(left "$work/off")" ]
