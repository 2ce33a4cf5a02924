import type { Clock } from "../../firmware/ports/clock.js";
import type { AnalogSource } from "../chips/chip.js";
import type { Random } from "../random.js";
import { notNegative } from "./arguments.js";

/**
 * Faults of an analog line, as decorators around a source: `bank.decorate(34, (source) => shortCircuit(source))`. A broken
 * or shorted sensor behind a divider is the divider's affair (`ThermistorDivider.setCircuit`); this is the wire at the pin.
 */

/** The pin stays at one voltage, in mV, whatever the source does. */
export function constantValue(_source: AnalogSource, millivolts: number): AnalogSource {
  return { millivolts: () => millivolts };
}

/** Stuck: the pin stays at what the source gives the first time it is read from now on. */
export function stuck(source: AnalogSource): AnalogSource {
  let held: number | undefined;
  return { millivolts: () => (held ??= source.millivolts()) };
}

/** The voltage moves away from the truth, from now on and for good. */
export function drift(
  source: AnalogSource,
  { clock, millivoltsPerHour }: { clock: Pick<Clock, "ticks">; millivoltsPerHour: number },
): AnalogSource {
  const from = clock.ticks();
  return { millivolts: () => source.millivolts() + ((clock.ticks() - from) / 3_600_000) * millivoltsPerHour };
}

/** Normal noise of this deviation, in mV, on every reading from now on for `durationMs`. */
export function noiseBurst(
  source: AnalogSource,
  options: { clock: Pick<Clock, "ticks">; random: Random; deviationMillivolts: number; durationMs: number },
): AnalogSource {
  const { clock, random, deviationMillivolts, durationMs } = options;
  notNegative("deviationMillivolts", deviationMillivolts);
  notNegative("durationMs", durationMs);
  const until = clock.ticks() + durationMs;
  return {
    millivolts() {
      const truth = source.millivolts();
      return clock.ticks() < until ? truth + deviationMillivolts * random.normal() : truth;
    },
  };
}

/** The wire is broken, and the pin floats: each reading is anywhere from 0 to `supplyMillivolts`. */
export function openCircuit(_source: AnalogSource, random: Random, supplyMillivolts = 3300): AnalogSource {
  notNegative("supplyMillivolts", supplyMillivolts);
  return { millivolts: () => random.next() * supplyMillivolts };
}

/** The wire touches ground, or the supply of so many mV. */
export function shortCircuit(source: AnalogSource, toMillivolts = 0): AnalogSource {
  return constantValue(source, toMillivolts);
}

/** The ADC gives no more and no less than this, in mV, as one does whose reference or attenuation is wrong. */
export function saturate(source: AnalogSource, minimumMillivolts: number, maximumMillivolts: number): AnalogSource {
  if (!(minimumMillivolts <= maximumMillivolts)) {
    throw new RangeError(`fault: maximumMillivolts ${maximumMillivolts} is not ${minimumMillivolts} or more`);
  }
  return { millivolts: () => Math.min(Math.max(source.millivolts(), minimumMillivolts), maximumMillivolts) };
}
