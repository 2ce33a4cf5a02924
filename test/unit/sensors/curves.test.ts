import test from "ava";
import { platinumCelsius, platinumRatio } from "../../../firmware/sensors/callendar-van-dusen.js";
import { steinhartHartCelsius, steinhartHartThrough } from "../../../firmware/sensors/steinhart-hart.js";

test("a Pt100 has the resistances of IEC 60751's table", (t) => {
  for (const [celsius, ohms] of [
    [-200, 18.52],
    [-100, 60.26],
    [-50, 80.31],
    [0, 100],
    [50, 119.4],
    [100, 138.51],
    [200, 175.86],
    [400, 247.09],
    [850, 390.48],
  ] as const) {
    t.is(Math.round(platinumRatio(celsius) * 10_000) / 100, ohms);
  }
});

test("temperature and resistance are each other's inverse over the whole range", (t) => {
  for (let celsius = -200; celsius <= 850; celsius += 0.5) {
    const back = platinumCelsius(platinumRatio(celsius));
    t.true(Math.abs(back - celsius) < 1e-9, `${celsius}: ${back}`);
  }
});

test("a curve through three lines of a 103AT's table is near the lines between", (t) => {
  // Semitec 103AT-2: 12.09 kΩ at 20 °C and 5.827 kΩ at 40 °C are the lines between.
  const curve = steinhartHartThrough(
    { celsius: 0, ohms: 27_280 },
    { celsius: 25, ohms: 10_000 },
    { celsius: 60, ohms: 3020 },
  );
  t.true(Math.abs(steinhartHartCelsius(curve, 27_280)) < 1e-9);
  t.true(Math.abs(steinhartHartCelsius(curve, 10_000) - 25) < 1e-9);
  t.true(Math.abs(steinhartHartCelsius(curve, 3020) - 60) < 1e-9);
  t.true(Math.abs(steinhartHartCelsius(curve, 12_090) - 20) < 0.1);
  t.true(Math.abs(steinhartHartCelsius(curve, 5827) - 40) < 0.1);
  t.true(curve.c > 0);
});

test("points that are not three different ones make no curve", (t) => {
  const point = { celsius: 25, ohms: 10_000 };
  t.throws(() => steinhartHartThrough(point, point, { celsius: 60, ohms: 3020 }), {
    instanceOf: RangeError,
    message: "thermistor: points 10000, 10000, 3020 Ω are not three different ones",
  });
});
