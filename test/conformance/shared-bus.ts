/**
 * The conformance suite of a whole bus: every I2C part in a node of its own, with a second part on the same wires and a
 * third one beside them, and a fault at every transaction of a reading. Runs on Node and inside XS alike.
 */
import type { SensorDefinition } from "../../firmware/definition.js";
import { GOOD } from "../../firmware/model/quality.js";
import { ChannelPipeline } from "../../firmware/measurement/pipeline.js";
import { Sampler } from "../../firmware/measurement/sampler.js";
import { CurrentLoop } from "../../firmware/sensors/current-loop.js";
import { SHT3x } from "../../firmware/sensors/sht3x.js";
import { composeSettings } from "../../firmware/settings/settings.js";
import type { I2CTarget, Part } from "../../simulator/chips/chip.js";
import { CurrentLoopTransmitter } from "../../simulator/chips/current-loop-transmitter.js";
import { SHT3xChip } from "../../simulator/chips/sht3x.js";
import { brownOut, corruptRead, nackAddress, nackByte, timeout, wrongChecksum } from "../../simulator/faults/i2c.js";
import { AnalogBank } from "../../simulator/io/analog.js";
import { I2CBus } from "../../simulator/io/i2c.js";
import { Random } from "../../simulator/random.js";
import { alarmsOf } from "../support/alarms.js";
import type { I2CBench } from "./bench.js";
import { labelOf } from "./parts.js";
import type { PartUnderTest } from "./parts.js";
import { ensure } from "./session.js";
import type { Tally } from "./session.js";
import type { Case } from "./suite.js";

/** Where the witness on the same bus is: no part under test uses this address. */
const WITNESS_ADDRESS = 0x45;
const WITNESS_PIN = 32;
/** Readings before the fault, and periods that a stuck line stays stuck. */
const SETTLED_READINGS = 2;
const STUCK_PERIODS = 2.5;
/** What the sampler's one retry takes, and a tick of rounding. */
const RETRY_MS = 25;

type Chip = I2CTarget & Part;

/** What happens at the chosen transaction. A fault of the line says how to begin it, and is ended by what it returns. */
interface FaultKind {
  readonly title: string;
  readonly ofTarget?: (chip: Chip) => I2CTarget;
  readonly ofLine?: (bus: I2CBus) => () => void;
  /** Only for parts whose data carry checksums. */
  readonly checksums?: true;
}

const FAULTS: readonly FaultKind[] = [
  { title: "a NACK of the address", ofTarget: (chip) => nackAddress(chip, 1) },
  { title: "a NACK of the first byte", ofTarget: (chip) => nackByte(chip, 0, 1) },
  { title: "a time-out", ofTarget: (chip) => timeout(chip, 0, 1) },
  { title: "a brown-out", ofTarget: (chip) => brownOut(chip, chip, 1) },
  { title: "a wrong checksum", ofTarget: (chip) => wrongChecksum(chip, 3, 1), checksums: true },
  { title: "a turned bit", ofTarget: (chip) => corruptRead(chip, 0, 0x40, 1) },
  { title: "SDA held for nine clocks", ofLine: (bus) => bus.stickData(9) },
  { title: "SDA held", ofLine: (bus) => bus.stickData() },
  { title: "SCL held", ofLine: (bus) => bus.stickClock() },
];

/** One value that a channel let pass as good. */
interface Passed {
  readonly ticks: number;
  readonly right: boolean;
}

/** A part under test and its two witnesses, sampled as a node does. */
class SharedBus {
  readonly bench: I2CBench<Chip>;
  readonly bus: I2CBus;
  readonly passed: Passed[] = [];
  readonly onBus: Passed[] = [];
  readonly beside: Passed[] = [];
  /** Transactions with the part so far, and what each tick's first one was. */
  transactions = 0;
  /** Called before the transaction of that number. */
  onTransaction: (number: number) => void = () => {};
  /** What the part's target is replaced by for the present transaction. */
  target: I2CTarget;
  readonly #samplers: Sampler[] = [];
  readonly #part: PartUnderTest;

  constructor(part: PartUnderTest, seed: number, periodMs: number) {
    this.#part = part;
    this.bench = part.bench(seed) as I2CBench<Chip>;
    const { clock, chip, wiring } = this.bench;
    this.bus = new I2CBus({ clock });
    this.target = chip;
    this.bus.attach(wiring.address, this.#watched(chip));
    const witness = new SHT3xChip({ clock, random: new Random(seed + 1) });
    this.bus.attach(WITNESS_ADDRESS, witness);
    const bank = new AnalogBank({ random: new Random(seed + 2) });
    const loop = new CurrentLoopTransmitter({
      shuntOhms: 100,
      atFourMilliamperes: 0,
      atTwentyMilliamperes: 4,
      unit: "m",
    });
    bank.attach(WITNESS_PIN, loop);
    const io = { I2C: this.bus.I2C, Analog: bank.Analog };
    const ticksNow = () => clock.ticks();
    const sample = (
      definition: SensorDefinition,
      feels: Part,
      channels: Readonly<Record<string, string>>,
      into: Passed[],
      everyMs = 0,
    ) => {
      const sampler = new Sampler(
        definition,
        io,
        clock,
        pipelines(definition.name, feels, channels, into, ticksNow, everyMs),
        {
          onFault: () => {},
          onRecovery: () => {},
        },
      );
      this.#samplers.push(sampler);
    };
    const bus = { data: 21, clock: 22, hz: 100_000 };
    const own = {
      name: "part",
      driver: part.driver,
      io: "I2C",
      wiring: { ...bus, address: wiring.address },
      periodMs,
    } as const;
    sample({ ...own, options: part.options }, chip, part.channels, this.passed, part.measuresEveryMs);
    const second = {
      name: "witness",
      driver: SHT3x,
      io: "I2C",
      wiring: { ...bus, address: WITNESS_ADDRESS },
      periodMs,
    } as const;
    const climate = { temperature: "thermometer.temperature", humidity: "hygrometer.humidity" };
    sample(second, witness, climate, this.onBus);
    const options = { shuntOhms: 100, atFourMilliamperes: 0, atTwentyMilliamperes: 4 };
    const third = {
      name: "beside",
      driver: CurrentLoop,
      io: "Analog",
      wiring: { pin: WITNESS_PIN },
      periodMs,
    } as const;
    sample({ ...third, options }, loop, { value: "scaled" }, this.beside);
    this.#move();
    // The truth moves between two readings: an old value given again is a wrong one.
    const move = () => {
      this.#move();
      clock.schedule(move, periodMs);
    };
    clock.schedule(move, periodMs - 1);
    for (const sampler of this.#samplers) sampler.start();
  }

  get ticks(): number {
    return this.bench.clock.ticks();
  }

  advance(ms: number): void {
    this.bench.clock.advanceTo(this.ticks + ms);
  }

  stop(): void {
    for (const sampler of this.#samplers) sampler.stop();
  }

  #high = false;

  #move(): void {
    this.#high = !this.#high;
    const { chip } = this.bench;
    for (const [name, { minimum, maximum }] of Object.entries(chip.channels)) {
      const range = this.#part.ranges?.[name] ?? { minimum, maximum };
      chip.setChannel(name, range.minimum + (this.#high ? 0.62 : 0.36) * (range.maximum - range.minimum));
    }
  }

  /** The part as the bus sees it: transactions are counted, and each may meet another target. */
  #watched(chip: Chip): Chip {
    let begun = false;
    return {
      channels: chip.channels,
      setChannel: (name, value) => chip.setChannel(name, value),
      powerCycle: () => chip.powerCycle(),
      start: (address, read) => {
        if (!begun) {
          begun = true;
          this.target = chip;
          this.onTransaction(this.transactions++);
        }
        return this.target.start(address, read);
      },
      write: (byte) => this.target.write(byte),
      read: () => this.target.read(),
      stop: () => {
        begun = false;
        this.target.stop();
      },
    };
  }
}

/** A channel for each of a part's, that compares every value that passes with the truth. */
function pipelines(
  sensor: string,
  part: Part,
  channels: Readonly<Record<string, string>>,
  into: Passed[],
  ticksNow: () => number,
  measuresEveryMs: number,
): ChannelPipeline[] {
  // What the part was told last is the truth, whoever told it; what it was told before, for as long as it may be.
  const truth: Record<string, number> = {};
  const before: Record<string, number> = {};
  let changedAt = 0;
  const set = part.setChannel.bind(part);
  part.setChannel = (name, value) => {
    before[name] = truth[name] ?? value;
    truth[name] = value;
    changedAt = ticksNow();
    set(name, value);
  };
  for (const [name, { minimum, maximum }] of Object.entries(part.channels))
    part.setChannel(name, (minimum + maximum) / 2);
  return Object.entries(channels).map(([name, field], index) => {
    const definition = { name: `${sensor}.${name}`, source: sensor, field, unit: "1", resolution: 0 };
    const { channels: settings } = composeSettings({
      name: "test",
      sensors: [],
      channels: [{ ...definition, defaults: { report: { kind: "every" } } }],
    });
    const { tolerance } = part.channels[name]!;
    const own = settings[definition.name]!;
    const pipeline: ChannelPipeline = new ChannelPipeline(index, definition, own, alarmsOf(definition.name, own), {
      onValue: (channel, value, ticks) => {
        ensure(channel.quality.status !== "failure", "a value passed in failure");
        if (channel.quality !== GOOD) return;
        const isNear = (reference: number) => Math.abs(value - reference) <= tolerance;
        const right = isNear(truth[name]!) || (ticks < changedAt + measuresEveryMs && isNear(before[name]!));
        into.push({ ticks, right });
      },
      onQuality: () => {},
    });
    return pipeline;
  });
}

/** How long the first reading of a part takes, from power-on. */
function firstReadingMs(part: PartUnderTest, seed: number): number {
  const node = new SharedBus(part, seed, 60_000);
  while (node.passed.length === 0) {
    ensure(node.ticks < 60_000, "no reading within a minute");
    node.advance(1);
  }
  node.stop();
  return node.ticks;
}

/** Every I2C part, with every fault at every transaction of a reading. */
export function sharedBusSuite(parts: readonly PartUnderTest[], seed: number): Case[] {
  return parts
    .filter((part) => part.bus === "I2C")
    .flatMap((part) =>
      FAULTS.filter(({ checksums }) => !checksums || part.checksums).map((fault) => ({
        title: `${labelOf(part)}: ${fault.title} at every transaction of a reading passes nothing bad and spoils no other`,
        run: () => everyTransaction(part, seed, fault),
      })),
    );
}

function everyTransaction(part: PartUnderTest, seed: number, fault: FaultKind): Tally {
  const firstMs = firstReadingMs(part, seed);
  const periodMs = Math.max(1000, Math.ceil((firstMs * 1.3) / 1000) * 1000);
  const tally = { readings: 0, faults: 0, reported: 0 };
  for (let nth = 0; ; nth++) {
    const node = new SharedBus(part, seed, periodMs);
    node.advance(SETTLED_READINGS * periodMs - 2);
    const from = node.transactions;
    let endedAt = -1;
    let endLine: (() => void) | undefined;
    node.onTransaction = (number) => {
      if (number !== from + nth) return;
      endedAt = node.ticks;
      if (fault.ofTarget !== undefined) node.target = fault.ofTarget(node.bench.chip);
      else endLine = fault.ofLine!(node.bus);
    };
    // One period with the fault somewhere in it; a line that is held stays so for longer.
    node.advance(periodMs);
    if (endedAt < 0) {
      // The reading has fewer transactions than that: all have had their fault.
      node.stop();
      ensure(nth > 0, "a reading without a transaction");
      return tally;
    }
    tally.faults++;
    if (endLine !== undefined) {
      node.advance(Math.floor(STUCK_PERIODS * periodMs));
      endLine();
      endedAt = node.ticks;
    }
    node.advance(3 * periodMs);
    node.stop();
    const where = `at transaction ${nth} (period ${periodMs} ms)`;
    const judge = (who: string, passed: readonly Passed[], withinMs: number) => {
      tally.readings += passed.length;
      const bad = passed.filter(({ right }) => !right);
      ensure(bad.length === 0, `${bad.length} bad values of ${who} passed as good ${where}`);
      const back = passed.some(({ ticks }) => ticks > endedAt && ticks <= endedAt + withinMs);
      ensure(back, `${who} gave nothing within ${withinMs} ms after the fault ${where}`);
    };
    judge("the part", node.passed, periodMs + firstMs + RETRY_MS);
    judge("the witness on the bus", node.onBus, periodMs + RETRY_MS * 2);
    judge("the witness beside", node.beside, periodMs + RETRY_MS);
    const gap = longestGap(node.beside);
    ensure(gap <= periodMs + 1, `the witness beside was held up for ${gap} ms ${where}`);
    if (fault.ofTarget !== undefined) {
      const onBusGap = longestGap(node.onBus);
      ensure(onBusGap <= periodMs + RETRY_MS * 2, `the witness on the bus was held up for ${onBusGap} ms ${where}`);
    }
    const [violation] = node.bus.violations;
    ensure(violation === undefined, `the driver broke the part's protocol ${where}: ${violation?.message}`);
  }
}

function longestGap(passed: readonly Passed[]): number {
  let longest = 0;
  for (let i = 1; i < passed.length; i++) longest = Math.max(longest, passed[i]!.ticks - passed[i - 1]!.ticks);
  return longest;
}
