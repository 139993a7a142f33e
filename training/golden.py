"""Writes the golden data of the engine's parity tests from a Hugging Face BLT directory.

    python golden.py --huggingface DIR --out ../test/fixtures/golden/oracle-tiny.json

Everything in it comes from Hugging Face's own classes, run without a cache (its cache gives wrong text): entropies, patch
lengths and logits of one text, greedy bytes, hash rows.
"""

import argparse
import json
from pathlib import Path

import torch
from transformers import BltForCausalLM
from transformers.models.blt.modeling_blt import byte_group_hash_function

TEXT = "def add(a, b):\n    return a + b\n\nfor i in range(10):\n    print(add(i, 2))\n"
GREEDY = 24


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--huggingface", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    model = BltForCausalLM.from_pretrained(args.huggingface).eval().float()
    ids = torch.tensor([[1] + [b + 4 for b in TEXT.encode()]])
    threshold = model.config.patching_threshold
    entropies, lengths, _ = model.model.patcher(ids, patch_size=4, threshold=threshold)
    grown = ids
    for _ in range(GREEDY):
        grown = torch.cat([grown, model(input_ids=grown, use_cache=False).logits[:, -1:].argmax(-1)], 1)
    rounded = lambda t: [float(f"{x:.7g}") for x in t.tolist()]  # noqa: E731
    golden = {
        "ids": ids[0].tolist(),
        "threshold": threshold,
        "entropies": rounded(entropies[0]),
        "patchLengths": lengths[0].tolist(),
        "logits": [rounded(row) for row in model(input_ids=ids, use_cache=False).logits[0]],
        "greedy": grown[0, ids.shape[1] :].tolist(),
        "hashRows": {
            str(n): byte_group_hash_function(ids, n, 1000000007, 500002)[0].tolist() for n in (3, 4, 5, 6, 7, 8)
        },
    }
    args.out.parent.mkdir(parents=True, exist_ok=True)
    args.out.write_text(json.dumps(golden) + "\n")


if __name__ == "__main__":
    main()
