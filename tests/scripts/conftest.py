"""The scripts are no package: their folder goes on the path, as when one of them is run."""

import sys
from pathlib import Path

import torch

sys.path.insert(0, str(Path(__file__).parents[2] / "scripts"))

# The networks of these tests are so small that two threads mostly wait for each other; on a busy machine for minutes.
torch.set_num_threads(1)
