import type { Clock } from "../../firmware/ports/clock.js";
import type { Random } from "../random.js";
import { ADS1115Chip, fullScaleFor, uncertaintyVolts } from "./ads1115.js";
import type { I2CTarget, Part } from "./chip.js";

/** IEC 60751:2022, §4.2: R = R₀ (1 + A t + B t² + C (t − 100) t³), the last term below 0 °C only. */
const A = 3.9083e-3;
const B = -5.775e-7;
const C = -4.183e-12;
const MINIMUM_CELSIUS = -200;
const MAXIMUM_CELSIUS = 850;

export interface ResistanceThermometerCircuitOptions {
  clock: Pick<Clock, "ticks">;
  random: Random;
  /** At 0 °C: 100 for Pt100, 1000 for Pt1000. */
  nominalOhms: number;
  /** The resistor that carries the same current. */
  referenceOhms: number;
  wires: 2 | 3 | 4;
  /** Of each lead. */
  leadOhms?: number;
  supplyVolts?: number;
  /** Of the converter; it should not show, because both voltages share it. */
  gainError?: number;
  /**
   * Full scales in V by which the driver measures, for the tolerance; the smallest that fit when absent. The voltage over
   * the thermometer, and the one over the reference.
   */
  fullScaleVolts?: { thermometer: number; reference: number };
}

/** How the thermometer itself is: as it should be, broken, or bridged. */
export type ThermometerState = "normal" | "open" | "short";

/** What the thermometer has at this temperature, by IEC 60751; `nominalOhms` at 0 °C. */
export function platinumOhms(nominalOhms: number, celsius: number): number {
  const t = celsius;
  const cubic = t < 0 ? C * (t - 100) * t * t * t : 0;
  return nominalOhms * (1 + A * t + B * t * t + cubic);
}

/**
 * A platinum resistance thermometer on an ADS1115, supply → reference → thermometer → ground, one current through all of
 * it. AIN2 is the upper end of the reference (the supply), AIN3 its lower end.
 *
 * Four wires: AIN0 and AIN1 are sense leads at the thermometer itself. Two wires: AIN0 is AIN3's node and AIN1 ground, both
 * leads are between. Three wires: AIN0 is AIN3's node, from where lead 1 goes to the thermometer's upper end; AIN1 is lead 2,
 * without current, from its lower end; lead 3 goes from there to ground. So AIN1 to ground is what one lead takes.
 *
 * The thermometer does not warm itself, and the reference is what it says.
 */
export class ResistanceThermometerCircuit implements I2CTarget, Part {
  readonly channels;
  readonly #options: ResistanceThermometerCircuitOptions;
  readonly #converter: ADS1115Chip;
  #celsius = 25;
  #state: ThermometerState = "normal";

  constructor(options: ResistanceThermometerCircuitOptions) {
    const { clock, random, gainError, supplyVolts = 3.3 } = options;
    this.#options = options;
    this.#converter = new ADS1115Chip({ clock, random, supplyVolts, ...(gainError !== undefined && { gainError }) });
    this.channels = {
      temperature: {
        minimum: MINIMUM_CELSIUS,
        maximum: MAXIMUM_CELSIUS,
        tolerance: this.#tolerance(),
        unit: "Cel",
      },
    };
    this.#apply();
  }

  setChannel(name: string, value: number): void {
    if (name !== "temperature") throw new RangeError(`resistance thermometer: ${name} is not temperature`);
    this.#celsius = Math.min(Math.max(value, MINIMUM_CELSIUS), MAXIMUM_CELSIUS);
    this.#apply();
  }

  setState(state: ThermometerState): void {
    this.#state = state;
    this.#apply();
  }

  /** Of the converter; the rest has no memory. */
  powerCycle(): void {
    this.#converter.powerCycle();
  }

  start(address: number, read: boolean): boolean {
    return this.#converter.start(address, read);
  }

  write(byte: number): boolean {
    return this.#converter.write(byte);
  }

  read(): number {
    return this.#converter.read();
  }

  stop(): void {
    this.#converter.stop();
  }

  #apply(): void {
    const { nominalOhms, wires, leadOhms = 0, supplyVolts = 3.3 } = this.#options;
    const ohms = this.#state === "short" ? 0 : platinumOhms(nominalOhms, this.#celsius);
    const amperes = this.#state === "open" ? 0 : this.#amperes(ohms);
    const lead = amperes * leadOhms;
    // Where no current flows, what hangs on the supply's side of the break is at the supply.
    const node = this.#state === "open" ? supplyVolts : amperes * ohms + 2 * lead;
    this.#converter.setChannel("a0", wires === 4 && this.#state !== "open" ? node - lead : node);
    this.#converter.setChannel("a1", wires === 2 ? 0 : lead);
    this.#converter.setChannel("a2", supplyVolts);
    this.#converter.setChannel("a3", node);
  }

  #amperes(ohms: number): number {
    const { referenceOhms, leadOhms = 0, supplyVolts = 3.3 } = this.#options;
    return supplyVolts / (referenceOhms + 2 * leadOhms + ohms);
  }

  /** What both conversions may be off, as a temperature, at the worse end of the range. Leads are taken as known. */
  #tolerance(): number {
    const { nominalOhms, referenceOhms, wires } = this.#options;
    const highest = platinumOhms(nominalOhms, MAXIMUM_CELSIUS);
    const lowest = platinumOhms(nominalOhms, MINIMUM_CELSIUS);
    const { thermometer, reference } = this.#options.fullScaleVolts ?? {
      thermometer: fullScaleFor(this.#amperes(highest) * highest),
      reference: fullScaleFor(this.#amperes(lowest) * referenceOhms),
    };
    // With three wires the lead is measured too, and taken off.
    const thermometerVolts = uncertaintyVolts(thermometer) * (wires === 3 ? 2 : 1);
    let worst = 0;
    for (const celsius of [MINIMUM_CELSIUS, MAXIMUM_CELSIUS]) {
      const ohms = platinumOhms(nominalOhms, celsius);
      const amperes = this.#amperes(ohms);
      const offBy = (thermometerVolts + (uncertaintyVolts(reference) * ohms) / referenceOhms) / amperes;
      const slope = Math.abs(platinumOhms(nominalOhms, celsius + 0.5) - platinumOhms(nominalOhms, celsius - 0.5));
      worst = Math.max(worst, offBy / slope);
    }
    return worst;
  }
}
