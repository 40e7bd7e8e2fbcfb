"""Prints otava-series.json: generated series, and the change points that Apache Otava finds in them.

    pip install apache-otava==0.8.0
    python otava-series.py > otava-series.json

Two defects of Otava 0.8.0 are corrected first. A point that two windows find counts once, as in later versions. The merge step
judges both neighbours of a removed point again, as in the paper.
"""

import inspect
import json

import numpy as np
import otava.analysis as analysis


def replace(function, before, after):
    source = inspect.getsource(function)
    assert before in source
    exec(compile(source.replace(before, after), function.__name__, "exec"), analysis.__dict__)


replace(analysis.split, "if cp not in change_points:", "if cp.index not in [c.index for c in change_points]:")
replace(
    analysis.merge,
    "recompute(weakest_cp_index)\n        recompute(weakest_cp_index + 1)",
    "recompute(weakest_cp_index - 1)\n        recompute(weakest_cp_index)",
)

rng = np.random.default_rng(20261126)
cases = []
for _ in range(60):
    length = int(rng.integers(8, 140))
    noise = float(rng.choice([0.01, 0.03, 0.1]))
    level = 100.0
    values = []
    for _ in range(length):
        if rng.random() < 0.03:
            level *= float(rng.choice([0.7, 0.9, 0.95, 1.05, 1.1, 1.4]))
        values.append(round(level * (1 + noise * rng.standard_normal()), 2))
    window = int(rng.choice([20, 30, 50]))
    p = float(rng.choice([0.001, 0.001, 0.01, 0.05]))
    magnitude = float(rng.choice([0, 0, 0.05, 0.1]))
    points, _ = analysis.compute_change_points(list(values), window, p, magnitude)
    changes = [
        {"index": int(c.index), "pValue": float(c.stats.pvalue), "before": float(c.stats.mean_1), "after": float(c.stats.mean_2)}
        for c in points
    ]
    cases.append({"values": values, "windowLength": window, "pValue": p, "minMagnitudeRatio": magnitude, "changes": changes})
print(json.dumps(cases))
