"""The BPE baseline as an ONNX graph in the form that the engine runs, to compare speeds: one graph with a key/value cache.

    python bpe_package.py --text FILE --out DIR [--checkpoint RUNS/small/bpe.pt] [--config small]

Writes DIR/tokens.onnx and DIR/tokens.json: the shape of its stack, the tokens of the text (BOS first) and the bytes that each
stands for. Speed does not depend on what the weights are: without a checkpoint they are random, and the tokens are learnt from
Python's own library. Before anything is written the graph is compared with PyTorch.
"""

import argparse
import json
import os
from pathlib import Path

import numpy as np
import onnxruntime as ort
import torch

from blt import LanguageModel, StackConfig, init_weights
from bpe import Bpe, learn
from cached import Cache
from graphs import language_model_graph
from package import weights_of
from stages import BPE
from weights import FLOAT16, INT4, Format

TOLERANCE = 1e-3
# As a BLT's package stores its latent transformer, or as it stores the rest; what is faster depends on the size.
FORMATS = {"int4": INT4, "half": FLOAT16}
VOCABULARY = {"tiny": 300, "small": 4096, "base": 8192}


def untrained(config: str) -> tuple[LanguageModel, Bpe]:
    """A model of random weights, and tokens of source code that every Python has."""
    texts = (f.read_bytes().decode("latin-1") for f in sorted(Path(os.__file__).parent.glob("*.py")))
    bpe = Bpe(learn(texts, VOCABULARY[config]).to_str())
    torch.manual_seed(0)
    model = LanguageModel(BPE[config], bpe.size)
    init_weights(model)
    return model, bpe


def trained(checkpoint: Path) -> tuple[LanguageModel, Bpe]:
    state = torch.load(checkpoint, map_location="cpu")
    bpe = Bpe(state["config"].pop("tokenizer"))
    model = LanguageModel(StackConfig(**state["config"]), bpe.size)
    model.load_state_dict(state["model"])
    return model, bpe


def write(model: LanguageModel, format: Format, folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    weights = {f"model.{name}": p.detach().numpy() for name, p in model.named_parameters()}
    vocabulary = model.embed_tokens.num_embeddings
    language_model_graph(model.config, weights, format, "model", vocabulary).save(folder / "tokens.onnx")
    return folder / "tokens.onnx"


@torch.no_grad()
def check_parity(model: LanguageModel, file: Path, ids: list[int]) -> float:
    """Greatest difference to PyTorch, which gets the numbers that the graph stores: ids fed in two chunks and one by one."""
    stored = LanguageModel(model.config, model.embed_tokens.num_embeddings)
    stored.load_state_dict({name.removeprefix("model."): value for name, value in weights_of(file.parent).items()})
    expected = stored(torch.tensor([ids]))[0].numpy()
    session = ort.InferenceSession(file, providers=["CPUExecutionProvider"])
    names, cache, got, at = [o.name for o in session.get_outputs()], Cache(model.config), [], 0
    for length in [len(ids) // 3, len(ids) - len(ids) // 3 - 8, *[1] * 8]:
        outputs = dict(zip(names, session.run(names, {"ids": np.array(ids[at : at + length], np.int64), **cache.inputs(length)})))
        cache.append(outputs)
        got.append(outputs["logits"])
        at += length
    worst = float(np.abs(np.concatenate(got) - expected).max())
    if worst > TOLERANCE:
        raise SystemExit(f"The exported graph differs from PyTorch by {worst:.2g}, more than {TOLERANCE}.")
    return worst


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--checkpoint", type=Path, help="of train.py bpe")
    parser.add_argument("--config", choices=list(BPE), default="small", help="the size without a checkpoint")
    parser.add_argument("--weights", choices=list(FORMATS), default="int4")
    parser.add_argument("--text", type=Path, required=True)
    parser.add_argument("--out", type=Path, required=True)
    args = parser.parse_args()
    torch.set_num_threads(1)
    model, bpe = trained(args.checkpoint) if args.checkpoint else untrained(args.config)
    text = args.text.read_bytes()
    ids = [bpe.bos, *bpe.encode(text)]
    check_parity(model.eval(), write(model, FORMATS[args.weights], args.out), ids[:200])
    c = model.config
    (args.out / "tokens.json").write_text(json.dumps({
        "stack": {"width": c.width, "layers": c.layers, "heads": c.heads, "window": c.window},
        "vocabulary": bpe.size,
        "parameters": sum(p.numel() for p in model.parameters()),
        "trained": args.checkpoint is not None,
        "ids": ids,
        "lengths": [int(n) for n in bpe.lengths[ids]],
    }) + "\n")


if __name__ == "__main__":
    main()
