// A simulated accelerometer, its driver and one vibration analysis of its x axis, record by record.
import { VIBRATION_FIELDS } from "../../firmware/condition/settings.js";
import type { VibrationSettings } from "../../firmware/condition/settings.js";
import { VibrationAnalysis } from "../../firmware/condition/vibration-analysis.js";
import type { BlockSensor } from "../../firmware/model/sensor.js";
import { ADXL345 } from "../../firmware/sensors/adxl345.js";
import { IIS3DWB } from "../../firmware/sensors/iis3dwb.js";
import { LIS3DH } from "../../firmware/sensors/lis3dh.js";
import { checkFields } from "../../firmware/settings/fields.js";
import type { AccelerometerOptions } from "../../simulator/chips/acceleration.js";
import { ADXL345Chip } from "../../simulator/chips/adxl345.js";
import { IIS3DWBChip } from "../../simulator/chips/iis3dwb.js";
import { LIS3DHChip } from "../../simulator/chips/lis3dh.js";
import { VirtualClock } from "../../simulator/clock.js";
import { I2CBus } from "../../simulator/io/i2c.js";
import { SPIBus } from "../../simulator/io/spi.js";
import { Random } from "../../simulator/random.js";

/** m/s² on the x axis, over seconds. */
export type Signal = (seconds: number) => number;

interface Bench {
  readonly clock: VirtualClock;
  readonly sensor: BlockSensor;
  readonly nominalHz: number;
  readonly bandwidthHz: number;
  /** The part's own rate, which nobody is told. */
  readonly trueHz: number;
  readonly violations: readonly Error[];
}

export type PartName = "iis3dwb" | "adxl345" | "lis3dh";

const AXES = 3;
const FIFO_WORDS = 512;

const PARTS: Readonly<Record<PartName, (clock: VirtualClock, options: AccelerometerOptions) => Bench>> = {
  iis3dwb: (clock, options) => {
    const bus = new SPIBus({ clock });
    const chip = new IIS3DWBChip(options);
    bus.attach(5, chip);
    const wiring = { io: bus.SPI, clock: 18, out: 23, in: 19, select: 5 };
    const sensor = new IIS3DWB({ sensor: wiring, clock, rangeG: 16 });
    return bench(clock, sensor, chip, 26_667, 6300, bus);
  },
  adxl345: (clock, options) => {
    const bus = new I2CBus({ clock });
    const chip = new ADXL345Chip(options);
    bus.attach(0x53, chip);
    const wiring = { io: bus.I2C, data: 21, clock: 22, address: 0x53, hz: 400_000 };
    const sensor = new ADXL345({ sensor: wiring, clock, rateHz: 800, rangeG: 16 });
    return bench(clock, sensor, chip, 800, 400, bus);
  },
  lis3dh: (clock, options) => {
    const bus = new I2CBus({ clock });
    const chip = new LIS3DHChip(options);
    bus.attach(0x18, chip);
    const wiring = { io: bus.I2C, data: 21, clock: 22, address: 0x18, hz: 400_000 };
    const sensor = new LIS3DH({ sensor: wiring, clock, rateHz: 5376, rangeG: 8 });
    return bench(clock, sensor, chip, 5376, 2688, bus);
  },
};

function bench(
  clock: VirtualClock,
  sensor: BlockSensor,
  chip: { readonly rateFactor: number },
  nominalHz: number,
  bandwidthHz: number,
  { violations }: { readonly violations: readonly Error[] },
): Bench {
  return { clock, sensor, nominalHz, bandwidthHz, trueHz: nominalHz * chip.rateFactor, violations };
}

/** One record of a part that feels `signal`, on top of gravity on another axis; its results by name. */
export function record(
  part: PartName,
  seed: number,
  signal: Signal,
  overrides: Partial<VibrationSettings>,
  speedHz = 0,
): VibrationAnalysis {
  const clock = new VirtualClock();
  const random = new Random(seed).fork("part");
  const { sensor, nominalHz, bandwidthHz, violations } = PARTS[part](clock, {
    clock,
    random,
    signal: (axis, seconds) => (axis === 0 ? signal(seconds) : axis === 2 ? 9.80665 : 0),
  });
  const analysis = new VibrationAnalysis(
    { ...defaults(), ...overrides },
    nominalHz,
    AXES,
    0,
    sensor.scale,
    bandwidthHz,
  );
  const into = new Int16Array(AXES * FIFO_WORDS);
  // A part tells its true rate only after a while.
  for (let warming = 2000; clock.ticks() < warming; pause()) sensor.read(into);
  analysis.begin(speedHz);
  while (!analysis.complete) {
    pause();
    const { samples, overrun, rateHz } = sensor.read(into);
    if (overrun) throw new Error(`${part}: samples were lost`);
    analysis.push(into, samples, rateHz);
    while (!analysis.step());
  }
  if (violations.length > 0) throw violations[0]!;
  return analysis;

  function pause(): void {
    clock.advanceTo(clock.ticks() + Math.max(1, sensor.readyInMs ?? 1));
  }
}

/** The settings that a node has unless told. */
export function defaults(): VibrationSettings {
  return checkFields({}, "analysis", VIBRATION_FIELDS) as unknown as VibrationSettings;
}
