import test from "ava";
import { filterProblem } from "../../../firmware/filters/index.js";
import { NtcResistanceFilter } from "../../../firmware/filters/ntc-resistance.js";
import { NtcTemperatureFilter } from "../../../firmware/filters/ntc-temperature.js";
import { ThermistorCurve } from "../../../firmware/signal/thermistor-curve.js";
import type { Point } from "../../../firmware/signal/curve.js";

interface Thermistor {
  readonly about: string;
  readonly points: readonly Point[];
  readonly betaKelvin: number;
}

const thermistors: readonly Thermistor[] = [
  { about: "10 kΩ, B 3950", points: [[25, 10_000]], betaKelvin: 3950 },
  { about: "10 kΩ, B 3435", points: [[25, 10_000]], betaKelvin: 3435 },
  { about: "1 MΩ, B 4600", points: [[25, 1e6]], betaKelvin: 4600 },
  { about: "1 Ω, B 2700, an inrush limiter", points: [[25, 1]], betaKelvin: 2700 },
  { about: "the largest B value", points: [[25, 10_000]], betaKelvin: 10_000 },
  { about: "the smallest B value", points: [[25, 10_000]], betaKelvin: 500 },
  {
    about: "two points",
    points: [
      [25, 10_000],
      [85, 1451],
    ],
    betaKelvin: 3950,
  },
  {
    about: "three points, C 9e-8",
    points: [
      [0, 32_650],
      [25, 10_000],
      [80, 1260],
    ],
    betaKelvin: 3950,
  },
  {
    about: "three points far apart",
    points: [
      [-40, 335_671],
      [25, 10_000],
      [125, 338.7],
    ],
    betaKelvin: 3950,
  },
  {
    about: "three points of 100 kΩ",
    points: [
      [0, 351_020],
      [25, 100_000],
      [100, 5569],
    ],
    betaKelvin: 3950,
  },
  {
    about: "three points of 2.252 kΩ",
    points: [
      [0, 7355],
      [25, 2252],
      [70, 394.5],
    ],
    betaKelvin: 3950,
  },
  {
    about: "three points all but on a straight line",
    points: [
      [0, 33_621],
      [25, 10_000],
      [80, 1270],
    ],
    betaKelvin: 3950,
  },
  {
    about: "three points very bent",
    points: [
      [0, 32_650],
      [25, 10_000],
      [80, 1200],
    ],
    betaKelvin: 3950,
  },
];

/** From −55 to 155 Cel, and what both filters are off in mK: the resistance by the temperature that it stands for. */
function errors({ points, betaKelvin }: Thermistor, from = -55, to = 155): { temperature: number; resistance: number } {
  const curve = new ThermistorCurve(points, betaKelvin);
  const toTemperature = new NtcTemperatureFilter({ kind: "ntc-temperature", points, betaKelvin });
  const toResistance = new NtcResistanceFilter({ kind: "ntc-resistance", points, betaKelvin });
  let temperature = 0;
  let resistance = 0;
  for (let celsius = from; celsius <= to; celsius += 0.25) {
    temperature = Math.max(temperature, Math.abs(toTemperature.update(curve.ohms(celsius)) - celsius));
    resistance = Math.max(resistance, Math.abs(curve.celsius(toResistance.update(celsius)) - celsius));
  }
  return { temperature: 1000 * temperature, resistance: 1000 * resistance };
}

for (const thermistor of thermistors) {
  test(`both ways are the exact equation to 0.001 mK from −55 to 155 Cel, to 1 mK from −100 to 300: ${thermistor.about}`, (t) => {
    const { c, falls } = new ThermistorCurve(thermistor.points, thermistor.betaKelvin);
    t.true(falls);
    const { temperature, resistance } = errors(thermistor);
    const wide = errors(thermistor, -100, 300);
    t.log(
      `C ${c}; mK: ${temperature} and ${resistance}; from −100 to 300 Cel: ${wide.temperature} and ${wide.resistance}`,
    );
    t.true(temperature < 0.001, `${temperature} mK`);
    t.true(resistance < 0.001, `${resistance} mK`);
    t.true(wide.temperature < 1 && wide.resistance < 1);
  });
}

test("nothing passes for 0 Ω and less, nor at absolute zero and whatever is next to it", (t) => {
  for (const { points, betaKelvin } of thermistors) {
    const toTemperature = new NtcTemperatureFilter({ kind: "ntc-temperature", points, betaKelvin });
    for (const ohms of [0, -0, -1, -1e9, -1e300]) t.is(toTemperature.update(ohms), NaN);
    const toResistance = new NtcResistanceFilter({ kind: "ntc-resistance", points, betaKelvin });
    for (const celsius of [-273.15, -274, -273, -1e300]) t.is(toResistance.update(celsius), NaN);
  }
});

test("far from what thermistors are made for, hotter is still less resistance, and all are numbers", (t) => {
  for (const { about, points, betaKelvin } of thermistors) {
    const toResistance = new NtcResistanceFilter({ kind: "ntc-resistance", points, betaKelvin });
    let before = Infinity;
    for (let celsius = -260; celsius <= 1000; celsius++) {
      const ohms = toResistance.update(celsius);
      if (Number.isNaN(ohms) && before === Infinity) continue;
      t.true(ohms > 0 && ohms < before, `${about}: ${ohms} at ${celsius} Cel`);
      before = ohms;
    }
    t.true(before < Infinity);
  }
});

test("points that are nearly one above the other are no thermistor's", (t) => {
  const points: readonly Point[] = [
    [25, 1e6],
    [26, 1],
  ];
  const problem = filterProblem({ kind: "ntc-resistance", points, betaKelvin: 3950 });
  t.is(problem, ".points lie on no thermistor's curve: it is too steep");
  for (const { points, betaKelvin } of thermistors)
    t.is(filterProblem({ kind: "ntc-resistance", points, betaKelvin }), undefined);
});
