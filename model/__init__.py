"""The voice: text front end, model runtime (numpy and ONNX) and, under ``net``, the networks in PyTorch."""
