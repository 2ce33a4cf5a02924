import { ThermistorCurve } from "../signal/thermistor-curve.js";
import type { Point } from "../signal/curve.js";
import type { Filter, FilterKind } from "./filter.js";
import { ntcFields, ntcProblem } from "./ntc-fields.js";

export interface NtcTemperatureSettings {
  readonly kind: "ntc-temperature";
  readonly points: readonly Point[];
  readonly betaKelvin: number;
}

export const NTC_TEMPERATURE: FilterKind<NtcTemperatureSettings> = Object.freeze({
  fields: ntcFields,
  create: (settings: NtcTemperatureSettings) => new NtcTemperatureFilter(settings),
  problem: ntcProblem,
});

/** Resistance of an NTC thermistor in Ω → its temperature in Cel. Nothing passes for 0 Ω or less. */
export class NtcTemperatureFilter implements Filter {
  readonly #curve: ThermistorCurve;

  constructor({ points, betaKelvin }: NtcTemperatureSettings) {
    this.#curve = new ThermistorCurve(points, betaKelvin);
  }

  update(value: number): number {
    return this.#curve.celsius(value);
  }

  reset(): void {}
}
