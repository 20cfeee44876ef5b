#!/usr/bin/env bash
# PyTorch 2.13.0: float(loss) of a loss that still asks for gradients gives a UserWarning ("Converting a
# tensor with requires_grad=True to a scalar may lead to unexpected behavior"). The line stands in most
# training loops; a program that turns warnings into errors stops in its first step.
# loss.item() and float(loss.detach()) stay silent.
# Seen on Linux x86-64, Python 3.11, CPU build.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install -q numpy==2.4.6 torch==2.13.0
cat > "$work/loss.py" <<'PY'
import warnings

import torch

weight = torch.ones(3, requires_grad=True)
loss = (weight * 2).sum()


def warned(way):
    with warnings.catch_warnings(record=True) as seen:
        warnings.simplefilter("always")
        assert way() == 6.0
    return [str(one.message).splitlines()[0] for one in seen]


found = {
    "float(loss)": warned(lambda: float(loss)),
    "loss.item()": warned(loss.item),
    "float(loss.detach())": warned(lambda: float(loss.detach())),
}
print(torch.__version__, found)
assert [bool(each) for each in found.values()] == [True, False, False]
assert found["float(loss)"][0].startswith("Converting a tensor with requires_grad=True to a scalar")
PY
"$work/venv/bin/python" "$work/loss.py"
