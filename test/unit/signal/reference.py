#!/usr/bin/env python3
"""Spectra, windows and decimation by NumPy and SciPy: `python3 test/unit/signal/reference.py > test/unit/signal/reference.json`.

13 digits are written.
"""
import json

import numpy as np
from scipy import signal

FLAT_TOP = [1, 1.9383379, 1.3045202, 0.402827, 0.0350665]
SAMPLES = 64
BLOCK = 400


def rounded(values):
    return [float(f"{value:.13g}") for value in values]


def integers(seed, count):
    """Samples that no version of NumPy changes (the generator of C's old rand)."""
    values = []
    for _ in range(count):
        seed = (1103515245 * seed + 12345) % 2**31
        values.append((seed >> 8) % 20001 - 10000)
    return values


def packed(samples):
    bins = np.fft.rfft(samples)
    parts = np.stack([bins.real, bins.imag], axis=1).ravel()
    return [parts[0], parts[-2], *parts[2:-2]]


def decimated(factor, samples):
    """One stage, a prime factor: the sinc's zeros are firwin's first and last tap."""
    taps = signal.firwin(22 * factor + 1, 1 / factor, window=("kaiser", 7.2))
    return signal.lfilter(taps[1:-1], 1, samples)[factor - 1 :: factor]


samples = integers(1, SAMPLES)
block = integers(2, BLOCK)
windows = {
    "hann": signal.windows.hann(SAMPLES, sym=False),
    "flat-top": signal.windows.general_cosine(SAMPLES, FLAT_TOP, sym=False),
}
print("{")
print(f'"samples": {json.dumps(samples)},')
print(f'"spectrum": {json.dumps(rounded(packed(samples)))},')
print(f'"windows": {json.dumps({kind: rounded(window) for kind, window in windows.items()})},')
print(f'"block": {json.dumps(block)},')
print(f'"decimated": {json.dumps({factor: rounded(decimated(factor, block)) for factor in (2, 3, 5, 7, 11, 13)})}')
print("}")
