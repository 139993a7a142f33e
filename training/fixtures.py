"""Writes the packages of random weights that the engine's tests use: for windows and sentinels, and for MEGABYTE, with golden data.

    python fixtures.py      # -> ../test/fixtures/models/windowed-tiny and megabyte-tiny, ../test/fixtures/golden/megabyte-tiny.json
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

import torch

from blt import BOS, CONFIGS, Blt
from megabyte import Megabyte
from stages import MEGABYTE

FIXTURES = Path(__file__).parents[1] / "test" / "fixtures"
GREEDY = 24


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


def random_megabyte(seed: int) -> Megabyte:
    torch.manual_seed(seed)
    model = Megabyte(MEGABYTE["tiny"])
    with torch.no_grad():
        for p in model.parameters():
            p.add_(torch.randn_like(p) * 0.1)
    return model.eval()


def write_package(script: str, model: Blt | Megabyte, name: str, description: str, *more: str) -> None:
    with tempfile.TemporaryDirectory() as folder:
        checkpoint = Path(folder) / "model.pt"
        torch.save({"model": model.state_dict(), "config": model.config.to_dict(), "step": 0, "bytes": 0}, checkpoint)
        subprocess.run([
            sys.executable, script, "--checkpoint", str(checkpoint), "--name", name, "--out", str(FIXTURES / "models" / name),
            "--context", "512", "--description", description, *more,
        ], cwd=Path(__file__).parent, check=True)


@torch.no_grad()
def megabyte_golden(model: Megabyte) -> dict:
    """Logits and greedy ids of PyTorch, without a cache."""
    grown = random_ids(50)
    logits = model(grown)[0]
    for _ in range(GREEDY):
        grown = torch.cat([grown, model(grown)[:, -1:].argmax(-1)], 1)
    return {
        "ids": grown[0, :50].tolist(),
        "logits": [[float(f"{x:.7g}") for x in row] for row in logits.tolist()],
        "greedy": grown[0, 50:].tolist(),
    }


def main() -> None:
    write_package("export.py", random_blt(0), "windowed-tiny", "A tiny random BLT with windows of 32 bytes, for tests.")
    megabyte = random_megabyte(0)
    write_package("megabyte_package.py", megabyte, "megabyte-tiny", "A tiny random MEGABYTE with patches of 4 bytes, for tests.",
                  "--weights", "float32")
    (FIXTURES / "golden" / "megabyte-tiny.json").write_text(json.dumps(megabyte_golden(megabyte)) + "\n")


if __name__ == "__main__":
    main()
