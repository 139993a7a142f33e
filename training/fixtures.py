"""Writes the package of random weights that the engine's tests use for windows and sentinels.

    python fixtures.py      # -> ../test/fixtures/models/windowed-tiny
"""

import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from blt import BOS, CONFIGS, Blt

OUT = Path(__file__).parents[1] / "test" / "fixtures" / "models" / "windowed-tiny"


def random_ids(length: int) -> torch.Tensor:
    ids = torch.randint(4, 260, (1, length), generator=torch.Generator().manual_seed(length))
    ids[0, 0] = BOS
    return ids


def random_blt(seed: int) -> Blt:
    """A tiny model whose every part matters: what the initialisation sets to zero gets values, and a quarter of random bytes
    starts a patch."""
    torch.manual_seed(seed)
    blt = Blt(CONFIGS["tiny"])
    with torch.no_grad():
        for p in blt.parameters():
            p.add_(torch.randn_like(p) * 0.1)
    blt.config.threshold = float(blt.entropies(random_ids(200)).quantile(0.75))
    return blt.eval()


def main() -> None:
    blt = random_blt(0)
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "blt.pt"
        torch.save({"model": blt.state_dict(), "config": blt.config.to_dict(), "step": 0, "bytes": 0}, checkpoint)
        subprocess.run([
            sys.executable, "export.py", "--checkpoint", str(checkpoint), "--name", OUT.name, "--out", str(OUT), "--context", "512",
            "--description", "A tiny random BLT with windows of 32 bytes, for tests.",
        ], cwd=Path(__file__).parent, check=True)


if __name__ == "__main__":
    main()
