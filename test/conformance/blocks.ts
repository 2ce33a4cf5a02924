/** What holds for every part that is read in blocks: the FIFO's samples come all, once, in order, and losses are told. */
import { SensorFault } from "../../firmware/model/sensor.js";
import type { BlockSensor, BlockStatus } from "../../firmware/model/sensor.js";
import type { Part } from "../../simulator/chips/chip.js";
import type { Bench, BlockUnderTest } from "./bench.js";
import { ensure } from "./session.js";
import type { Tally } from "./session.js";

interface BlockPart {
  readonly driver: new (options: never) => unknown;
  readonly options: Readonly<Record<string, unknown>>;
  readonly blocks?: BlockUnderTest;
}

/** A saw tooth of so many samples, each higher than the one before by so many m/s². */
const TEETH = 40;
const TOOTH = 0.8;
const RUN_SAMPLES = 80_000;
const LONGEST_RUN_MS = 12_000;

class BlockSession {
  readonly bench: Bench;
  readonly sensor: BlockSensor;
  readonly tally: Tally = { readings: 0, faults: 0, reported: 0 };
  readonly trueHz: number;
  /** Samples since the last one that told of a loss, whether all of them followed each other. */
  samples = 0;
  last: BlockStatus = { samples: 0, overrun: false, rateHz: 0 };
  #tooth = -1;
  readonly #into: Int16Array;

  constructor(part: BlockPart, seed: number, length: number) {
    const { bench, nominalHz } = part.blocks!;
    let trueHz = nominalHz;
    this.bench = bench(seed, (axis, seconds) => {
      if (axis !== 0) return 0;
      const sample = Math.round(seconds * trueHz);
      return TOOTH * ((sample % TEETH) - TEETH / 2);
    });
    trueHz *= (this.bench.chip as Part & { rateFactor: number }).rateFactor;
    this.trueHz = trueHz;
    const options = { ...part.options, sensor: this.bench.wiring, clock: this.bench.clock };
    this.sensor = new part.driver(options as never) as BlockSensor;
    this.#into = new Int16Array(length);
  }

  /** One block; `followed` unless samples were lost. */
  read(): BlockStatus {
    this.last = this.sensor.read(this.#into);
    const { samples, overrun } = this.last;
    if (samples > 0) this.tally.readings++;
    if (overrun) {
      this.samples = 0;
      this.#tooth = -1;
    }
    for (let i = 0; i < samples; i++) {
      const tooth = Math.round((this.#into[3 * i]! * this.sensor.scale) / TOOTH) + TEETH / 2;
      const wanted = (this.#tooth + 1) % TEETH;
      ensure(this.#tooth < 0 || tooth === wanted, `sample ${i} of ${samples} is at ${tooth}, not at ${wanted}`);
      this.#tooth = tooth;
    }
    this.samples += samples;
    return this.last;
  }

  /** Reads when the driver says so, until `ticks`. */
  readUntil(ticks: number): void {
    while (this.bench.clock.ticks() < ticks) {
      this.read();
      this.pause(Math.max(1, this.sensor.readyInMs!));
    }
  }

  /** Reads until there are samples. */
  begin(): void {
    for (let i = 0; i < 20; i++) {
      if (this.read().samples > 0) return;
      this.pause(Math.max(1, this.sensor.readyInMs!));
    }
    throw new Error("no samples after 20 calls");
  }

  pause(ms: number): void {
    this.bench.clock.advanceTo(this.bench.clock.ticks() + ms);
  }

  done(): Tally {
    const [violation] = this.bench.violations;
    ensure(violation === undefined, `the driver broke the part's protocol: ${violation?.message}`);
    this.sensor.close();
    ensure(this.bench.open === 0, `${this.bench.open} IO instances are left open`);
    return this.tally;
  }
}

export function onBlocks(part: BlockPart, seed: number, add: (title: string, run: () => Tally) => void): void {
  const { capacity, nominalHz } = part.blocks!;
  const whole = 3 * capacity;

  add("blocks read when the driver says so hold every sample once, and the rate is measured to 1 %", () => {
    const session = new BlockSession(part, seed, whole);
    session.begin();
    const [from, before] = [session.bench.clock.ticks(), session.samples];
    session.readUntil(from + Math.min(LONGEST_RUN_MS, Math.ceil((1000 * RUN_SAMPLES) / nominalHz)));
    session.read();
    ensure(!session.last.overrun, "samples were lost");
    const elapsedMs = session.bench.clock.ticks() - from;
    const wanted = (session.trueHz * elapsedMs) / 1000;
    const came = session.samples - before;
    ensure(Math.abs(came - wanted) <= 2 + 0.002 * nominalHz, `${came} samples came of ${wanted}`);
    const { rateHz } = session.last;
    ensure(Math.abs(rateHz / session.trueHz - 1) < 0.01, `rateHz is ${rateHz}, not ${session.trueHz}`);
    return session.done();
  });

  add("a block that is too small leaves the rest for the next", () => {
    const session = new BlockSession(part, seed, 15);
    session.begin();
    session.pause(Math.floor((600 * capacity) / nominalHz));
    const [from, before] = [session.bench.clock.ticks(), session.samples];
    for (let i = 0; i < capacity; i++) if (session.read().samples < 5) break;
    ensure(session.bench.clock.ticks() === from && session.samples - before > 0.3 * capacity, "it did not come");
    ensure(!session.last.overrun, "samples were lost");
    return session.done();
  });

  add("an overrun is told with the block before which samples were lost, and only with that", () => {
    const session = new BlockSession(part, seed, whole);
    session.begin();
    ensure(!session.last.overrun, "the first block is after nothing");
    for (let round = 0; round < 3; round++) {
      session.tally.faults++;
      session.pause(Math.ceil((3000 * capacity) / nominalHz));
      const { samples, overrun } = session.read();
      ensure(overrun, "the overrun was not told");
      ensure(samples >= capacity, `there are ${samples} samples, not ${capacity}`);
      session.tally.reported++;
      for (let i = 0; i < 5; i++) {
        session.pause(session.sensor.readyInMs!);
        ensure(!session.read().overrun, "an overrun was told where none was");
      }
    }
    return session.done();
  });

  add("a power cycle in the stream is a fault, and it goes on with an overrun", () => {
    const session = new BlockSession(part, seed, whole);
    session.begin();
    for (let pauseMs = 0; pauseMs < 60; pauseMs += 12) {
      session.pause(session.sensor.readyInMs!);
      session.bench.chip.powerCycle();
      session.tally.faults++;
      session.pause(pauseMs);
      ensure(faultOf(session) === "bus", "the power cycle was not told");
      session.tally.reported++;
      session.pause(50);
      session.begin();
      ensure(session.last.overrun, "the loss was not told");
      session.pause(session.sensor.readyInMs!);
      ensure(session.read().samples > 0, "it did not go on");
    }
    return session.done();
  });

  add("sample and read may take turns", () => {
    const session = new BlockSession(part, seed, whole);
    for (let round = 0; round < 3; round++) {
      session.begin();
      ensure(session.last.overrun === round > 0, "only a stream that was interrupted has lost samples");
      let calls = 0;
      while (session.sensor.sample() === undefined) {
        ensure(calls++ < 20, "there is no reading");
        session.pause(Math.max(1, session.sensor.readyInMs!));
      }
    }
    session.sensor.configure({});
    session.begin();
    ensure(session.last.overrun, "other settings interrupt a stream");
    session.sensor.close();
    try {
      session.read();
    } catch (error) {
      ensure((error as Error).message.endsWith(": closed"), String(error));
      return session.done();
    }
    throw new Error("read works after close");
  });
}

function faultOf(session: BlockSession): string | undefined {
  try {
    session.read();
  } catch (error) {
    if (error instanceof SensorFault) return error.quality;
    throw error;
  }
  return undefined;
}
