import { cos, exp, sin } from "../../firmware/data/math.js";
import type { Random } from "../random.js";
import { BandNoise } from "./band-noise.js";
import { ImpulseTrain } from "./impulse-train.js";

export type BearingFault = "none" | "outer-race" | "inner-race" | "rolling-element" | "cage";

/** What its catalogue says of a rolling bearing; the inner ring turns, the outer one stands. */
export interface BearingGeometry {
  readonly rollingElements: number;
  readonly elementDiameterMm: number;
  readonly pitchDiameterMm: number;
  readonly contactAngleDeg: number;
}

/** A line of the machine's vibration: `order` times the turning speed, with a peak of `amplitude` m/s². */
export interface Harmonic {
  readonly order: number;
  readonly amplitude: number;
}

/** Noise that is white from 0 Hz to `toHz`, of so many m/s² RMS altogether. Several of them make a coloured one. */
export interface MachineNoise {
  readonly rms: number;
  readonly toHz: number;
}

export interface RotatingMachineOptions {
  readonly random: Random;
  /** Turns per second. */
  readonly speedHz: number;
  readonly harmonics?: readonly Harmonic[];
  readonly bearing?: BearingGeometry;
  readonly fault?: BearingFault;
  /** Peak of the answer to one impulse, m/s²; it may be changed later. */
  readonly faultAmplitude?: number;
  /** The structure's mode that the impulses excite: 3,000 Hz, damped by 5 % of critical, unless told. */
  readonly resonanceHz?: number;
  readonly damping?: number;
  /** The elements slip: how much less often than by geometry the impulses come (1 % unless told) … */
  readonly slip?: number;
  /** … and the deviation of the time between two of them, as a share of it (1 % unless told). */
  readonly jitter?: number;
  readonly noise?: readonly MachineNoise[];
}

const TURN = 2 * Math.PI;
/** An answer that has decayed to a ten-thousandth of its peak is over: ln 10^4. */
const DECAY = 9.21;
/** How far the load zone, and where the fault is in it, changes an impulse: from 1 − m to 1 + m (assumed). */
const INNER_MODULATION = 0.7;
const ELEMENT_MODULATION = 0.6;
/** A ball's flaw strikes the one race harder than the other (assumed). */
const OTHER_RACE = 0.7;

/** Orders of the SKF 6205-2RS JEM on the drive end of Case Western Reserve University's test rig come from these. */
export const BEARING_6205: BearingGeometry = Object.freeze({
  rollingElements: 9,
  elementDiameterMm: 7.94,
  pitchDiameterMm: 39.04,
  contactAngleDeg: 0,
});

/**
 * The housing vibration of a machine that turns at a steady speed: lines at multiples of it, noise, and the ringing that
 * a flaw in a bearing leaves behind at every roll-over (P. D. McFadden and J. D. Smith, "Model for the vibration produced
 * by a single point defect in a rolling element bearing", Journal of Sound and Vibration 96, 1984; for the slip that adds
 * up, J. Antoni and R. B. Randall, "A stochastic model for simulation and diagnostics of rolling element bearings",
 * Journal of Vibration and Acoustics 125, 2003). What it gives depends on axis, time and seed, and not on what was asked
 * before. The same ringing is felt on every axis; noise is each axis' own.
 */
export class RotatingMachine {
  readonly #speedHz: number;
  readonly #harmonics: readonly (Harmonic & { readonly phase: number })[];
  readonly #noise: readonly (MachineNoise & { readonly source: BandNoise })[];
  readonly #fault: BearingFault;
  readonly #train: ImpulseTrain | undefined;
  readonly #cageHz: number;
  readonly #decay: number;
  readonly #ringing: number;
  readonly #lastsSeconds: number;
  /** Peak of the answer to one impulse in m/s²: the flaw's severity. It holds from the moment it is set, for all times. */
  faultAmplitude: number;
  /** Factor on the noise, 1 unless it is set. */
  noiseFactor = 1;
  /** Factor on the lines at multiples of the speed, 1 unless it is set. */
  harmonicFactor = 1;

  /** @throws RangeError for a fault without a bearing */
  constructor(options: RotatingMachineOptions) {
    const {
      random,
      speedHz,
      bearing,
      fault = "none",
      faultAmplitude = 0,
      resonanceHz = 3000,
      damping = 0.05,
    } = options;
    const { slip = 0.01, jitter = 0.01 } = options;
    this.#speedHz = speedHz;
    const phases = random.fork("phases");
    this.#harmonics = (options.harmonics ?? []).map((harmonic) => ({ ...harmonic, phase: TURN * phases.next() }));
    this.#noise = (options.noise ?? []).map((noise, i) => ({
      ...noise,
      source: new BandNoise(random.fork(`noise ${i}`), noise.toHz),
    }));
    this.faultAmplitude = faultAmplitude;
    this.#fault = fault;
    const ratio =
      bearing === undefined
        ? 0
        : (bearing.elementDiameterMm / bearing.pitchDiameterMm) * cos((bearing.contactAngleDeg * Math.PI) / 180);
    this.#cageHz = ((speedHz * (1 - ratio)) / 2) * (1 - slip);
    const circular = TURN * resonanceHz;
    this.#decay = damping * circular;
    this.#ringing = circular * Math.sqrt(1 - damping * damping);
    this.#lastsSeconds = DECAY / this.#decay;
    if (fault === "none") return;
    if (bearing === undefined) throw new RangeError(`rotating machine: fault ${fault} needs a bearing`);
    const rateHz = speedHz * ordersOf(bearing)[fault] * (1 - slip);
    this.#train = new ImpulseTrain(random.fork("impulses"), rateHz, jitter);
  }

  /**
   * m/s² at an instant, without gravity.
   * @param axis 0, 1 or 2
   * @param seconds 0 or more
   */
  acceleration(axis: number, seconds: number): number {
    let sum = 0;
    for (const { order, amplitude, phase } of this.#harmonics) {
      sum += amplitude * sin(TURN * ((order * this.#speedHz * seconds + 0.25 * axis) % 1) + phase);
    }
    sum *= this.harmonicFactor;
    for (const { rms, source } of this.#noise) sum += this.noiseFactor * rms * source.at(seconds, axis);
    return sum + this.#ringingAt(seconds);
  }

  /** The part of it that comes from the flaw alone. */
  #ringingAt(seconds: number): number {
    const train = this.#train;
    if (train === undefined || this.faultAmplitude === 0) return 0;
    let sum = 0;
    for (let i = train.before(seconds); i >= 0; i--) {
      const at = train.timeOf(i);
      const since = seconds - at;
      if (since > this.#lastsSeconds) break;
      sum += this.#strength(i, at) * exp(-this.#decay * since) * sin(this.#ringing * since);
    }
    return sum * this.faultAmplitude;
  }

  #strength(impulse: number, seconds: number): number {
    switch (this.#fault) {
      case "inner-race":
        return 1 + INNER_MODULATION * cos(TURN * ((this.#speedHz * seconds) % 1));
      case "rolling-element":
        return (
          ((impulse & 1) === 0 ? 1 : OTHER_RACE) * (1 + ELEMENT_MODULATION * cos(TURN * ((this.#cageHz * seconds) % 1)))
        );
      case "outer-race":
      case "cage":
      case "none":
        return 1;
    }
  }
}

/**
 * Impulses per turn of the shaft (e.g. R. B. Randall and J. Antoni, "Rolling element bearing diagnostics: a tutorial",
 * Mechanical Systems and Signal Processing 25, 2011, eq. 1 to 4); a flaw of an element strikes both races in each of its
 * turns.
 */
function ordersOf(bearing: BearingGeometry): Readonly<Record<Exclude<BearingFault, "none">, number>> {
  const { rollingElements, elementDiameterMm, pitchDiameterMm, contactAngleDeg } = bearing;
  const ratio = (elementDiameterMm / pitchDiameterMm) * cos((contactAngleDeg * Math.PI) / 180);
  return {
    "outer-race": (rollingElements / 2) * (1 - ratio),
    "inner-race": (rollingElements / 2) * (1 + ratio),
    "rolling-element": (pitchDiameterMm / elementDiameterMm) * (1 - ratio * ratio),
    cage: (1 - ratio) / 2,
  };
}
