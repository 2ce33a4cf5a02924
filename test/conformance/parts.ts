import type { QualityCause } from "../../firmware/model/quality.js";
import type { Sensor } from "../../firmware/model/sensor.js";
import { ADS1115 } from "../../firmware/sensors/ads1115.js";
import { ADXL345 } from "../../firmware/sensors/adxl345.js";
import { CurrentTransformer } from "../../firmware/sensors/current-transformer.js";
import { IIS3DWB } from "../../firmware/sensors/iis3dwb.js";
import { INA226 } from "../../firmware/sensors/ina226.js";
import { LIS3DH } from "../../firmware/sensors/lis3dh.js";
import { ResistanceThermometer } from "../../firmware/sensors/resistance-thermometer.js";
import { VoltageInput } from "../../firmware/sensors/voltage-input.js";
import { BME280 } from "../../firmware/sensors/bme280.js";
import { BH1750 } from "../../firmware/sensors/bh1750.js";
import { BMP390 } from "../../firmware/sensors/bmp390.js";
import { MCP9808 } from "../../firmware/sensors/mcp9808.js";
import { MLX90614 } from "../../firmware/sensors/mlx90614.js";
import { SCD41 } from "../../firmware/sensors/scd41.js";
import { TMP117 } from "../../firmware/sensors/tmp117.js";
import { GNSS } from "../../firmware/sensors/gnss.js";
import { LimitSwitch } from "../../firmware/sensors/limit-switch.js";
import { ModbusRegisters } from "../../firmware/sensors/modbus-registers.js";
import { FlowMeter, Tachometer } from "../../firmware/sensors/pulse-counter.js";
import { SDM120 } from "../../firmware/sensors/sdm120.js";
import { CurrentLoop } from "../../firmware/sensors/current-loop.js";
import { NumericInput } from "../../firmware/sensors/numeric-input.js";
import { SHT3x } from "../../firmware/sensors/sht3x.js";
import { Thermistor } from "../../firmware/sensors/thermistor.js";
import { ADS1115Chip } from "../../simulator/chips/ads1115.js";
import { ADXL345Chip } from "../../simulator/chips/adxl345.js";
import { CurrentTransformer as CurrentTransformerSource } from "../../simulator/chips/current-transformer.js";
import { IIS3DWBChip } from "../../simulator/chips/iis3dwb.js";
import { INA226Chip } from "../../simulator/chips/ina226.js";
import { LIS3DHChip } from "../../simulator/chips/lis3dh.js";
import { ResistanceThermometerCircuit } from "../../simulator/chips/resistance-thermometer-circuit.js";
import { VoltageTransmitter } from "../../simulator/chips/voltage-transmitter.js";
import { BME280Chip } from "../../simulator/chips/bme280.js";
import { TYPICAL_TRIM } from "../../simulator/chips/bme280-trim.js";
import { BH1750Chip } from "../../simulator/chips/bh1750.js";
import { BMP390Chip } from "../../simulator/chips/bmp390.js";
import { TYPICAL_TRIM as BMP390_TRIM } from "../../simulator/chips/bmp390-trim.js";
import { MCP9808Chip } from "../../simulator/chips/mcp9808.js";
import { MLX90614Chip } from "../../simulator/chips/mlx90614.js";
import { SCD41Chip } from "../../simulator/chips/scd41.js";
import { TMP117Chip } from "../../simulator/chips/tmp117.js";
import type { Part } from "../../simulator/chips/chip.js";
import { CurrentLoopTransmitter } from "../../simulator/chips/current-loop-transmitter.js";
import { GNSSReceiver } from "../../simulator/chips/gnss-receiver.js";
import { PulseGenerator } from "../../simulator/chips/pulse-generator.js";
import { SDM120Device } from "../../simulator/chips/sdm120.js";
import { BouncingSwitch } from "../../simulator/chips/switch.js";
import { NumericSource } from "../../simulator/chips/numeric-source.js";
import { SHT3xChip } from "../../simulator/chips/sht3x.js";
import { ThermistorDivider } from "../../simulator/chips/thermistor-divider.js";
import { Random } from "../../simulator/random.js";
import { AnalogBench, I2CBench, NumericBench } from "./bench.js";
import type { Bench, BlockUnderTest, Surroundings } from "./bench.js";
import { SPIBench } from "./spi-bench.js";
import { DigitalBench, PulseBench, SerialBench } from "./input-benches.js";

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- every driver has options and readings of its own
export type Driver = new (options: any) => Sensor<any, any>;

/** What the conformance suite needs to know about one part. */
export interface PartUnderTest {
  /** The driver's file in firmware/sensors without `.ts`; its errors begin with it. */
  readonly name: string;
  /** Which of several, where a driver is listed more than once. */
  readonly variant?: string;
  readonly driver: Driver;
  /** Options beyond `sensor` and `clock`. */
  readonly options: Readonly<Record<string, unknown>>;
  /** Where each channel of the chip is in the driver's reading. */
  readonly channels: Readonly<Record<string, string>>;
  readonly bus: "I2C" | "SPI" | "Analog" | "Numeric" | "Serial" | "PulseCount" | "Digital";
  /** Whether what the part sends carries checksums. */
  readonly checksums: boolean;
  /** The part on a bus of its own; `seed` draws its noise. */
  bench(seed: number): Bench;
  /** Another specimen of the part; not like that of the next seed. */
  spare(bench: Bench, seed: number): Part;
  /** Where the driver can do less than the model: it refuses readings at the end of a scale. */
  readonly ranges?: Readonly<Record<string, { minimum: number; maximum: number }>>;
  /** Calls to one reading where they are many; default 1, which stands for a few. */
  readonly conversionsPerReading?: number;
  /** How long a tester waits after a fault, in ms; default 1000. Less where a part measures whether asked or not. */
  readonly settleMs?: number;
  /** A part that measures by its own clock gives a value up to so old, in ms; default 0: it measures when asked. */
  readonly measuresEveryMs?: number;
  /** What the part does when it is read in blocks. */
  readonly blocks?: BlockUnderTest;
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

const gnssModel = (surroundings: Surroundings) => new GNSSReceiver(surroundings);
const sdm120Model = (surroundings: Surroundings) => new SDM120Device(surroundings);
/** Turns in fives of litres and in tens of teeth; a reader of two seconds is off by what the model says for one. */
const flow = { name: "flow", unit: "m3/s", hertzPerUnit: 450_000, maximum: 0.002 };
const flowModel = ({ clock }: Surroundings) => new PulseGenerator({ clock, quantity: flow, windowMs: 1000 });
const turns = { name: "speed", unit: "1/min", hertzPerUnit: 10 / 60, maximum: 3000 };
const turnsModel = ({ clock }: Surroundings) => new PulseGenerator({ clock, quantity: turns, windowMs: 1000 });
const switchModel = ({ clock, random }: Surroundings) => new BouncingSwitch({ clock, random, closedLevel: 0 });

/** The meter's numbers as somebody would give them who has no driver for it. */
const meterRegisters = [
  { name: "voltage", register: 0x0000, function: 4, type: "f32", unit: "V" },
  { name: "current", register: 0x0006, function: 4, type: "f32", unit: "A" },
  { name: "activePower", register: 0x000c, function: 4, type: "f32", unit: "W" },
  { name: "apparentPower", register: 0x0012, function: 4, type: "f32", unit: "VA" },
  { name: "reactivePower", register: 0x0018, function: 4, type: "f32", unit: "var" },
  { name: "powerFactor", register: 0x001e, function: 4, type: "f32", unit: "/" },
  { name: "frequency", register: 0x0046, function: 4, type: "f32", unit: "Hz" },
  { name: "energy", register: 0x0156, function: 4, type: "f32", unit: "kWh" },
] as const;
const meterChannels: Readonly<Record<string, string>> = Object.fromEntries(
  meterRegisters.map(({ name }) => [name, name]),
);

function meter(name: string, driver: Driver, options: Record<string, unknown>): PartUnderTest {
  return {
    name,
    driver,
    options,
    channels: meterChannels,
    bus: "Serial",
    checksums: true,
    conversionsPerReading: 3,
    bench: (seed) => new SerialBench(seed, sdm120Model, { baud: 2400, halfDuplex: true }),
    spare: ({ clock }, seed) => sdm120Model({ clock, random: new Random(seed) }),
    wrongOptions: [
      { options: { timeoutMs: 5 }, message: `${name}: timeoutMs 5 is not in 10 to 10000` },
      { options: { retries: 1.5 }, message: `${name}: retries 1.5 is not a whole number in 0 to 10` },
    ],
    breakages: [],
  };
}

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

type Signal = (axis: number, seconds: number) => number;
interface Accelerometer {
  readonly rangeG: 2 | 4 | 8;
  readonly rateHz: number;
}

/** The options of the model of an accelerometer; the driver's range is the next larger one, so that nothing is cut off. */
function accelerometer({ rangeG, rateHz }: Accelerometer, { clock, random }: Surroundings, signal?: Signal) {
  return { clock, random, statedFor: { range: rangeG, rateHz }, ...(signal && { signal }) };
}

const axes = { x: "x", y: "y", z: "z" };
const lis3dhStated = { rangeG: 4, rateHz: 1344 } as const;
const adxl345Stated = { rangeG: 8, rateHz: 200 } as const;
const iis3dwbStated = { rangeG: 2, rateHz: 26_667 } as const;

const thermometer = (nominalOhms: 100 | 1000, wires: 2 | 3 | 4, leadOhms: number): PartUnderTest => {
  const referenceOhms = nominalOhms === 100 ? 3300 : 10_000;
  const fullScaleVolts = { thermometer: nominalOhms === 100 ? 0.512 : 1.024, reference: 4.096 };
  const circuit = { nominalOhms, wires, leadOhms, referenceOhms, fullScaleVolts };
  const model = (surroundings: Surroundings) => new ResistanceThermometerCircuit({ ...surroundings, ...circuit });
  return {
    name: "resistance-thermometer",
    variant: `Pt${nominalOhms}, ${wires} wires`,
    driver: ResistanceThermometer,
    // Slow as it usually is, it would take as many ticks; what is wanted is the sequence.
    options: { nominalOhms, wires, rateHz: 860, ...(wires === 2 && { leadOhms: 2 * leadOhms }) },
    channels: { temperature: "temperature" },
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x48, seed, model),
    spare: ({ clock }, seed) => model({ clock, random: new Random(seed) }),
    wrongOptions: [
      { options: { wires: 5 }, message: "resistance-thermometer: wires 5 is not one of 2, 3, 4" },
      { options: { nominalOhms: 120 }, message: "resistance-thermometer: nominalOhms 120 is not one of 100, 1000" },
    ],
    breakages: [
      breakage("a broken thermometer", "open-circuit", (chip: ResistanceThermometerCircuit) => chip.setState("open")),
      breakage("a bridged thermometer", "short-circuit", (chip: ResistanceThermometerCircuit) =>
        chip.setState("short"),
      ),
    ],
  };
};

const clamp = { ratio: 2000, burdenOhms: 22 } as const;
const clampModel = (frequencyHz: number) => (surroundings: Pick<Surroundings, "clock">) =>
  new CurrentTransformerSource({
    clock: surroundings.clock,
    ...clamp,
    frequencyHz,
    harmonics: [
      { order: 3, share: 0.2, phase: 1 },
      { order: 5, share: 0.1 },
    ],
  });

function currentTransformer(frequencyHz: number): PartUnderTest {
  const model = clampModel(frequencyHz);
  return {
    name: "current-transformer",
    variant: `${frequencyHz} Hz`,
    driver: CurrentTransformer,
    options: clamp,
    channels: { current: "current" },
    bus: "Analog",
    checksums: false,
    conversionsPerReading: 300,
    bench: (seed) => new AnalogBench(seed, model),
    spare: ({ clock }) => model({ clock }),
    wrongOptions: [
      { options: { burdenOhms: 0 }, message: "current-transformer: burdenOhms 0 is not in 0.01 to 10000" },
    ],
    breakages: [],
  };
}

const outlet = { upperOhms: 33_000, lowerOhms: 10_000 } as const;
const outletModel = () =>
  new VoltageTransmitter({
    ...outlet,
    atZeroVolts: -2.5,
    atTenVolts: 10,
    unit: "m3/h",
    minimumVolts: 2,
    maximumVolts: 10,
  });

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
  {
    name: "bmp390",
    driver: BMP390,
    options: {},
    channels: { temperature: "thermometer.temperature", pressure: "barometer.pressure" },
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x76, seed, (surroundings) => new BMP390Chip(surroundings)),
    spare: ({ clock }, seed) =>
      new BMP390Chip({
        clock,
        random: new Random(seed),
        // Read with the trim of any other specimen it would be at least 0.2 °C off, and much in pressure.
        trim: { ...BMP390_TRIM, t1: BMP390_TRIM.t1 + 60 * (seed % 8), p5: BMP390_TRIM.p5 + 200 * (seed % 8) },
      }),
    wrongOptions: [
      {
        options: { temperatureOversampling: 64 },
        message: "bmp390: temperatureOversampling 64 is not one of 1, 2, 4, 8, 16, 32",
      },
      { options: { filter: 2 }, message: "bmp390: filter 2 is not one of 0, 1, 3, 7, 15, 31, 63, 127" },
    ],
    breakages: [],
  },
  {
    name: "tmp117",
    driver: TMP117,
    options: {},
    channels: { temperature: "temperature" },
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x48, seed, (surroundings) => new TMP117Chip(surroundings)),
    spare: ({ clock }, seed) => new TMP117Chip({ clock, random: new Random(seed) }),
    wrongOptions: [{ options: { averaging: 16 }, message: "tmp117: averaging 16 is not one of 1, 8, 32, 64" }],
    breakages: [],
  },
  {
    name: "mcp9808",
    driver: MCP9808,
    options: {},
    channels: { temperature: "temperature" },
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x18, seed, (surroundings) => new MCP9808Chip(surroundings)),
    spare: ({ clock }, seed) => new MCP9808Chip({ clock, random: new Random(seed) }),
    wrongOptions: [
      { options: { resolution: 0.1 }, message: "mcp9808: resolution 0.1 is not one of 0.5, 0.25, 0.125, 0.0625" },
    ],
    breakages: [],
  },
  {
    name: "mlx90614",
    driver: MLX90614,
    options: {},
    channels: { object: "temperature", ambient: "ambientTemperature" },
    bus: "I2C",
    checksums: true,
    bench: (seed) => new I2CBench(0x5a, seed, (surroundings) => new MLX90614Chip(surroundings)),
    spare: ({ clock }, seed) => new MLX90614Chip({ clock, random: new Random(seed) }),
    wrongOptions: [],
    breakages: [],
  },
  {
    name: "bh1750",
    driver: BH1750,
    options: {},
    channels: { illuminance: "illuminance" },
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x23, seed, (surroundings) => new BH1750Chip(surroundings)),
    spare: ({ clock }, seed) => new BH1750Chip({ clock, random: new Random(seed) }),
    wrongOptions: [{ options: { measurementTime: 30 }, message: "bh1750: measurementTime 30 is not in 31 to 254" }],
    breakages: [],
  },
  {
    name: "scd41",
    driver: SCD41,
    options: {},
    channels: {
      carbonDioxide: "carbonDioxideDetector.CO2",
      temperature: "thermometer.temperature",
      humidity: "hygrometer.humidity",
    },
    bus: "I2C",
    checksums: true,
    measuresEveryMs: 5100,
    bench: (seed) => new I2CBench(0x62, seed, (surroundings) => new SCD41Chip(surroundings)),
    spare: ({ clock }, seed) => new SCD41Chip({ clock, random: new Random(seed) }),
    wrongOptions: [
      { options: { offsetCelsius: 21 }, message: "scd41: offsetCelsius 21 is not in 0 to 20" },
      { options: { altitudeMetres: 0.5 }, message: "scd41: altitudeMetres 0.5 is not a whole number in 0 to 3000" },
      { options: { selfCalibration: "yes" }, message: "scd41: selfCalibration yes is not one of false, true" },
    ],
    breakages: [],
  },
  {
    name: "ads1115",
    driver: ADS1115,
    options: { inputs: ["a0", "a1", "a2", "a3"], rateHz: 860 },
    channels: { a0: "a0", a1: "a1", a2: "a2", a3: "a3" },
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x48, seed, (surroundings) => new ADS1115Chip(surroundings)),
    spare: ({ clock }, seed) => new ADS1115Chip({ clock, random: new Random(seed) }),
    wrongOptions: [
      {
        options: { inputs: ["a4"] },
        message: 'ads1115: inputs "a4" is not one of a0, a1, a2, a3, a0-a1, a0-a3, a1-a3, a2-a3',
      },
      { options: { inputs: ["a0", "a0"] }, message: "ads1115: inputs has a0 twice" },
      { options: { inputs: [] }, message: "ads1115: inputs is empty, not at least one" },
      { options: { rateHz: 100 }, message: "ads1115: rateHz 100 is not one of 8, 16, 32, 64, 128, 250, 475, 860" },
    ],
    breakages: [],
  },
  thermometer(100, 4, 1.5),
  thermometer(100, 3, 1.5),
  thermometer(100, 2, 1.5),
  thermometer(1000, 4, 1.5),
  {
    name: "ina226",
    driver: INA226,
    options: { shuntOhms: 0.01, averages: 4 },
    channels: { current: "ammeter.current", voltage: "voltmeter.voltage" },
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x40, seed, (surroundings) => new INA226Chip(surroundings)),
    spare: ({ clock }, seed) => new INA226Chip({ clock, random: new Random(seed) }),
    ranges: { current: { minimum: -8.19, maximum: 8.19 }, voltage: { minimum: 0, maximum: 35.99 } },
    wrongOptions: [
      { options: { averages: 2 }, message: "ina226: averages 2 is not one of 1, 4, 16, 64, 128, 256, 512, 1024" },
      { options: { shuntOhms: 0 }, message: "ina226: shuntOhms 0 is not in 0.00001 to 1000" },
    ],
    breakages: [],
  },
  {
    name: "lis3dh",
    driver: LIS3DH,
    options: { rateHz: lis3dhStated.rateHz, rangeG: 8 },
    channels: axes,
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x18, seed, (around) => new LIS3DHChip(accelerometer(lis3dhStated, around))),
    spare: ({ clock }, seed) => new LIS3DHChip(accelerometer(lis3dhStated, { clock, random: new Random(seed) })),
    blocks: {
      nominalHz: lis3dhStated.rateHz,
      capacity: 32,
      bench: (seed, signal) =>
        new I2CBench(0x18, seed, (around) => new LIS3DHChip(accelerometer(lis3dhStated, around, signal))),
    },
    wrongOptions: [
      {
        options: { rateHz: 800 },
        message: "lis3dh: rateHz 800 is not one of 1, 10, 25, 50, 100, 200, 400, 1344, 1600, 5376",
      },
      { options: { rangeG: 3 }, message: "lis3dh: rangeG 3 is not one of 2, 4, 8, 16" },
    ],
    breakages: [],
  },
  {
    name: "adxl345",
    driver: ADXL345,
    options: { rateHz: adxl345Stated.rateHz, rangeG: 16 },
    channels: axes,
    bus: "I2C",
    checksums: false,
    bench: (seed) => new I2CBench(0x53, seed, (around) => new ADXL345Chip(accelerometer(adxl345Stated, around))),
    spare: ({ clock }, seed) => new ADXL345Chip(accelerometer(adxl345Stated, { clock, random: new Random(seed) })),
    blocks: {
      nominalHz: adxl345Stated.rateHz,
      capacity: 32,
      bench: (seed, signal) =>
        new I2CBench(0x53, seed, (around) => new ADXL345Chip(accelerometer(adxl345Stated, around, signal))),
    },
    wrongOptions: [
      { options: { rateHz: 400 }, message: "adxl345: rateHz 400 is not at most 200, which I2C at 100000 Hz allows" },
      { options: { rangeG: 1 }, message: "adxl345: rangeG 1 is not one of 2, 4, 8, 16" },
    ],
    breakages: [],
  },
  {
    name: "iis3dwb",
    driver: IIS3DWB,
    options: { rangeG: 4 },
    channels: axes,
    bus: "SPI",
    checksums: false,
    bench: (seed) => new SPIBench(seed, (around) => new IIS3DWBChip(accelerometer(iis3dwbStated, around))),
    spare: ({ clock }, seed) => new IIS3DWBChip(accelerometer(iis3dwbStated, { clock, random: new Random(seed) })),
    blocks: {
      nominalHz: iis3dwbStated.rateHz,
      capacity: 512,
      bench: (seed, signal) =>
        new SPIBench(seed, (around) => new IIS3DWBChip(accelerometer(iis3dwbStated, around, signal))),
    },
    wrongOptions: [{ options: { rangeG: 3 }, message: "iis3dwb: rangeG 3 is not one of 2, 4, 8, 16" }],
    breakages: [],
  },
  {
    name: "voltage-input",
    driver: VoltageInput,
    options: { ...outlet, minimumVolts: 2, atMinimum: 0, atMaximum: 10 },
    channels: { value: "scaled" },
    bus: "Analog",
    checksums: false,
    bench: (seed) => new AnalogBench(seed, outletModel),
    spare: outletModel,
    wrongOptions: [
      { options: { oversampling: 0 }, message: "voltage-input: oversampling 0 is not in 1 to 256" },
      { options: { maximumVolts: 2 }, message: "voltage-input: maximumVolts 2 is not in 2.1 to 100" },
    ],
    breakages: [
      breakage("a cut wire", "open-circuit", (chip: VoltageTransmitter) => chip.setState("open")),
      breakage("a supply that comes through", "out-of-range", (chip: VoltageTransmitter) => chip.setState("over")),
    ],
  },
  currentTransformer(50),
  currentTransformer(60),
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
  meter("sdm120", SDM120, {}),
  meter("modbus-registers", ModbusRegisters, { registers: meterRegisters }),
  {
    name: "gnss",
    driver: GNSS,
    options: {},
    channels: {
      latitude: "latitude",
      longitude: "longitude",
      altitude: "altitude",
      speed: "speed",
      course: "course",
    },
    bus: "Serial",
    checksums: true,
    bench: (seed) => new SerialBench(seed, gnssModel, { baud: 9600 }),
    spare: ({ clock }, seed) => gnssModel({ clock, random: new Random(seed) }),
    settleMs: 100,
    wrongOptions: [{ options: { staleMs: 10 }, message: "gnss: staleMs 10 is not in 1000 to 600000" }],
    breakages: [],
  },
  {
    name: "flow-meter",
    driver: FlowMeter,
    options: { pulsesPerLitre: 450, windowMs: 2000, maximumHz: 1000 },
    channels: { flow: "rate" },
    bus: "PulseCount",
    checksums: false,
    bench: (seed) => new PulseBench(seed, flowModel),
    spare: ({ clock }, seed) => flowModel({ clock, random: new Random(seed) }),
    wrongOptions: [
      { options: { pulsesPerLitre: 0 }, message: "flow-meter: pulsesPerLitre 0 is not in 0.0001 to 100000" },
      { options: { windowMs: 5 }, message: "flow-meter: windowMs 5 is not in 10 to 3600000" },
    ],
    breakages: [],
  },
  {
    name: "tachometer",
    driver: Tachometer,
    options: { pulsesPerRevolution: 10, windowMs: 2000, maximumHz: 600 },
    channels: { speed: "speed" },
    bus: "PulseCount",
    checksums: false,
    bench: (seed) => new PulseBench(seed, turnsModel),
    spare: ({ clock }, seed) => turnsModel({ clock, random: new Random(seed) }),
    wrongOptions: [
      { options: { pulsesPerRevolution: 0 }, message: "tachometer: pulsesPerRevolution 0 is not in 0.01 to 10000" },
      { options: { maximumHz: 50_000 }, message: "tachometer: maximumHz 50000 is not in 0.001 to 39000" },
    ],
    breakages: [],
  },
  {
    name: "limit-switch",
    driver: LimitSwitch,
    options: {},
    channels: { state: "state" },
    bus: "Digital",
    checksums: false,
    bench: (seed) => new DigitalBench(seed, switchModel),
    spare: ({ clock }, seed) => switchModel({ clock, random: new Random(seed) }),
    wrongOptions: [{ options: { debounceMs: -1 }, message: "limit-switch: debounceMs -1 is not in 0 to 10000" }],
    breakages: [],
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
  const variant = part.variant ?? (typeof placement === "string" ? `${placement} side` : undefined);
  return variant === undefined ? part.name : `${part.name} (${variant})`;
}
