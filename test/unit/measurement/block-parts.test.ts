import test from "ava";
import { BlockSampler } from "../../../firmware/measurement/block-sampler.js";
import type { SensorDefinition } from "../../../firmware/definition.js";
import { qualityText } from "../../../firmware/model/quality.js";
import { ADXL345 } from "../../../firmware/sensors/adxl345.js";
import { IIS3DWB } from "../../../firmware/sensors/iis3dwb.js";
import { LIS3DH } from "../../../firmware/sensors/lis3dh.js";
import { Board } from "../../../simulator/boards/board.js";
import { ADXL345Chip } from "../../../simulator/chips/adxl345.js";
import { IIS3DWBChip } from "../../../simulator/chips/iis3dwb.js";
import type { SPITarget } from "../../../simulator/chips/chip.js";
import { LIS3DHChip } from "../../../simulator/chips/lis3dh.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { Random } from "../../../simulator/random.js";
import { ConstantWorld } from "../../../simulator/world/recording.js";
import { nackAddress } from "../../../simulator/faults/i2c.js";
import { FakeAnalysis, USUAL_SETTINGS } from "./block-bench.js";

// The block sampler over the real drivers, simulated buses and chips; only the analysis is not real.

const HZ = 20;
const PEAK = 5;
const signal = (axis: number, seconds: number) => (axis === 0 ? PEAK * Math.sin(2 * Math.PI * HZ * seconds) : 0);

/** An SPI line that nobody drives. */
const NOBODY: SPITarget = { select() {}, transfer: () => 0xff, deselect() {} };

const PARTS = {
  IIS3DWB: {
    rateHz: 26_667,
    definition: { driver: IIS3DWB, io: "SPI", wiring: { clock: 18, out: 23, in: 19, select: 5 } },
    solder: (board: Board, clock: VirtualClock) => {
      const chip = new IIS3DWBChip({ clock, random: new Random(5), signal });
      board.solderSPI("part", 5, chip, {});
      return { chip, unplug: () => board.spi.decorate(5, () => NOBODY) };
    },
  },
  LIS3DH: {
    rateHz: 1344,
    definition: {
      driver: LIS3DH,
      io: "I2C",
      wiring: { data: 21, clock: 22, hz: 400_000, address: 0x18 },
      options: { rateHz: 1344 },
    },
    solder: (board: Board, clock: VirtualClock) => {
      const chip = new LIS3DHChip({ clock, random: new Random(5), signal });
      board.solderI2C("part", 0x18, chip, {});
      return { chip, unplug: () => board.i2c.decorate(0x18, nackAddress) };
    },
  },
  ADXL345: {
    rateHz: 800,
    definition: {
      driver: ADXL345,
      io: "I2C",
      wiring: { data: 21, clock: 22, hz: 400_000, address: 0x53 },
      options: { rateHz: 800 },
    },
    solder: (board: Board, clock: VirtualClock) => {
      const chip = new ADXL345Chip({ clock, random: new Random(5), signal });
      board.solderI2C("part", 0x53, chip, {});
      return { chip, unplug: () => board.i2c.decorate(0x53, nackAddress) };
    },
  },
} as const;

function bench(name: keyof typeof PARTS) {
  const { definition, solder, rateHz } = PARTS[name];
  const clock = new VirtualClock();
  const world = new ConstantWorld({});
  const board = new Board({ clock, random: new Random(1), world });
  const part = solder(board, clock);
  const log: string[] = [];
  let analysis: FakeAnalysis | undefined;
  const sampler = new BlockSampler(
    { name: "drive", periodMs: 10_000, ...definition } as SensorDefinition,
    board.io,
    clock,
    [
      {
        definition: { name: "drive", sensor: "drive", axis: "x" },
        settings: USUAL_SETTINGS,
        channels: [
          {
            definition: { name: "rms", source: "drive", field: "rms", unit: "1", resolution: 0 },
            process: () => log.push("done"),
            fail: (quality) => log.push(qualityText(quality)),
            expire: () => {},
          },
        ],
      },
    ],
    {
      onFault: (_, cause, detail) => log.push(`fault ${cause}: ${detail}`),
      onRecovery: () => log.push("recovered"),
    },
    {
      create: (_settings, axis, source) => {
        analysis = new FakeAnalysis(source, axis);
        analysis.wanted = 2 * rateHz;
        return analysis;
      },
    },
  );
  return { ...part, clock, sampler, board, log, rateHz, analysis: () => analysis! };
}

/** How much of the mean square is the sine of {@link HZ}, at this rate: a lost sample moves its phase. */
function sineShare(counts: readonly number[], rateHz: number): number {
  let [mean, squares, re, im] = [0, 0, 0, 0];
  for (const count of counts) mean += count / counts.length;
  counts.forEach((count, i) => {
    const value = count - mean;
    squares += value * value;
    re += value * Math.cos((2 * Math.PI * HZ * i) / rateHz);
    im += value * Math.sin((2 * Math.PI * HZ * i) / rateHz);
  });
  return (2 * (re * re + im * im)) / (counts.length * squares);
}

for (const name of Object.keys(PARTS) as (keyof typeof PARTS)[]) {
  test(`${name}: records of two seconds without a lost sample, and the rate measured`, (t) => {
    const { clock, sampler, board, chip, log, rateHz, analysis } = bench(name);
    sampler.start();
    clock.advanceTo(15_000);
    t.deepEqual(log, ["done", "done"]);
    const { source, taken, interruptions, rates } = analysis();
    t.is(source.rateHz, rateHz);
    t.is(taken.length, 2 * rateHz);
    t.is(interruptions, 0);
    const trueHz = rateHz * chip.rateFactor;
    t.true(Math.abs(rates.at(-1)! / trueHz - 1) < 0.01, `${rates.at(-1)} Hz for ${trueHz}`);
    const share = sineShare(taken, trueHz);
    t.true(share > 0.98, `${share}`);
    const peak = Math.max(...taken.slice(0, rateHz)) * source.scale;
    t.true(Math.abs(peak / PEAK - 1) < 0.15, `${peak} m/s²`);
    t.deepEqual([...board.i2c.violations, ...board.spi.violations], []);
  });

  test(`${name}: a brown-out within a record costs a block, not the record`, (t) => {
    const { clock, sampler, chip, log, rateHz, analysis } = bench(name);
    sampler.start();
    clock.advanceTo(1000);
    chip.powerCycle();
    clock.advanceTo(9000);
    t.deepEqual(log, ["done"]);
    t.is(analysis().interruptions, 1);
    t.true(analysis().taken.length > 2 * rateHz);
    t.is(sampler.faults, 0);
  });

  test(`${name}: a part that is taken away is a fault, and one that comes back is found at the next period`, (t) => {
    const { clock, sampler, log, unplug } = bench(name);
    sampler.start();
    clock.advanceTo(1000);
    const plugIn = unplug();
    clock.advanceTo(25_000);
    t.is(log.length, 4, log.join("\n"));
    t.true(log[1]!.startsWith("fault bus"), log[1]);
    plugIn();
    clock.advanceTo(29_000);
    t.is(log.length, 4);
    clock.advanceTo(39_000);
    t.deepEqual(log.slice(4), ["recovered", "done"]);
  });
}
