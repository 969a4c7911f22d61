"""Training of the voice: data, batches, loops, checkpoints."""
