import test from "ava";
import { createFilter, filterProblem } from "../../../firmware/filters/index.js";
import type { FilterSettings } from "../../../firmware/filters/index.js";

/** Takes in [ticks, value] and, where only a tick is given, lets time pass; gives what passed as [ticks, value]. */
function passed(settings: FilterSettings, events: readonly (readonly [ticks: number, value?: number])[]): number[][] {
  const filter = createFilter(settings);
  const result: number[][] = [];
  for (const [ticks, value] of events) {
    const output = value === undefined ? filter.expire!(ticks) : filter.update(value, ticks);
    if (output === output) result.push([ticks, output]);
  }
  return result;
}

test("a throttle passes the first value, then one per interval at most", (t) => {
  const settings = { kind: "throttle", intervalMs: 1000 } as const;
  t.deepEqual(
    passed(settings, [
      [5, 1],
      [600, 2],
      [1004, 3],
      [1005, 4],
      [1500, 5],
      [9000, 6],
    ]),
    [
      [5, 1],
      [1005, 4],
      [9000, 6],
    ],
  );
});

test("a block average passes the mean of each interval with the first value after it, or by time alone", (t) => {
  const settings = { kind: "block-average", intervalMs: 1000 } as const;
  t.deepEqual(
    passed(settings, [
      [0, 1],
      [400, 2],
      [999, 6],
      [1000, 10],
      [1500, 20],
      [2100, 7],
    ]),
    [
      [1000, 3],
      [2100, 15],
    ],
  );
  t.deepEqual(passed(settings, [[0, 1], [400, 2], [999], [1000], [1300], [1999, 8], [2000]]), [
    [1000, 1.5],
    [2000, 8],
  ]);
});

test("a block average keeps its intervals after a gap, and an empty one brings nothing", (t) => {
  const settings = { kind: "block-average", intervalMs: 1000 } as const;
  t.deepEqual(passed(settings, [[0, 1], [3400, 5], [3999], [4000], [5000], [6000]]), [
    [3400, 1],
    [4000, 5],
  ]);
});

test("a deadband passes what has changed by more than its width", (t) => {
  const absolute = { kind: "deadband", absolute: 1, relative: 0 } as const;
  t.deepEqual(
    passed(absolute, [
      [0, 5],
      [1, 6],
      [2, 6.1],
      [3, 5.2],
      [4, 5],
    ]),
    [
      [0, 5],
      [2, 6.1],
      [4, 5],
    ],
  );
  const relative = { kind: "deadband", absolute: 0, relative: 0.1 } as const;
  t.deepEqual(
    passed(relative, [
      [0, -100],
      [1, -90.5],
      [2, -89],
      [3, -97],
    ]),
    [
      [0, -100],
      [2, -89],
    ],
  );
});

test("a deadband of 0 passes whatever is not the same", (t) => {
  t.deepEqual(
    passed({ kind: "deadband", absolute: 0, relative: 0 }, [
      [0, 5],
      [1, 5],
      [2, 5.1],
    ]),
    [
      [0, 5],
      [2, 5.1],
    ],
  );
});

test("a debounce passes what has stayed for long enough, and nothing in between", (t) => {
  const settings = { kind: "debounce", holdMs: 100, tolerance: 0 } as const;
  t.deepEqual(
    passed(settings, [
      [0, 0],
      [50, 1],
      [80, 0],
      [179, 0],
      [180, 0],
      [200, 0],
      [210, 1],
    ]),
    [
      [180, 0],
      [200, 0],
    ],
  );
});

test("a debounce passes by time alone when no value contradicts, once", (t) => {
  const settings = { kind: "debounce", holdMs: 100, tolerance: 0.5 } as const;
  t.deepEqual(passed(settings, [[0, 1], [60, 1.4], [99], [100], [150], [160, 1.2]]), [
    [100, 1.4],
    [160, 1.2],
  ]);
});

test("a heartbeat gives the latest value at a steady rate, whether values come more often or more rarely", (t) => {
  const settings = { kind: "heartbeat", intervalMs: 1000, maximumAgeMs: 60_000 } as const;
  t.deepEqual(
    passed(settings, [
      [0, 1],
      [400, 2],
      [900, 3],
      [1000, 4],
      [1900, 5],
      [2100, 6],
      [3000, 7],
    ]),
    [
      [0, 1],
      [1000, 4],
      [2100, 6],
      [3000, 7],
    ],
  );
  t.deepEqual(passed(settings, [[0, 1], [999], [1000], [1001], [2000], [2400, 5], [3000]]), [
    [0, 1],
    [1000, 1],
    [2000, 1],
    [3000, 5],
  ]);
});

test("a heartbeat does not repeat what is too old, and goes on at once with a new value", (t) => {
  const settings = { kind: "heartbeat", intervalMs: 1000, maximumAgeMs: 2500 } as const;
  t.deepEqual(passed(settings, [[0, 1], [1000], [2000], [3000], [4000], [4300, 2], [5000]]), [
    [0, 1],
    [1000, 1],
    [2000, 1],
    [4300, 2],
    [5000, 2],
  ]);
});

test("a timeout puts its value in the place of silence, once per silence", (t) => {
  const settings = { kind: "timeout", timeoutMs: 1000, value: 0 } as const;
  t.deepEqual(passed(settings, [[5000], [6000, 3], [6999], [7000], [9000], [9500, 4], [10_500]]), [
    [6000, 3],
    [7000, 0],
    [9500, 4],
    [10_500, 0],
  ]);
});

test("or passes what the first of its branches passes: now and then, and at once on a change", (t) => {
  const settings: FilterSettings = {
    kind: "or",
    filters: [
      { kind: "throttle", intervalMs: 1000 },
      { kind: "deadband", absolute: 5, relative: 0 },
    ],
  };
  t.deepEqual(
    passed(settings, [
      [0, 1],
      [500, 2],
      [600, 9],
      [900, 9],
      [1000, 10],
      [1100, 11],
    ]),
    [
      [0, 1],
      [600, 9],
      [1000, 10],
    ],
  );
});

test("every branch of or takes every value in, also when another passes it", (t) => {
  const settings: FilterSettings = {
    kind: "or",
    filters: [
      { kind: "offset", offset: 100 },
      { kind: "timeout", timeoutMs: 10, value: -1 },
    ],
  };
  t.deepEqual(passed(settings, [[0, 1], [9, 2], [18], [19]]), [
    [0, 101],
    [9, 102],
    [19, -1],
  ]);
});

test("an integrator goes on from 0 when it rolls over, in both directions", (t) => {
  const settings = { kind: "integrator", per: "s", rolloverAt: 10, maximumGapMs: 60_000 } as const;
  t.deepEqual(
    passed(settings, [
      [0, 4],
      [2000, 4],
      [3000, 4],
      [3001, -4],
      [4001, -4],
    ]).map(([, total]) => total),
    [0, 8, 2, 2, 8],
  );
});

test("an integrator does not lose small steps beside a large total", (t) => {
  const filter = createFilter({ kind: "integrator", per: "s", rolloverAt: 0, maximumGapMs: 86_400_000 });
  filter.update(1e9, 0);
  filter.update(1e9, 86_400_000);
  filter.update(1e-4, 86_400_000);
  let total = 0;
  const start = filter.update(1e-4, 86_400_001);
  // Each step is 1e-7: less than half of what the last digit of 8.64e13 is worth.
  for (let i = 2; i <= 1_000_001; i++) total = filter.update(1e-4, 86_400_000 + i);
  t.true(Math.abs(total - start - 0.1) < 0.02, `${total - start}`);
});

test("a spike that has left the window leaves nothing behind in average and deviation", (t) => {
  const average = createFilter({ kind: "moving-average", samples: 7 });
  const deviation = createFilter({ kind: "standard-deviation", samples: 7 });
  const values = Array.from({ length: 200 }, (_, i) => (i % 50 === 20 ? 1e12 : 1 + (i % 3) / 1000));
  values.forEach((value, i) => {
    const mean = average.update(value, i);
    const sigma = deviation.update(value, i);
    const window = values.slice(Math.max(0, i - 6), i + 1);
    if (i < 7 || window.some((one) => one > 10)) return;
    const expected = window.reduce((sum, one) => sum + one, 0) / 7;
    const squares = window.reduce((sum, one) => sum + (one - expected) ** 2, 0);
    t.true(Math.abs(mean - expected) < 1e-14, `mean ${mean} at ${i}`);
    t.true(Math.abs(sigma - Math.sqrt(squares / 6)) < 1e-14, `deviation ${sigma} at ${i}`);
  });
});

test("rounding sends a half away from zero, and knows no −0", (t) => {
  const rounded = (settings: FilterSettings, value: number) => createFilter(settings).update(value, 0);
  for (const [value, decimals, expected] of [
    [0.125, 2, 0.13],
    [-0.125, 2, -0.13],
    [1250, -2, 1300],
    [-0.04, 1, 0],
    [21.349999, 1, 21.3],
    [2.5, 0, 3],
  ] as const) {
    t.is(rounded({ kind: "round", decimals }, value), expected);
  }
  for (const [value, step, expected] of [
    [1.3, 0.5, 1.5],
    [-1.25, 0.5, -1.5],
    [7, 5, 5],
    [-0.1, 0.5, 0],
  ] as const) {
    t.is(rounded({ kind: "quantize", step }, value), expected);
  }
  const digits = createFilter({ kind: "significant-digits", digits: 3 });
  for (const [value, expected] of [
    [123_456, 123_000],
    [0.00123456, 0.00123],
    [-9.996, -10],
    [1000, 1000],
    [999.5, 1000],
    [0, 0],
    [45.65, 45.7],
  ] as const) {
    t.is(digits.update(value, 0), expected);
  }
});

test("reject leaves out its values and what is near to them", (t) => {
  const settings = { kind: "reject", values: [85, -127], tolerance: 0.5 } as const;
  t.deepEqual(
    passed(settings, [
      [0, 85],
      [1, 84.5],
      [2, 84.4],
      [3, -127],
      [4, 0],
    ]),
    [
      [2, 84.4],
      [4, 0],
    ],
  );
});

test("a clamp limits or drops", (t) => {
  const events = [
    [0, -5],
    [1, 5],
    [2, 15],
  ] as const;
  t.deepEqual(passed({ kind: "clamp", minimum: 0, maximum: 10, outside: "limit" }, events), [
    [0, 0],
    [1, 5],
    [2, 10],
  ]);
  t.deepEqual(passed({ kind: "clamp", minimum: 0, maximum: 10, outside: "drop" }, events), [[1, 5]]);
});

test("skip-initial and decimate count values", (t) => {
  const events = [1, 2, 3, 4, 5, 6, 7].map((value) => [value, value] as const);
  t.deepEqual(passed({ kind: "skip-initial", samples: 5 }, events), [
    [6, 6],
    [7, 7],
  ]);
  t.deepEqual(passed({ kind: "decimate", samples: 3 }, events), [
    [1, 1],
    [4, 4],
    [7, 7],
  ]);
});

test("a Hampel filter takes a quiet signal's own steps for good where it is told how small they are", (t) => {
  const events = [20, 20, 20, 20, 20.01, 20, 35].map((value, i) => [i, value] as const);
  const settings = { kind: "hampel", samples: 5, sigmas: 3, minimumDeviation: 0, outlier: "drop" } as const;
  t.is(passed(settings, events).length, 5);
  t.is(passed({ ...settings, minimumDeviation: 0.02 }, events).length, 6);
});

test("a notch takes its frequency out and leaves the mean", (t) => {
  const filter = createFilter({ kind: "notch", frequencyHz: 0.2, bandwidthHz: 0.02, rateHz: 1 });
  let output = 0;
  for (let i = 0; i < 400; i++) output = filter.update(7 + Math.sin(2 * Math.PI * 0.2 * i), 1000 * i);
  t.true(Math.abs(output - 7) < 1e-6, `${output}`);
});

const wrong: [FilterSettings, string][] = [
  [{ kind: "clamp", minimum: 5, maximum: 4, outside: "limit" }, ".minimum 5 is not at or below .maximum 4"],
  [
    { kind: "low-pass", cutoffHz: 0.5, order: 2, rateHz: 1 },
    ".cutoffHz 0.5 is not a number from 0.0001 to 0.49 Hz (of rateHz 1)",
  ],
  [
    { kind: "band-pass", lowHz: 0.2, highHz: 0.1, order: 2, rateHz: 1 },
    ".lowHz 0.2 is not below .highHz 0.1 by 0.001 of it",
  ],
  [{ kind: "band-pass", lowHz: 0.1, highHz: 0.2, order: 3, rateHz: 1 }, ".order 3 is not 2 or 4"],
  [
    {
      kind: "calibrate-polynomial",
      points: [
        [0, 0],
        [1, 1],
      ],
      degree: 2,
    },
    ".points has 2 entries; degree 2 needs 3",
  ],
  [
    {
      kind: "ntc-temperature",
      points: [
        [0, 100],
        [25, 200],
      ],
      betaKelvin: 3950,
    },
    ".points[1] 200 Ohm is not below 100 Ohm; an NTC falls",
  ],
  [
    {
      kind: "or",
      filters: [
        { kind: "offset", offset: 0 },
        { kind: "clamp", minimum: 5, maximum: 4, outside: "limit" },
      ],
    },
    ".filters[1].minimum 5 is not at or below .maximum 4",
  ],
];
for (const [settings, problem] of wrong) {
  test(`settings that contradict themselves are refused: ${settings.kind}${problem}`, (t) => {
    t.is(filterProblem(settings), problem);
  });
}
