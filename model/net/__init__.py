"""The networks in PyTorch: for training, export and comparison. Nothing that serves imports this package."""
