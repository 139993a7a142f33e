"""Writes what flops.py says of some models, for the test of its twin in the extension, src/core/flops.ts.

    python flops_golden.py      # -> ../test/fixtures/golden/flops.json
"""

import json
from dataclasses import asdict
from pathlib import Path

import flops
from blt import CONFIGS
from stages import MEGABYTE

OUT = Path(__file__).parents[1] / "test" / "fixtures" / "golden" / "flops.json"


def golden() -> dict:
    blts = [
        {"config": name, "length": length, "patches": patches, "trained": cost.trained, "frozen": cost.frozen,
         "k": CONFIGS[name].k, "stacks": {"entropy": asdict(CONFIGS[name].patcher), "encoder": asdict(CONFIGS[name].encoder),
                                          "latent": asdict(CONFIGS[name].latent), "decoder": asdict(CONFIGS[name].decoder)}}
        for name in CONFIGS for length, patches in ((2048, 512), (100, 100), (7, 2))
        for cost in [flops.blt(CONFIGS[name], length, patches)]
    ]
    megabytes = [
        {"config": name, "length": length, "flops": flops.megabyte(c, length).inference, "patch": c.patch,
         "stacks": {"wide": asdict(c.wide), "local": asdict(c.local)}}
        for name, c in MEGABYTE.items() for length in (2048, 99)
    ]
    return {"blt": blts, "megabyte": megabytes}


if __name__ == "__main__":
    OUT.write_text(json.dumps(golden(), indent=1) + "\n")
