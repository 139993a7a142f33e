"""Packages of random weights in several sizes, to see how speed grows with the model.

    python sizes.py --out DIR                   # DIR/random-10m-window, ...; then bench/growth.ts
    python sizes.py --out DIR random-1b         # for GPUs; takes long, and 6 GB of memory at least

A share of 1 / 3.6 of the bytes of source code starts a patch, as in the trained model.
"""

import argparse
import inspect
from pathlib import Path

import torch

import blt as code
from blt import BOS, OFFSET, Blt, BltConfig, StackConfig
from export import DEFAULT, manifest, write
from weights import VARIANTS

# Width and layers of the decoder; width, layers and hidden width of the latent transformer, and the patches that it sees.
SIZES = {
    "random-10m-window": (128, 2, 256, 4, 704, 128),  # as large as the bundled model
    "random-30m": (192, 2, 512, 5, 1408, None),
    "random-80m": (256, 3, 768, 8, 2048, None),
    "random-1b": (512, 6, 2048, 24, 5632, None),
}
USUAL = [name for name in SIZES if name != "random-1b"]
BYTES_PER_PATCH = 3.6


def config(width: int, decoder: int, latent: int, layers: int, hidden: int, window: int | None) -> BltConfig:
    local = lambda n: StackConfig(width, n, width // 32, 3 * width, window=256)  # noqa: E731
    return BltConfig(patcher=StackConfig(128, 2, 4, 384, theta=10000.0, window=256), encoder=local(1),
                     latent=StackConfig(latent, layers, latent // 64, hidden, window=window), decoder=local(decoder))


@torch.no_grad()
def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("names", nargs="*", metavar="SIZE", help=f"of {', '.join(SIZES)}; all but the last unless given")
    args = parser.parse_args()
    ids = torch.tensor([[BOS] + [b + OFFSET for b in inspect.getsource(code).encode()[:2000]]])
    for name in args.names or USUAL:
        torch.manual_seed(0)
        blt = Blt(config(*SIZES[name]))
        for p in blt.parameters():
            p.add_(torch.randn_like(p) * 0.02)  # what begins at zero would make every patch alike
        blt.config.threshold = float(blt.entropies(ids)[0].quantile(1 - 1 / BYTES_PER_PATCH))
        parameters = sum(p.numel() for p in blt.parameters())
        about = argparse.Namespace(name=name, version="0", licence="none", description="Random weights, to measure speed.", context=2048)
        write(blt, VARIANTS[DEFAULT], manifest(blt, about, True, {"parameters": parameters}), args.out / name)
        size = sum(f.stat().st_size for f in (args.out / name).iterdir())
        print(f"{args.out / name}: {size / 1e6:.1f} MB, {parameters / 1e6:.1f} M parameters", flush=True)


if __name__ == "__main__":
    main()
