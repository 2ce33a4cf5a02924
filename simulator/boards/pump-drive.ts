import { IIS3DWBChip } from "../chips/iis3dwb.js";
import { PulseGenerator } from "../chips/pulse-generator.js";
import { ThermistorDivider } from "../chips/thermistor-divider.js";
import type { World } from "../world/world.js";
import { BEARING_6205, RotatingMachine } from "../world/rotating-machine.js";
import { DRIVE_SPEED } from "../world/pump-drive.js";
import type { Random } from "../random.js";
import { Board } from "./board.js";
import type { BoardOptions } from "./board.js";

/** Pulses per second for each 1/min: 60 teeth. */
const HERTZ_PER_SPEED = 1;
const FASTEST = 3000;

/** Peaks in m/s² of a machine that is well balanced and aligned: 1.0 mm/s RMS at the speed, less at its multiples. */
const HARMONICS = [
  { order: 1, amplitude: 0.22 },
  { order: 2, amplitude: 0.16 },
  { order: 3, amplitude: 0.1 },
];
const NOISE = [{ rms: 0.4, toHz: 6000 }];
/** What full damage adds: peak of the ringing in m/s², and looseness, which multiplies the lines. */
const FULL_RINGING = 60;
const FULL_LOOSENESS = 4;

/** The wiring of the ready-made node `pump-drive`, in a world that has the quantities of `world/pump-drive.ts`. */
export function pumpDriveBoard(options: BoardOptions): PumpDriveBoard {
  return new PumpDriveBoard(options);
}

export class PumpDriveBoard extends Board {
  readonly accelerometer: IIS3DWBChip;
  readonly tachometer: PulseGenerator;
  readonly bearing = new ThermistorDivider({
    placement: "low",
    seriesOhms: 12_000,
    supplyMillivolts: 3300,
    nominalOhms: 10_000,
    nominalCelsius: 25,
    betaKelvin: 3435,
  });

  constructor(options: BoardOptions) {
    super(options, undefined, { clock: 18, out: 23, in: 19 });
    const { clock, random, world } = options;
    const signal = vibration(random.fork("machine"), world);
    this.accelerometer = new IIS3DWBChip({
      clock,
      random: random.fork("accelerometer"),
      signal,
      statedFor: { range: 16, rateHz: 26_667 },
    });
    const speed = { name: "speed", unit: "1/min", hertzPerUnit: HERTZ_PER_SPEED, maximum: FASTEST };
    this.tachometer = new PulseGenerator({ clock, quantity: speed });
    this.solderSPI("accelerometer", 5, this.accelerometer, {});
    this.solderPulse("tachometer", 27, this.tachometer, { speed: "drive.speed" });
    this.solderAnalog("bearing", 34, this.bearing, { temperature: "bearing.temperature" });
  }
}

/**
 * What the housing does, at the speed of the world's drive and with its bearing's damage. The samples that are asked for
 * are from the last moments before now, in which the damage has not grown.
 */
function vibration(random: Random, world: World): (axis: 0 | 1 | 2, seconds: number) => number {
  const machine = new RotatingMachine({
    random,
    speedHz: DRIVE_SPEED / 60,
    harmonics: HARMONICS,
    noise: NOISE,
    bearing: BEARING_6205,
    fault: "outer-race",
  });
  return (axis, seconds) => {
    if (axis === 0) {
      const severity = world.read("bearing.severity");
      machine.faultAmplitude = FULL_RINGING * severity;
      machine.harmonicFactor = 1 + (FULL_LOOSENESS - 1) * severity * severity;
    }
    return machine.acceleration(axis, seconds);
  };
}
