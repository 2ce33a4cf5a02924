/**
 * The conformance suite of the sensor class pattern: plain functions over the list of parts, so that it runs on Node and
 * inside XS alike. Whoever runs it makes tests of what {@link sensorSuite} returns.
 */
import type { LineFault } from "./bench.js";
import { onBlocks } from "./blocks.js";
import { eachEvent } from "./each-event.js";
import { onInput, onSerial } from "./on-serial.js";
import { labelOf } from "./parts.js";
import type { PartUnderTest } from "./parts.js";
import { CALLS, ensure, Session } from "./session.js";
import type { Tally } from "./session.js";

export interface Case {
  readonly title: string;
  /** Throws an Error that says what went wrong. */
  run(): Tally;
}

const POINTS = 41;
/** From power-on to the next call: the part is still starting up, or long since up again. */
const PAUSES_MS = [0, 100];

/** Every case for every part. `seed` draws the parts' noise. */
export function sensorSuite(parts: readonly PartUnderTest[], seed: number): Case[] {
  const cases: Case[] = [];
  for (const part of parts) {
    const add = (title: string, run: () => Tally): void => {
      cases.push({ title: `${labelOf(part)}: ${title}`, run });
    };
    common(part, seed, add);
    if (part.bus === "Numeric") onNumeric(part, seed, add);
    else if (part.bus === "PulseCount" || part.bus === "Digital") onInput(part, seed, add);
    else onLine(part, seed, add);
    if (part.bus === "Serial") onSerial(part, seed, add);
    if (part.bus === "I2C") onI2C(part, seed, add);
    if (part.bus === "SPI") onSPI(part, seed, add);
    if (part.blocks !== undefined) onBlocks(part, seed, add);
    if (part.bus === "Analog") onAnalog(part, seed, add);
  }
  return cases;
}

type Add = (title: string, run: () => Tally) => void;

function common(part: PartUnderTest, seed: number, add: Add): void {
  add("every channel of the model is in the reading", () => {
    const { channels } = part.bench(seed).chip;
    ensure(Object.keys(channels).sort().join() === Object.keys(part.channels).sort().join(), "channels differ");
    return { readings: 0, faults: 0, reported: 0 };
  });

  for (const name of Object.keys(part.channels)) {
    add(`${name} is right over its whole range`, () => {
      const session = new Session(part, seed);
      session.varying = false;
      const { minimum, maximum } = session.rangeOf(name);
      for (let i = 0; i < POINTS; i++) {
        session.set(name, minimum + (i / (POINTS - 1)) * (maximum - minimum));
        session.undisturbed(2);
      }
      return session.done();
    });
  }

  add("every reading is a fresh object", () => {
    const session = new Session(part, seed);
    const first = session.reading();
    const kept = JSON.stringify(first);
    const second = session.reading();
    ensure(first !== second && JSON.stringify(first) === kept, "an earlier reading was changed");
    return session.done();
  });

  add("another specimen in its place reads right", () => {
    const session = new Session(part, seed);
    session.undisturbed(2);
    for (const pauseMs of PAUSES_MS) {
      for (let i = 1; i <= 6; i++) {
        for (let calls = 0; calls < i; calls++) session.step();
        session.bench.exchange(part.spare(session.bench, seed + i));
        session.tally.faults++;
        session.setAll();
        session.pause(pauseMs);
        session.readings(2);
      }
    }
    return session.done();
  });

  for (const { title, break: breaks, quality } of part.breakages) {
    add(`${title} is ${quality}, and mended it reads again`, () => {
      const session = new Session(part, seed);
      session.undisturbed(2);
      const sound = session.bench.chip;
      const broken = part.spare(session.bench, seed);
      breaks(broken);
      session.bench.exchange(broken);
      for (let i = 0; i < 20; i++) {
        session.tally.faults++;
        const fault = session.untilFault();
        ensure(fault.quality === quality, `the fault is ${fault.quality}: ${fault.message}`);
      }
      ensure(session.tally.readings === 2, "a broken part gave a reading");
      session.bench.exchange(sound);
      session.undisturbed(2);
      return session.done();
    });
  }

  add("close may be repeated; anything else after it throws", () => {
    const session = new Session(part, seed);
    session.undisturbed(1);
    const { sensor } = session;
    sensor.close();
    sensor.close();
    ensure(session.bench.open === 0, "its IO is left open");
    throws(() => sensor.sample(), Error, `${part.name}: closed`);
    throws(() => sensor.configure({}), Error, `${part.name}: closed`);
    sensor.close();
    return session.done();
  });

  add("an IO class that throws is heard", () => {
    const bench = part.bench(seed);
    const error = new Error("in use");
    const options = { ...part.options, sensor: bench.refusing(error), clock: bench.clock };
    throws(() => new part.driver(options), Error, "in use");
    return { readings: 0, faults: 1, reported: 1 };
  });

  if (part.wrongOptions.length === 0) return;
  add("wrong options are refused by name, value and range, and leave nothing open", () => {
    const session = new Session(part, seed, (bench) => {
      for (const { options, message } of part.wrongOptions) {
        const all = { ...part.options, ...options, sensor: bench.wiring, clock: bench.clock };
        throws(() => new part.driver(all), RangeError, message);
        ensure(bench.open === 0, "a constructor that threw left its IO open");
      }
    });
    for (const { options, message } of part.wrongOptions) {
      throws(() => session.sensor.configure(options), RangeError, message);
      session.undisturbed(2);
    }
    return session.done();
  });
}

/** What holds for every part that is wired to something. */
function onLine(part: PartUnderTest, seed: number, add: Add): void {
  add("present from late on, or away for a while, it is picked up", () => {
    const session = new Session(part, seed, (bench) => bench.unplug());
    for (let round = 0; round < 3; round++) {
      session.tally.faults++;
      for (let i = 0; i < 5; i++) session.untilFault();
      ensure(session.tally.readings === 2 * round, "there is a reading of a part that is not there");
      session.bench.plug();
      session.readings(2);
      session.bench.unplug();
    }
    return session.done();
  });

  add("a power cycle between any two calls costs no wrong reading", () => {
    const session = new Session(part, seed);
    for (const pauseMs of PAUSES_MS) {
      for (let after = 0; after < 12; after++) {
        for (let i = 0; i < after; i++) session.step();
        session.bench.chip.powerCycle();
        session.tally.faults++;
        session.pause(pauseMs);
        session.readings(2);
      }
    }
    return session.done();
  });
}

function neverEarly(part: PartUnderTest, seed: number): Tally {
  const session = new Session(part, seed);
  const { sensor, bench, tally } = session;
  for (let calls = 0; calls < CALLS; calls++) {
    if (sensor.sample() !== undefined) tally.readings++;
    const wait = sensor.readyInMs ?? 0;
    const events = bench.events;
    for (let left = wait; left > 0; left--) {
      ensure(sensor.readyInMs === left, `readyInMs is ${sensor.readyInMs}, not ${left}`);
      ensure(sensor.sample() === undefined, "there is a reading before readyInMs");
      bench.clock.advanceTo(bench.clock.ticks() + 1);
    }
    ensure(sensor.readyInMs === 0, `readyInMs is ${sensor.readyInMs} when the time has come`);
    ensure(bench.events === events, "the bus was used before readyInMs");
  }
  ensure(tally.readings > 10, `there are ${tally.readings} readings only`);
  return session.done();
}

function onI2C(part: PartUnderTest, seed: number, add: Add): void {
  add("asked too early it gives undefined and leaves the bus alone", () => neverEarly(part, seed));

  add("a refusal at any start or byte is a bus fault, and the next reading is right", () => {
    return eachEvent(part, seed, (event, wasRead) => (wasRead ? [] : [{ kind: "refuse", at: event }]), ["bus"]);
  });

  add("a brown-out at any start or byte costs no wrong reading", () => {
    return eachEvent(part, seed, (event) => [{ kind: "brown-out", at: event }], undefined);
  });

  add("a bit turned over in any byte read costs no wrong reading", () => {
    const flips = (event: number, wasRead: boolean): LineFault[] =>
      wasRead ? [1, 2, 4, 8, 16, 32, 64, 128].map((mask) => ({ kind: "flip", at: event, mask })) : [];
    return eachEvent(part, seed, flips, part.checksums ? ["checksum"] : undefined);
  });
}

/** Bursts over SPI are hundreds of bytes: every fourth stands for all (words of 7 bytes are met at each of their bytes). */
const SPI_STRIDE = 4;

/** Nobody answers a byte on SPI, so nothing is refused. */
function onSPI(part: PartUnderTest, seed: number, add: Add): void {
  add("asked too early it gives undefined and leaves the bus alone", () => neverEarly(part, seed));

  add("a brown-out at a byte costs no wrong reading", () => {
    const every = (event: number): LineFault[] => (event % SPI_STRIDE === 0 ? [{ kind: "brown-out", at: event }] : []);
    return eachEvent(part, seed, every, undefined);
  });

  add("a bit turned over in a byte read costs no wrong reading", () => {
    const flips = (event: number, wasRead: boolean): LineFault[] => {
      const mask = 1 << (Math.floor(event / SPI_STRIDE) % 8);
      return wasRead && event % SPI_STRIDE === 1 ? [{ kind: "flip", at: event, mask }] : [];
    };
    return eachEvent(part, seed, flips, undefined);
  });
}

function onAnalog(part: PartUnderTest, seed: number, add: Add): void {
  add("a failed conversion is a bus fault, and the next reading is right", () => {
    const session = new Session(part, seed);
    session.undisturbed(1);
    const conversions = session.bench.events;
    // Where one reading is hundreds of conversions, some of them stand for all.
    for (let i = 0; i < conversions; i += Math.ceil(conversions / 60)) {
      session.bench.fault = { kind: "refuse", at: session.bench.events + i };
      session.tally.faults++;
      const fault = session.untilFault();
      ensure(fault.quality === "bus", `the fault is ${fault.quality}`);
      session.undisturbed(1);
    }
    return session.done();
  });
}

function onNumeric(part: PartUnderTest, seed: number, add: Add): void {
  add("while there is no number it gives undefined, never a fault", () => {
    const session = new Session(part, seed, (bench) => bench.unplug());
    for (let i = 0; i < 5; i++) ensure(session.step() === undefined, "there is something where nothing is");
    session.bench.plug();
    session.undisturbed(2);
    session.bench.chip.powerCycle();
    for (let i = 0; i < 5; i++) ensure(session.step() === undefined, "there is something where nothing is");
    session.setAll();
    session.undisturbed(2);
    return session.done();
  });
}

function throws(call: () => unknown, type: new () => Error, message: string): void {
  try {
    call();
  } catch (error) {
    ensure(error instanceof type, `${String(error)} is of another class`);
    ensure((error as Error).message === message, `the message is "${(error as Error).message}", not "${message}"`);
    return;
  }
  throw new Error(`nothing was thrown, where "${message}" should have been`);
}
