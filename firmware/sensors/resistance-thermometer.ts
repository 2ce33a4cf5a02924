/**
 * A platinum thermometer (Pt100, Pt1000; IEC 60751:2022) on a Texas Instruments ADS1115 (SBAS444E).
 *
 * Circuit: supply → reference resistor (AIN2 at its top, AIN3 at its bottom) → thermometer → ground. The same current
 * flows through both, so their voltages are in the ratio of their resistances and the supply does not matter.
 *   4 wires: AIN0 and AIN1 are sense leads. R = Rref · V(AIN0−AIN1) / V(AIN2−AIN3).
 *   3 wires: AIN0 at the terminal of lead 1, which carries the current; AIN1 on a sense lead to the thermometer's bottom;
 *            lead 3 returns to ground and has the same resistance as lead 1. R = Rref · (V(AIN0−AIN1) − V(AIN1)) / V(AIN2−AIN3).
 *   2 wires: AIN0 and AIN1 at the terminals; the resistance of both leads together is told and subtracted.
 *
 * Error budget, 4 wires, default reference, at 0 °C. 1 mA through a Pt100 (3300 Ω) and 0.3 mA through a Pt1000
 * (10 kΩ) are what IEC 60751 allows; they give 0.37 and 1.1 mV per °C.
 *   self-heating, 0.09 mW either: 0.02 °C in still air at 0.2 °C/mW; with 1000 Ω over a Pt100 it would be ten times that
 *   steps of the ADC (±0.512 V, ±1.024 V): 0.04 °C and 0.03 °C, noise about as much
 *   offset of the ADC, 3 steps: 0.13 °C and 0.08 °C
 *   gain of one range against the other, 0.1 % at most: 0.26 °C, in proportion to R
 *   reference resistor 0.1 %: 0.26 °C, 25 ppm/°C: 0.006 °C per °C, in proportion to R
 *   thermometer of class A 0.15 °C, of class B 0.3 °C; 1 Ω of a lead not compensated: 2.6 °C of a Pt100, 0.26 of a Pt1000
 * One calibration point takes out gain, reference and most of the thermometer.
 */
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { ADS1115Converter, FULL_SCALES, RATES } from "./ads1115-converter.js";
import type { ADS1115Conversion, ADS1115FullScale, ADS1115Rate } from "./ads1115-converter.js";
import { MAXIMUM_CELSIUS, MINIMUM_CELSIUS, platinumCelsius, platinumRatio } from "./callendar-van-dusen.js";
import type { I2CSensorIO } from "./i2c-port.js";
import { oneOf, within } from "./options.js";

/** Cel, −200 to 850. */
export interface ResistanceThermometerSample extends Readonly<Record<string, number>> {
  readonly temperature: number;
}

export interface ResistanceThermometerConfiguration {
  /** Resistance at 0 °C in Ω: 100 (default) or 1000. */
  nominalOhms: 100 | 1000;
  /** Leads to the thermometer; default 4. */
  wires: 2 | 3 | 4;
  /** The reference resistor in Ω; default 3300 for a Pt100 and 10,000 for a Pt1000. */
  referenceOhms: number;
  /** With 2 wires the resistance of both leads together in Ω; default 0. */
  leadOhms: number;
  /** What feeds the circuit, in V, to within 5 %; default 3.3. Chooses the ranges of the ADC and is not measured with. */
  supplyVolts: number;
  /** Conversions per second, two or three to a reading; default 16. */
  rateHz: ADS1115Rate;
}

export interface ResistanceThermometerOptions
  extends SensorOptions<I2CSensorIO>, Partial<ResistanceThermometerConfiguration> {}

// The plan of conversions.
const REFERENCE = 0;
const THERMOMETER = 1;
const RETURN_LEAD = 2;

/** Leads of up to this much, in Ω, do not take the ADC beyond its range. */
const LEADS_OHMS = 50;
const SUPPLY_TOLERANCE = 1.05;
/** Noise may take a reading a little beyond the ends of the equations, in °C. */
const MARGIN_CELSIUS = 2;
const LOWEST_RATIO = platinumRatio(MINIMUM_CELSIUS - MARGIN_CELSIUS);
const HIGHEST_RATIO = platinumRatio(MAXIMUM_CELSIUS + MARGIN_CELSIUS);
/** In parts of the resistance at 0 °C: less is no thermometer but a bridge, more is a bad contact. */
const SHORT_RATIO = 0.1;
const OPEN_RATIO = 4.2;

export class ResistanceThermometer implements Sensor<ResistanceThermometerSample, ResistanceThermometerConfiguration> {
  readonly #converter: ADS1115Converter;
  #configuration: ResistanceThermometerConfiguration;
  /** Less over the reference resistor: no thermometer lets so little through. */
  #leastVolts = 0;

  /**
   * The part need not be there yet: the bus is first used by `sample`.
   * @throws RangeError for an option outside its range; what the IO class throws
   */
  constructor(options: ResistanceThermometerOptions) {
    this.#configuration = merged(options, {});
    this.#converter = new ADS1115Converter("resistance-thermometer", options.sensor, options.clock);
    this.plan();
  }

  /** What was converted so far is forgotten. Another `nominalOhms` brings its own default reference. */
  configure(options: Partial<ResistanceThermometerConfiguration>): void {
    this.#converter.requireOpen();
    const { referenceOhms, ...kept } = this.#configuration;
    const same = (options.nominalOhms ?? kept.nominalOhms) === kept.nominalOhms;
    this.#configuration = merged(options, same ? { ...kept, referenceOhms } : kept);
    this.plan();
  }

  /**
   * The reading, or `undefined` while the ADC converts: three or four calls.
   * @throws SensorFault `bus` for an ADC that refuses, was reset or says two things at once; `open-circuit` or
   * `short-circuit` for what is no thermometer; `out-of-range` for a temperature beyond the equations
   */
  sample(): ResistanceThermometerSample | undefined {
    const converter = this.#converter;
    if (!converter.advance()) return undefined;
    const { nominalOhms, wires, referenceOhms, leadOhms } = this.#configuration;
    const reference = converter.volts(REFERENCE);
    if (reference < this.#leastVolts) throw fault("open-circuit", `${reference} V over the reference is no current`);
    if (converter.saturation(THERMOMETER) !== 0) throw fault("open-circuit", "the voltage is at the end of its scale");
    let volts = converter.volts(THERMOMETER);
    if (wires === 3) {
      if (converter.saturation(RETURN_LEAD) !== 0) throw fault("open-circuit", "the return lead is broken");
      volts -= converter.volts(RETURN_LEAD);
    }
    const ohms = (referenceOhms * volts) / reference - (wires === 2 ? leadOhms : 0);
    const ratio = ohms / nominalOhms;
    if (ratio < SHORT_RATIO) throw fault("short-circuit", `${ohms} Ω are a bridge`);
    if (ratio > OPEN_RATIO) throw fault("open-circuit", `${ohms} Ω are a bad contact`);
    if (ratio < LOWEST_RATIO || ratio > HIGHEST_RATIO) {
      throw fault("out-of-range", `${ohms} Ω are not in ${MINIMUM_CELSIUS} to ${MAXIMUM_CELSIUS} °C`);
    }
    return { temperature: platinumCelsius(ratio) };
  }

  get readyInMs(): number {
    return this.#converter.readyInMs;
  }

  close(): void {
    this.#converter.close();
  }

  private plan(): void {
    const { nominalOhms, wires, referenceOhms, supplyVolts, rateHz } = this.#configuration;
    const highest = OPEN_RATIO * nominalOhms + LEADS_OHMS;
    const volts = (ohms: number, others: number) => (SUPPLY_TOLERANCE * supplyVolts * ohms) / (ohms + others);
    this.#leastVolts = (0.5 * supplyVolts * referenceOhms) / (referenceOhms + highest);
    const plan: ADS1115Conversion[] = [
      { input: "a2-a3", fullScaleVolts: fullScaleFor(volts(referenceOhms, LOWEST_RATIO * nominalOhms)) },
      { input: "a0-a1", fullScaleVolts: fullScaleFor(volts(highest, referenceOhms)) },
    ];
    const lead = volts(LEADS_OHMS, referenceOhms);
    if (wires === 3) plan.push({ input: "a1", fullScaleVolts: fullScaleFor(lead) });
    this.#converter.plan(plan, rateHz);
  }
}

function fault(quality: "open-circuit" | "short-circuit" | "out-of-range", message: string): SensorFault {
  return new SensorFault(quality, `resistance-thermometer: ${message}`);
}

/** The smallest range of the ADC that holds so much. */
function fullScaleFor(volts: number): ADS1115FullScale {
  let smallest = FULL_SCALES[0]!;
  for (const fullScale of FULL_SCALES) if (fullScale >= volts) smallest = fullScale;
  return smallest;
}

function merged(
  options: Partial<ResistanceThermometerConfiguration>,
  now: Partial<ResistanceThermometerConfiguration>,
): ResistanceThermometerConfiguration {
  const part = "resistance-thermometer";
  const nominalOhms = oneOf(part, "nominalOhms", options.nominalOhms ?? now.nominalOhms ?? 100, [100, 1000]);
  const usual = nominalOhms === 100 ? 3300 : 10_000;
  return {
    nominalOhms,
    wires: oneOf(part, "wires", options.wires ?? now.wires ?? 4, [2, 3, 4]),
    referenceOhms: within(part, "referenceOhms", options.referenceOhms ?? now.referenceOhms ?? usual, 100, 100_000),
    leadOhms: within(part, "leadOhms", options.leadOhms ?? now.leadOhms ?? 0, 0, LEADS_OHMS),
    supplyVolts: within(part, "supplyVolts", options.supplyVolts ?? now.supplyVolts ?? 3.3, 2, 5.5),
    rateHz: oneOf(part, "rateHz", options.rateHz ?? now.rateHz ?? 16, RATES),
  };
}
