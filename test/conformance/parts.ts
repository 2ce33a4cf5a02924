import type { QualityCause } from "../../firmware/model/quality.js";
import type { Sensor } from "../../firmware/model/sensor.js";
import { BME280 } from "../../firmware/sensors/bme280.js";
import { CurrentLoop } from "../../firmware/sensors/current-loop.js";
import { NumericInput } from "../../firmware/sensors/numeric-input.js";
import { SHT3x } from "../../firmware/sensors/sht3x.js";
import { Thermistor } from "../../firmware/sensors/thermistor.js";
import { BME280Chip } from "../../simulator/chips/bme280.js";
import { TYPICAL_TRIM } from "../../simulator/chips/bme280-trim.js";
import type { Part } from "../../simulator/chips/chip.js";
import { CurrentLoopTransmitter } from "../../simulator/chips/current-loop-transmitter.js";
import { NumericSource } from "../../simulator/chips/numeric-source.js";
import { SHT3xChip } from "../../simulator/chips/sht3x.js";
import { ThermistorDivider } from "../../simulator/chips/thermistor-divider.js";
import { Random } from "../../simulator/random.js";
import { AnalogBench, I2CBench, NumericBench } from "./bench.js";
import type { Bench, Surroundings } from "./bench.js";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every driver has options and readings of its own
export type Driver = new (options: any) => Sensor<any, any>;

/** What the conformance suite needs to know about one part. */
export interface PartUnderTest {
  /** The driver's file in firmware/sensors without `.ts`; its errors begin with it. */
  readonly name: string;
  readonly driver: Driver;
  /** Options beyond `sensor` and `clock`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where each channel of the chip is in the driver's reading. */
  readonly channels: Readonly<Record<string, string>>;
  readonly bus: "I2C" | "Analog" | "Numeric";
  /** Whether what the part sends carries checksums. */
  readonly checksums: boolean;
  /** The part on a bus of its own; `seed` draws its noise. */
  bench(seed: number): Bench;
  /** Another specimen of the part; not like that of the next seed. */
  spare(bench: Bench, seed: number): Part;
  /** Options that the constructor and `configure` must refuse, and what they must say. */
  readonly wrongOptions: readonly { options: Record<string, unknown>; message: string }[];
  /** What can break beside the bus, and the quality that the driver must report. */
  readonly breakages: readonly { title: string; break: (chip: Part) => void; quality: QualityCause }[];
}

/** For a chip of one class: the methods of {@link PartUnderTest} that are wired to it. */
function breakage<Chip extends Part>(title: string, quality: QualityCause, breaks: (chip: Chip) => void) {
  return { title, quality, break: (chip: Part) => breaks(chip as Chip) };
}

const bearing = {
  seriesOhms: 12_000,
  supplyMillivolts: 3300,
  nominalOhms: 10_000,
  nominalCelsius: 25,
  betaKelvin: 3435,
} as const;
const thermistorModel = () => new ThermistorDivider({ ...bearing, placement: "low" });
/** The same NTC on the supply's side, over a resistor that keeps it within the ADC's range. */
const upper = { ...bearing, seriesOhms: 3300 };
const upperModel = () =>
  new ThermistorDivider({ ...upper, placement: "high", minimumCelsius: -10, maximumCelsius: 75 });

const tank = { shuntOhms: 100, atFourMilliamperes: 0, atTwentyMilliamperes: 4 } as const;
const loopModel = () => new CurrentLoopTransmitter({ ...tank, unit: "m" });

const sht3xModel = (surroundings: Surroundings) => new SHT3xChip(surroundings);
const bme280Model = (surroundings: Surroundings) => new BME280Chip(surroundings);

function thermistor(options: object, model: () => ThermistorDivider): PartUnderTest {
  return {
    name: "thermistor",
    driver: Thermistor,
    options: options as Record<string, unknown>,
    channels: { temperature: "temperature" },
    bus: "Analog",
    checksums: false,
    bench: (seed) => new AnalogBench(seed, model),
    spare: model,
    wrongOptions: [
      {
        options: { placement: "middle" },
        message: 'thermistor: placement "middle" is not one of low, high',
      },
      { options: { betaKelvin: 0 }, message: "thermistor: betaKelvin 0 is not in 500 to 10000" },
      { options: { oversampling: 2.5 }, message: "thermistor: oversampling 2.5 is not a whole number in 1 to 256" },
    ],
    breakages: [
      breakage("an open thermistor", "open-circuit", (chip: ThermistorDivider) => chip.setCircuit("open")),
      breakage("a shorted thermistor", "short-circuit", (chip: ThermistorDivider) => chip.setCircuit("short")),
    ],
  };
}

/** Every part that has a driver. */
export const parts: readonly PartUnderTest[] = [
  {
    name: "sht3x",
    driver: SHT3x,
    options: {},
    channels: { temperature: "thermometer.temperature", humidity: "hygrometer.humidity" },
    bus: "I2C",
    checksums: true,
    bench: (seed) => new I2CBench(0x44, seed, sht3xModel),
    spare: ({ clock }, seed) => sht3xModel({ clock, random: new Random(seed) }),
    wrongOptions: [
      {
        options: { repeatability: "extreme" },
        message: 'sht3x: repeatability "extreme" is not one of low, medium, high',
      },
    ],
    breakages: [],
  },
  {
    name: "bme280",
    driver: BME280,
    options: {},
    channels: {
      temperature: "thermometer.temperature",
      humidity: "hygrometer.humidity",
      pressure: "barometer.pressure",
    },
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x76, seed, bme280Model),
    spare: ({ clock }, seed) =>
      new BME280Chip({
        clock,
        random: new Random(seed),
        // Read with the trim of any other specimen it would be at least 0.3 °C off, and much in pressure.
        trim: { ...TYPICAL_TRIM, t1: TYPICAL_TRIM.t1 + 60 * (seed % 8), p1: TYPICAL_TRIM.p1 + 200 * (seed % 8) },
      }),
    wrongOptions: [
      {
        options: { pressureOversampling: 3 },
        message: "bme280: pressureOversampling 3 is not one of 1, 2, 4, 8, 16",
      },
      { options: { filter: 1 }, message: "bme280: filter 1 is not one of 0, 2, 4, 8, 16" },
    ],
    breakages: [],
  },
  thermistor({ ...bearing, placement: "low" }, thermistorModel),
  thermistor({ ...upper, placement: "high" }, upperModel),
  {
    name: "current-loop",
    driver: CurrentLoop,
    options: tank,
    channels: { value: "scaled" },
    bus: "Analog",
    checksums: false,
    bench: (seed) => new AnalogBench(seed, loopModel),
    spare: loopModel,
    wrongOptions: [
      {
        options: { oversampling: 0 },
        message: "current-loop: oversampling 0 is not in 1 to 256",
      },
    ],
    breakages: [
      breakage("a cut loop", "open-circuit", (chip: CurrentLoopTransmitter) => chip.setState("open")),
      breakage("a transmitter that failed low", "open-circuit", (chip: CurrentLoopTransmitter) => chip.setState("low")),
      breakage("a transmitter that failed high", "short-circuit", (chip: CurrentLoopTransmitter) =>
        chip.setState("high"),
      ),
    ],
  },
  {
    name: "numeric-input",
    driver: NumericInput,
    options: {},
    channels: { value: "value" },
    bus: "Numeric",
    checksums: false,
    bench: () => new NumericBench(new NumericSource()),
    spare: () => new NumericSource(),
    wrongOptions: [],
    breakages: [],
  },
];

/** The part's name, and which of several where it is listed more than once. */
export function labelOf(part: PartUnderTest): string {
  const placement = part.options["placement"];
  return typeof placement === "string" ? `${part.name} (${placement} side)` : part.name;
}
