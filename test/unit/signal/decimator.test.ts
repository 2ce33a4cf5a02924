import test from "ava";
import { Decimator } from "../../../firmware/signal/decimator.js";
import { seeded } from "../../support/seed.js";

const FACTORS = Array.from({ length: 15 }, (_, i) => i + 2);
const UNIT = 10_000;

function decimated(decimator: Decimator, samples: Int16Array): Float64Array {
  const outputs = new Float64Array(Math.ceil(samples.length / decimator.factor));
  return outputs.subarray(0, decimator.push(samples, 0, 1, samples.length, outputs, 0));
}

/** The whole filter's response to one sample of 1, out of the outputs for each place that it can have. */
function impulseResponse(factor: number): Float64Array {
  const decimator = new Decimator(factor);
  const length = factor * (decimator.settlingOutputs + 2);
  const response = new Float64Array(length);
  for (let place = 0; place < factor; place++) {
    decimator.reset();
    const samples = new Int16Array(length);
    samples[place] = UNIT;
    decimated(decimator, samples).forEach((output, n) => {
      const age = factor * (n + 1) - 1 - place;
      if (age >= 0) response[age] = output / UNIT;
    });
  }
  return response;
}

function gain(response: Float64Array, frequency: number): number {
  let re = 0;
  let im = 0;
  response.forEach((tap, n) => {
    re += tap * Math.cos(2 * Math.PI * frequency * n);
    im += tap * Math.sin(2 * Math.PI * frequency * n);
  });
  return Math.hypot(re, im);
}

for (const factor of FACTORS) {
  test(`by ${factor}: flat to 0.1 % up to 0.39 of the output rate, and 70 dB down where it would fold into that`, (t) => {
    const response = impulseResponse(factor);
    let ripple = 0;
    let folded = 0;
    for (let place = 0; place <= factor / 2; place += 0.005) {
      const size = gain(response, place / factor);
      if (place <= 0.39) ripple = Math.max(ripple, Math.abs(size - 1));
      else if (Math.abs(place - Math.round(place)) <= 0.39 && place > 0.5) folded = Math.max(folded, size);
    }
    t.true(ripple <= 0.001, `${ripple}`);
    t.true(20 * Math.log10(folded) <= -70, `${20 * Math.log10(folded)} dB`);
  });

  test(`by ${factor}: the response is symmetric about delaySamples and over after settlingOutputs`, (t) => {
    const { delaySamples, settlingOutputs } = new Decimator(factor);
    const response = impulseResponse(factor);
    for (let n = 0; n <= 2 * delaySamples; n++) t.is(response[n], response[2 * delaySamples - n], `${n}`);
    t.true(response.subarray(2 * delaySamples + 1).every((tap) => tap === 0));
    t.true(2 * delaySamples <= settlingOutputs * factor);
    const constant = decimated(new Decimator(factor), new Int16Array(factor * 2 * settlingOutputs).fill(UNIT));
    t.true(constant.subarray(settlingOutputs).every((output) => Math.abs(output / UNIT - 1) < 0.0005));
  });
}

test("an interleaved block, in parts of any length, gives what the axis gives at once", (t) => {
  seeded(t, (random) => {
    for (const factor of FACTORS) {
      const length = 600 + (random.integer() % 100);
      const axis = Int16Array.from({ length }, () => (random.integer() & 0xffff) - 32_768);
      const block = Int16Array.from({ length: 3 * length + 2 }, () => random.integer());
      axis.forEach((sample, n) => (block[2 + 3 * n] = sample));
      const expected = decimated(new Decimator(factor), axis);
      t.is(expected.length, Math.floor(length / factor));
      const decimator = new Decimator(factor);
      const outputs = new Float64Array(expected.length + 1).fill(NaN);
      let written = 1;
      for (let n = 0; n < length;) {
        const count = Math.min(random.integer() % 90, length - n);
        written += decimator.push(block, 2 + 3 * n, 3, count, outputs, written);
        n += count;
      }
      t.deepEqual(outputs.subarray(1, written), expected);
      t.true(Number.isNaN(outputs[0]!));
    }
  });
});

test("reset() forgets what went in", (t) => {
  for (const factor of [2, 5, 8]) {
    const samples = Int16Array.from({ length: 500 }, (_, n) => ((n * 7919) % 2001) - 1000);
    const decimator = new Decimator(factor);
    const expected = decimated(decimator, samples).slice();
    decimated(decimator, samples.subarray(0, 33));
    decimator.reset();
    t.deepEqual(decimated(decimator, samples), expected);
  }
});

test("a factor that is not a whole number from 2 to 16 is refused", (t) => {
  for (const factor of [0, 1, 2.5, 17, NaN, Infinity]) {
    const error = t.throws(() => new Decimator(factor), { instanceOf: RangeError });
    t.is(error.message, `decimator: factor ${factor} is not a whole number from 2 to 16`);
  }
});
