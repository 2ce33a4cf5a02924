#!/usr/bin/env python3
"""What the filters must give, by SciPy and NumPy: `python3 test/unit/filters/reference.py > test/unit/filters/reference.json`.

SciPy's function is used wherever there is one; what it lacks (values at uneven times, windows that are not full yet) is
written out here in the plainest way. `null` is a value that does not pass. 13 digits are written.
"""
import json
import math

import numpy as np
from scipy import integrate, optimize, signal, stats

SAMPLES = 60


def draws(seed):
    """Numbers from 0 to 1 that no version of NumPy changes (the generator of C's old rand)."""
    while True:
        seed = (1103515245 * seed + 12345) % 2**31
        yield seed / 2**31


def noise(seed, scale, offset, decimals=3):
    source = draws(seed)
    return [round(offset + scale * (sum(next(source) for _ in range(4)) - 2), decimals) for _ in range(SAMPLES)]


def with_spikes(values):
    return [value + (60 if i % 17 == 5 else -45 if i % 23 == 9 else 0) for i, value in enumerate(values)]


def with_gap(ticks):
    return [tick + (20_000 if i >= SAMPLES // 2 else 0) for i, tick in enumerate(ticks)]


even = [1000 * i for i in range(SAMPLES)]
uneven = [int(sum(ticks)) for ticks in zip(even, [round(900 * u) for u, _ in zip(draws(5), range(SAMPLES))])]
inputs = {
    "temperature": {"ticks": even, "values": noise(1, 4.0, 21.5)},
    "spikes": {"ticks": even, "values": with_spikes(noise(2, 3.0, 50.0))},
    "pressure": {"ticks": even, "values": noise(3, 0.02, 101_325.0, 6)},
    "alternating": {"ticks": even, "values": noise(4, 9.0, 0.0)},
    "uneven": {"ticks": uneven, "values": noise(6, 5.0, 12.0)},
    "gap": {"ticks": with_gap(even), "values": noise(7, 5.0, -3.0)},
    "ohms": {"ticks": even, "values": [round(math.exp(6.5 + 0.05 * i), 3) for i in range(SAMPLES)]},
    "celsius": {"ticks": even, "values": [-40 + 2.0 * i for i in range(SAMPLES)]},
}
cases = []


def case(input_name, settings, outputs):
    outputs = [None if output is None or math.isnan(output) else float(f"{output:.13g}") for output in outputs]
    assert len(outputs) == SAMPLES, settings
    cases.append({"input": input_name, "settings": settings, "outputs": outputs})


def data(name):
    return np.array(inputs[name]["values"]), np.array(inputs[name]["ticks"], dtype=float)


def windows(values, samples):
    return [values[max(0, i + 1 - samples) : i + 1] for i in range(len(values))]


# Windows of the last N values, of fewer while they fill.
for name in ("temperature", "spikes", "pressure"):
    x, _ = data(name)
    for samples in (3, 8, 31):
        outputs = [np.median(window) for window in windows(x, samples)]
        if samples % 2 == 1:
            # SciPy's median filter is centred: the same, half a window earlier.
            centred = signal.medfilt(x, samples)
            half = samples // 2
            for i in range(samples - 1, SAMPLES):
                assert outputs[i] == centred[i - half]
        case(name, {"kind": "median", "samples": samples}, outputs)
    for samples in (2, 10, 25):
        averaged = signal.lfilter(np.ones(samples) / samples, 1, x)
        averaged[: samples - 1] = [np.mean(window) for window in windows(x, samples)[: samples - 1]]
        case(name, {"kind": "moving-average", "samples": samples}, averaged)
        case(name, {"kind": "minimum", "samples": samples}, [np.min(w) for w in windows(x, samples)])
        case(name, {"kind": "maximum", "samples": samples}, [np.max(w) for w in windows(x, samples)])
        case(
            name,
            {"kind": "standard-deviation", "samples": samples},
            [np.std(w, ddof=1) if len(w) > 1 else None for w in windows(x, samples)],
        )
        case(
            name,
            {"kind": "root-mean-square", "samples": samples},
            [np.sqrt(np.mean(np.square(w))) for w in windows(x, samples)],
        )
    for samples, quantile in ((3, 0.5), (9, 0.9), (40, 0.05), (7, 0), (7, 1)):
        case(
            name,
            {"kind": "quantile", "samples": samples, "quantile": quantile},
            [np.quantile(w, quantile) for w in windows(x, samples)],
        )
    for samples, sigmas in ((5, 3), (8, 2)):
        for outlier in ("replace", "drop"):
            outputs = []
            for value, window in zip(x, windows(x, samples)):
                sigma = stats.median_abs_deviation(window, scale="normal")
                bad = abs(value - np.median(window)) > sigmas * sigma
                outputs.append(value if not bad else np.median(window) if outlier == "replace" else None)
            case(
                name,
                {"kind": "hampel", "samples": samples, "sigmas": sigmas, "minimumDeviation": 0, "outlier": outlier},
                outputs,
            )

# Filters designed in Hz, at a sample a second; at first they are settled at the first value.
BUTTERWORTH = [
    ("low-pass", "lowpass", {"cutoffHz": 0.05}, (1, 2, 3, 4)),
    ("low-pass", "lowpass", {"cutoffHz": 0.3}, (2, 4)),
    ("high-pass", "highpass", {"cutoffHz": 0.1}, (1, 2, 3, 4)),
    ("high-pass", "highpass", {"cutoffHz": 0.01}, (2, 4)),
    ("band-pass", "bandpass", {"lowHz": 0.05, "highHz": 0.2}, (2, 4)),
    ("band-pass", "bandpass", {"lowHz": 0.1, "highHz": 0.11}, (2, 4)),
]


def settled(sections, x):
    return signal.sosfilt(sections, x, zi=signal.sosfilt_zi(sections) * x[0])[0]


for kind, name, corner, orders in BUTTERWORTH:
    for order in orders:
        frequencies = list(corner.values())
        sections = signal.butter(
            order // 2 if name == "bandpass" else order,
            frequencies if name == "bandpass" else frequencies[0],
            name,
            fs=1.0,
            output="sos",
        )
        settings = {"kind": kind, **corner, "order": order, "rateHz": 1}
        case("alternating", settings, settled(sections, data("alternating")[0]))
        x, _ = data("gap")
        half = SAMPLES // 2
        case("gap", settings, np.concatenate([settled(sections, x[:half]), settled(sections, x[half:])]))
for frequency, bandwidth in ((0.2, 0.02), (0.05, 0.01)):
    b, a = signal.iirnotch(frequency, frequency / bandwidth, fs=1.0)
    case(
        "alternating",
        {"kind": "notch", "frequencyHz": frequency, "bandwidthHz": bandwidth, "rateHz": 1},
        settled(signal.tf2sos(b, a), data("alternating")[0]),
    )

# Time counts.
for name in ("temperature", "uneven", "gap"):
    x, ticks = data(name)
    steps = np.diff(ticks)
    for constant in (500, 10_000):
        y = [x[0]]
        for value, step in zip(x[1:], steps):
            y.append(y[-1] - math.expm1(-step / constant) * (value - y[-1]))
        if name == "temperature":
            alpha = -math.expm1(-1000 / constant)
            by_scipy = signal.lfilter([alpha], [1, alpha - 1], x, zi=[(1 - alpha) * x[0]])[0]
            assert np.allclose(y, by_scipy, rtol=1e-12, atol=0)
        case(name, {"kind": "exponential", "timeConstantMs": constant}, y)
    for process, measurement in ((0.01, 0.1), (1, 0.5)):
        state, variance = x[0], measurement**2
        y = [state]
        for value, step in zip(x[1:], steps):
            variance += process**2 * step / 1000
            gain = variance / (variance + measurement**2)
            state += gain * (value - state)
            variance *= 1 - gain
            y.append(state)
        case(name, {"kind": "kalman", "processNoise": process, "measurementNoise": measurement}, y)
    case(
        name,
        {"kind": "rate-of-change", "maximumGapMs": 5000},
        [None] + [rate if step <= 5000 else None for rate, step in zip(np.diff(x) / (steps / 1000), steps)],
    )
    for per, unit in (("s", 1000), ("h", 3_600_000)):
        pieces = np.where(steps <= 5000, np.diff(integrate.cumulative_trapezoid(x, ticks / unit, initial=0)), 0)
        total = np.concatenate([[0], np.cumsum(pieces)])
        for rollover in (0, 0.0517, 100.7):
            settings = {"kind": "integrator", "per": per, "rolloverAt": rollover, "maximumGapMs": 5000}
            case(name, settings, total if rollover == 0 else np.mod(total, rollover))
    for hold, decay in ((0, 0), (3000, 0), (0, 4000), (2500, 4000)):
        y, peak, until, last = [], -math.inf, 0, 0
        for value, tick in zip(x, ticks):
            if value >= peak or (tick >= until and decay == 0):
                peak, until, last = value, tick + hold, tick + hold
            elif tick >= until:
                peak = value + (peak - value) * math.exp(-(tick - last) / decay)
                last = tick
            y.append(peak)
        case(name, {"kind": "peak-hold", "holdMs": hold, "decayMs": decay}, y)

# Curves.
POINTS = [[-5.0, -4.2], [3.0, 3.4], [11.0, 12.5], [18.0, 18.1], [30.0, 33.0], [41.0, 40.0]]
px, py = np.array(POINTS).T
x, _ = data("uneven")
case("uneven", {"kind": "calibrate-linear", "points": POINTS, "method": "piecewise"}, np.interp(x, px, py))
case(
    "uneven",
    {"kind": "calibrate-linear", "points": POINTS, "method": "least-squares"},
    np.polyval(np.polyfit(px, py, 1), x),
)
for degree in (1, 2, 3, 5):
    case(
        "uneven",
        {"kind": "calibrate-polynomial", "points": POINTS, "degree": degree},
        np.polynomial.Polynomial.fit(px, py, degree)(x),
    )
THERMISTORS = [
    ([[25, 10000]], 3950),
    ([[25, 10000], [85, 1451]], 3950),
    ([[0, 32650], [25, 10000], [80, 1256]], 3950),
]
for points, beta in THERMISTORS:
    kelvin = np.array([celsius for celsius, _ in points]) + 273.15
    logs = np.log([ohms for _, ohms in points])
    if len(points) == 1:
        a, b, c = 1 / kelvin[0] - logs[0] / beta, 1 / beta, 0.0
    else:
        powers = [0, 1, 3][: len(points)]
        solution = np.linalg.solve(logs[:, None] ** powers, 1 / kelvin)
        a, b, c = [*solution, 0.0][:3]
    curve = lambda log_ohms: a + b * log_ohms + c * log_ohms**3
    told = {"points": points, "betaKelvin": beta}
    case("ohms", {"kind": "ntc-temperature", **told}, 1 / curve(np.log(data("ohms")[0])) - 273.15)
    case(
        "celsius",
        {"kind": "ntc-resistance", **told},
        [
            math.exp(optimize.brentq(lambda z: curve(z) - 1 / (celsius + 273.15), -20, 40, xtol=1e-15, rtol=1e-15))
            for celsius in data("celsius")[0]
        ],
    )

print("{")
print('"inputs": {')
print(",\n".join(f'"{name}": {json.dumps(value)}' for name, value in inputs.items()))
print("},")
print('"cases": [')
print(",\n".join(json.dumps(one) for one in cases))
print("]\n}")
