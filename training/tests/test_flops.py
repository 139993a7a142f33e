"""The golden numbers of the extension's own count are those of flops.py."""

import json

from flops_golden import OUT, golden


def test_golden_flops_are_current():
    assert json.loads(OUT.read_text()) == json.loads(json.dumps(golden()))
