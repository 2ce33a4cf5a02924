import type { Random } from "../random.js";
import { Wander } from "./noise.js";
import { SteppedWorld } from "./world.js";

export interface PumpDriveOptions {
  random: Random;
  /** Seconds from the start until the bearing's outer race begins to flake; Infinity: never. */
  failureAfterS?: number;
  /** Seconds from then until the damage is complete. */
  failureOverS?: number;
}

/** Turns of the shaft in 1/min: a four-pole motor on a converter, which holds it whatever the load. */
export const DRIVE_SPEED = 1476;
/** Share of the rated load, and how far and how slowly it wanders. */
const LOAD = 0.75;
const LOAD_WANDER = 0.04;
const LOAD_SECONDS = 120;
const HALL_CELSIUS = 22;
/** Rise over the hall in °C: at no and at full load, and what the friction of a damaged bearing adds. */
const IDLE_RISE = 18;
const LOAD_RISE = 16;
const FRICTION_RISE = 45;
/** First-order lag of the housing in s. */
const HOUSING_SECONDS = 900;

const START = {
  "drive.speed": DRIVE_SPEED,
  "drive.load": LOAD,
  "bearing.severity": 0,
  "bearing.temperature": HALL_CELSIUS + IDLE_RISE + LOAD_RISE * LOAD,
};
export type PumpDriveQuantity = keyof typeof START;

/**
 * A pump's motor that turns at one speed under a load that wanders, and a bearing whose damage grows from 0 to 1: steadily
 * in its vibration, late in its temperature.
 */
export class PumpDriveWorld extends SteppedWorld<PumpDriveQuantity> {
  readonly #load: Wander;
  readonly #failureAfter: number;
  readonly #failureOver: number;
  #temperature = START["bearing.temperature"];

  constructor(options: PumpDriveOptions) {
    const { random, failureAfterS = 900, failureOverS = 7200 } = options;
    if (!(failureAfterS >= 0)) throw new RangeError(`pump drive: failureAfterS ${failureAfterS} is not 0 or more`);
    if (!(failureOverS > 0)) throw new RangeError(`pump drive: failureOverS ${failureOverS} is not more than 0`);
    super(START);
    this.#load = new Wander(random.fork("load"), LOAD_WANDER, LOAD_SECONDS);
    this.#failureAfter = failureAfterS;
    this.#failureOver = failureOverS;
  }

  protected step(seconds: number, set: (quantity: PumpDriveQuantity, value: number) => void): void {
    const load = Math.min(Math.max(LOAD + this.#load.next(), 0), 1);
    const severity = Math.min(Math.max((seconds - this.#failureAfter) / this.#failureOver, 0), 1);
    const rise = IDLE_RISE + LOAD_RISE * load + FRICTION_RISE * severity * severity * severity;
    this.#temperature += (HALL_CELSIUS + rise - this.#temperature) / HOUSING_SECONDS;
    set("drive.speed", DRIVE_SPEED);
    set("drive.load", load);
    set("bearing.severity", severity);
    set("bearing.temperature", this.#temperature);
  }
}
