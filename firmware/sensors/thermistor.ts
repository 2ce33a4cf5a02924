/**
 * An NTC thermistor in a voltage divider on an ADC input. Its curve is either R(T) = R0 · exp(B · (1/T − 1/T0)), the B
 * parameter equation (IEC 60539-1, section on the B value), solved for T, or that of Steinhart and Hart, which follows a
 * maker's table over a wide range (`steinhart-hart.ts`). How well the pump room's bearing is known: see README.md here.
 */
import { log } from "../data/math.js";
import { SensorFault } from "../model/sensor.js";
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { AnalogInput } from "./analog-input.js";
import type { AnalogSensorIO } from "./analog-input.js";
import { oneOf, wholeWithin, within } from "./options.js";
import { steinhartHartCelsius } from "./steinhart-hart.js";
import type { SteinhartHart } from "./steinhart-hart.js";

/** Cel. */
export interface ThermistorSample extends Readonly<Record<string, number>> {
  readonly temperature: number;
}

export interface ThermistorConfiguration {
  /** The divider's other resistor, in Ω. */
  seriesOhms: number;
  /** What feeds the divider, in mV. */
  supplyMillivolts: number;
  /** Where the thermistor sits: between pin and ground (`low`, the default) or between supply and pin (`high`). */
  placement: "low" | "high";
  /** B value in K. */
  betaKelvin: number | undefined;
  /** Resistance in Ω at `nominalCelsius` (default 25 °C). */
  nominalOhms: number | undefined;
  nominalCelsius: number;
  /** In place of the three above; of the two curves the one that was given last counts. */
  steinhartHart: SteinhartHart | undefined;
  /** ADC readings per sample; default 16. */
  oversampling: number;
}

/** What has no default. */
type Required = "seriesOhms" | "supplyMillivolts";

/** `betaKelvin` and `nominalOhms`, or `steinhartHart`, are required too. */
export interface ThermistorOptions
  extends
    SensorOptions<AnalogSensorIO>,
    Pick<ThermistorConfiguration, Required>,
    Partial<Omit<ThermistorConfiguration, Required>> {}

const PLACEMENTS = ["low", "high"] as const;
const ZERO_CELSIUS_KELVIN = 273.15;
/** A voltage within this part of the supply is a broken divider, however little the supply is. */
const NEAR_SUPPLY = 0.005;

export class Thermistor implements Sensor<ThermistorSample, ThermistorConfiguration> {
  readonly #input: AnalogInput;
  #configuration: ThermistorConfiguration;

  /** @throws RangeError for an option outside its range; what the IO class throws */
  constructor(options: ThermistorOptions) {
    this.#configuration = merged(options, { nominalCelsius: 25, oversampling: 16 });
    this.#input = new AnalogInput("thermistor", options.sensor);
  }

  configure(options: Partial<ThermistorConfiguration>): void {
    this.#input.requireOpen();
    this.#configuration = merged(options, this.#configuration);
  }

  /**
   * Never `undefined`: an ADC input always has a value.
   * @throws SensorFault `bus` for a failed conversion, `open-circuit` or `short-circuit` for a voltage beyond what the ADC
   * can measure; a thermistor outside its temperature range looks the same
   */
  sample(): ThermistorSample {
    const { seriesOhms, supplyMillivolts, placement, oversampling } = this.#configuration;
    const input = this.#input;
    const millivolts = input.millivolts(oversampling);
    const low = placement === "low";
    if (millivolts > Math.min(input.maximumMillivolts, supplyMillivolts * (1 - NEAR_SUPPLY))) {
      throw new SensorFault(low ? "open-circuit" : "short-circuit", `thermistor: ${millivolts} mV is the upper end`);
    }
    if (millivolts < input.minimumMillivolts) {
      throw new SensorFault(low ? "short-circuit" : "open-circuit", `thermistor: ${millivolts} mV is the lower end`);
    }
    const overThermistor = low ? millivolts : supplyMillivolts - millivolts;
    const ohms = (seriesOhms * overThermistor) / (supplyMillivolts - overThermistor);
    return { temperature: this.celsius(ohms) };
  }

  private celsius(ohms: number): number {
    const { steinhartHart, betaKelvin, nominalOhms, nominalCelsius } = this.#configuration;
    if (steinhartHart !== undefined) return steinhartHartCelsius(steinhartHart, ohms);
    const perKelvin = 1 / (nominalCelsius + ZERO_CELSIUS_KELVIN) + log(ohms / nominalOhms!) / betaKelvin!;
    return 1 / perKelvin - ZERO_CELSIUS_KELVIN;
  }

  close(): void {
    this.#input.close();
  }
}

/** `options` over `now`, both incomplete; together they must be complete and in range. */
function merged(
  options: Partial<ThermistorConfiguration>,
  now: Partial<ThermistorConfiguration>,
): ThermistorConfiguration {
  const number = (
    name: keyof Omit<ThermistorConfiguration, "placement" | "steinhartHart">,
    minimum: number,
    maximum: number,
  ) => within("thermistor", name, options[name] ?? now[name], minimum, maximum);
  const given = options.betaKelvin ?? options.nominalOhms ?? options.nominalCelsius;
  const steinhartHart = options.steinhartHart ?? (given === undefined ? now.steinhartHart : undefined);
  const beta = steinhartHart === undefined;
  return {
    betaKelvin: beta ? number("betaKelvin", 500, 10_000) : undefined,
    nominalOhms: beta ? number("nominalOhms", 1, 10_000_000) : undefined,
    steinhartHart: steinhartHart && checked(steinhartHart),
    seriesOhms: number("seriesOhms", 1, 10_000_000),
    supplyMillivolts: number("supplyMillivolts", 500, 24_000),
    placement: oneOf("thermistor", "placement", options.placement ?? now.placement ?? "low", PLACEMENTS),
    nominalCelsius: number("nominalCelsius", -50, 300),
    oversampling: wholeWithin("thermistor", "oversampling", options.oversampling ?? now.oversampling, 1, 256),
  };
}

function checked({ a, b, c }: SteinhartHart): SteinhartHart {
  return {
    a: within("thermistor", "steinhartHart.a", a, -0.1, 0.1),
    b: within("thermistor", "steinhartHart.b", b, 0, 0.1),
    c: within("thermistor", "steinhartHart.c", c, -1e-3, 1e-3),
  };
}
