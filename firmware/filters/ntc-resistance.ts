import { ThermistorCurve } from "../signal/thermistor-curve.js";
import type { Point } from "../signal/curve.js";
import type { Filter, FilterKind } from "./filter.js";
import { ntcFields, ntcProblem } from "./ntc-fields.js";

export interface NtcResistanceSettings {
  readonly kind: "ntc-resistance";
  readonly points: readonly Point[];
  readonly betaKelvin: number;
}

export const NTC_RESISTANCE: FilterKind<NtcResistanceSettings> = Object.freeze({
  fields: ntcFields,
  create: (settings: NtcResistanceSettings) => new NtcResistanceFilter(settings),
  problem: ntcProblem,
});

/** Temperature in Cel → the resistance in Ω that an NTC thermistor has then. Nothing passes for absolute zero or less. */
export class NtcResistanceFilter implements Filter {
  readonly #curve: ThermistorCurve;

  constructor({ points, betaKelvin }: NtcResistanceSettings) {
    this.#curve = new ThermistorCurve(points, betaKelvin);
  }

  update(value: number): number {
    return this.#curve.ohms(value);
  }

  reset(): void {}
}
