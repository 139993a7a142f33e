"""`npm run bench -- --peers` is one command that prints every key, also of what is measured in Python."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]
FIGURES = ["loadMs", "firstByteWarmMs", "msPerByte", "entropyBytesPerSecond", "entropyFile100kMs", "cancelMs", "engineRssMb",
           "packageMb", "hostEventLoopDelayMs", "limitMsPerByte"]
PEERS = ["hfUncachedMsPerByte", "cachedPyTorchMsPerByte", "bpeMsPerByte"]


def test_the_benchmark_with_peers_prints_every_key():
    npm = shutil.which("npm")
    assert npm, "The benchmark needs Node 20 or newer with npm."
    if not (ROOT / "node_modules").exists():
        subprocess.run([npm, "ci", "--ignore-scripts"], cwd=ROOT, check=True)
    command = [npm, "run", "--silent", "bench", "--", "--peers", "--runs", "1", "--bpe-size", "tiny",
               "--model", str(ROOT / "test/fixtures/models/windowed-tiny")]
    done = subprocess.run(command, cwd=ROOT, env={**os.environ, "PYTHON": sys.executable}, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    figures = [report[name] for name in FIGURES] + [report["coldPrefillMs"][n] for n in ("512", "1024", "2048")]
    for figure in figures + [report["peers"][name] for name in PEERS]:
        assert set(figure) == {"p50", "p95", "n"} and figure["n"] >= 1 and 0 <= figure["p50"] <= figure["p95"]
    assert report["peers"]["bpe"]["bytesPerToken"] > 1
