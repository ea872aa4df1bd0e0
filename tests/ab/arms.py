"""Two small arms whose rows follow simple rules, so that other programs can be given the same."""

import numpy as np

from pmlab import ab

I = np.arange(40)  # noqa: E741


def columns(arm):
    """The columns of arm 0 or arm 1, 40 units each."""
    x = (I * 7) % 11
    y = x * 2 + (I * 5) % 7 + arm * (1 + I % 3)
    clicks = y % 4
    before = x % 3
    return {
        "y": y,
        "x": x,
        "z": (I * I) % 5,
        "clicks": clicks,
        "views": clicks + 1 + I % 5,
        "clicks_before": before,
        "views_before": before + 2 + I % 4,
        "cluster": I // 3,
    }


CONTROL, TREATMENT = columns(0), columns(1)


def moments(*names):
    """The moments of some columns, control first."""
    return [
        ab.Moments.of_arrays({name: arm[name] for name in names}) for arm in (CONTROL, TREATMENT)
    ]
