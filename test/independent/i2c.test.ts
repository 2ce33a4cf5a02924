/**
 * Drivers that nobody here wrote read our chips: the npm packages bme280 2.1.1, sht31-node 1.0.1 and ads1115 1.2.0, over
 * a bus that looks to them like that of the package i2c-bus. Tolerances are the chips' own; where one is tighter it is
 * said. The packages wait with timers, which run in virtual time (test/support/virtual-time.ts).
 */
import type { ExecutionContext } from "ava";
import { ADS1115Chip, uncertaintyVolts } from "../../simulator/chips/ads1115.js";
import { BME280Chip } from "../../simulator/chips/bme280.js";
import { TYPICAL_TRIM } from "../../simulator/chips/bme280-trim.js";
import type { I2CTarget, Part, PartChannel } from "../../simulator/chips/chip.js";
import { SHT3xChip } from "../../simulator/chips/sht3x.js";
import { VirtualClock } from "../../simulator/clock.js";
import { corruptRead } from "../../simulator/faults/i2c.js";
import { I2CBus } from "../../simulator/io/i2c.js";
import { Random } from "../../simulator/random.js";
import { busNumber, i2cBusModule, I2CBusAdapter } from "../support/i2c-bus-adapter.js";
import { load, optionalTest, standIn } from "../support/optional.js";
import { inVirtualTime, wait } from "../support/virtual-time.js";

interface Surroundings {
  clock: VirtualClock;
  random: Random;
}

/** A chip on a bus of its own. */
function bench<Chip extends I2CTarget & Part>(address: number, model: (surroundings: Surroundings) => Chip) {
  const clock = new VirtualClock();
  const chip = model({ clock, random: new Random(1) });
  const bus = new I2CBus({ clock });
  bus.attach(address, chip);
  return { clock, chip, bus };
}

/** Seven values over a range, both ends among them. */
function points({ minimum, maximum }: PartChannel): number[] {
  return [0, 0.05, 0.2, 0.5, 0.7, 0.95, 1].map((share) => minimum + share * (maximum - minimum));
}

function near(t: ExecutionContext, read: number, truth: number, tolerance: number, what: string): void {
  t.true(Math.abs(read - truth) <= tolerance, `${what}: read ${read}, is ${truth}, tolerance ${tolerance}`);
}

/**
 * Sets each channel to several values and compares all of them with what is read.
 *
 * @param tolerances instead of the channels', where they are for worse settings than the package's
 */
async function sweep(
  t: ExecutionContext,
  chip: Part,
  truth: Record<string, number>,
  read: () => Promise<Record<string, number>>,
  tolerances: Readonly<Record<string, number>> = {},
): Promise<void> {
  for (const name of Object.keys(chip.channels)) {
    const usual = truth[name]!;
    for (const value of points(chip.channels[name]!)) {
      truth[name] = value;
      chip.setChannel(name, value);
      const reading = await read();
      for (const [other, { tolerance }] of Object.entries(chip.channels)) {
        near(t, reading[other]!, truth[other]!, tolerances[other] ?? tolerance, `${other}, with ${name} ${value}`);
      }
    }
    truth[name] = usual;
    chip.setChannel(name, usual);
  }
}

// bme280: its compensation is Bosch's in double precision. It asks for hPa where the others have Pa.

interface BME280Package {
  open(options: Record<string, unknown>): Promise<{
    read(): Promise<{ temperature: number; humidity: number; pressure: number }>;
    triggerForcedMeasurement(): Promise<void>;
    maximumMeasurementTime(): number;
    close(): Promise<void>;
  }>;
  OVERSAMPLE: Record<"X1" | "X16", number>;
  FILTER: Record<"F16", number>;
}

const BME280 = ["bme280", "i2c-bus"];

function bme280Package(): BME280Package {
  standIn("bme280", "i2c-bus", i2cBusModule);
  return load<BME280Package>("bme280");
}

/** Every sign and every unsigned parameter's upper half that TYPICAL_TRIM does not have, and odd halves of H4 and H5. */
const OTHER_TRIM = {
  ...TYPICAL_TRIM,
  t1: 33_100,
  t2: 26_117,
  t3: 50,
  p1: 31_007,
  p5: -211,
  p6: 9,
  h2: 371,
  h3: 3,
  h4: 325,
  h5: -23,
  h6: -6,
};

for (const [which, trim] of [
  ["a typical specimen", TYPICAL_TRIM],
  ["a specimen with other signs in its trim", OTHER_TRIM],
] as const) {
  optionalTest(BME280, `the package bme280 reads temperature, humidity and pressure of ${which}`, async (t) => {
    const { clock, chip, bus } = bench(0x76, (surroundings) => new BME280Chip({ ...surroundings, trim }));
    const { open } = bme280Package();
    await inVirtualTime(clock, async () => {
      const sensor = await open({ i2cBusNumber: busNumber(bus), i2cAddress: 0x76 });
      const truth = { temperature: 25, humidity: 50, pressure: 101_325 };
      for (const [name, value] of Object.entries(truth)) chip.setChannel(name, value);
      await sweep(t, chip, truth, async () => {
        // In normal mode: a measurement that was begun before, 0.5 ms of standby, and one more.
        await wait(2 * sensor.maximumMeasurementTime() + 1);
        const { temperature, humidity, pressure } = await sensor.read();
        return { temperature, humidity, pressure: 100 * pressure };
      });
      await sensor.close();
    });
    t.deepEqual(bus.violations, []);
  });
}

optionalTest(BME280, "the package bme280 reads measurements that it forced, oversampled and filtered", async (t) => {
  const { clock, chip, bus } = bench(0x77, (surroundings) => new BME280Chip(surroundings));
  const { open, OVERSAMPLE, FILTER } = bme280Package();
  const most = OVERSAMPLE.X16;
  await inVirtualTime(clock, async () => {
    for (const filterCoefficient of [0, FILTER.F16]) {
      const sensor = await open({
        i2cBusNumber: busNumber(bus),
        temperatureOversampling: most,
        humidityOversampling: most,
        pressureOversampling: most,
        filterCoefficient,
        forcedMode: true,
      });
      for (const celsius of points(chip.channels.temperature)) {
        chip.setChannel("temperature", celsius);
        // (15/16)^180: what the filter still has of the value before is less than a hundredth of the tolerance.
        for (let count = filterCoefficient ? 180 : 1; count > 0; count--) {
          await sensor.triggerForcedMeasurement();
          await wait(sensor.maximumMeasurementTime());
        }
        const { temperature, humidity, pressure } = await sensor.read();
        near(t, temperature, celsius, chip.channels.temperature.tolerance, "temperature");
        near(t, humidity, 50, chip.channels.humidity.tolerance, `humidity at ${celsius} Cel`);
        near(t, 100 * pressure, 101_325, chip.channels.pressure.tolerance, `pressure at ${celsius} Cel`);
      }
      await sensor.close();
    }
  });
  t.deepEqual(bus.violations, []);
});

optionalTest(BME280, "the package bme280 refuses a part with another identity, and nobody at all", async (t) => {
  const { clock, bus } = bench(0x76, (surroundings) => new SHT3xChip(surroundings));
  const { open } = bme280Package();
  await inVirtualTime(clock, async () => {
    await t.throwsAsync(open({ i2cBusNumber: busNumber(bus), i2cAddress: 0x76 }));
    await t.throwsAsync(open({ i2cBusNumber: busNumber(bus), i2cAddress: 0x77 }));
  });
});

// sht31-node: single shots of high repeatability, read after 15 ms, the datasheet's maximum (version 5, §2.2). Its reset()
// names a variable that it has not, and throws a ReferenceError; it is not called.

interface SHT31 {
  readSensorData(): Promise<{ temperature: number; humidity: number }>;
  getStatus(): Promise<Record<string, boolean>>;
  sendCommand(command: number): Promise<unknown>;
}

const SHT31_NODE = ["sht31-node", "i2c-bus"];

function sht31(bus: I2CBus): SHT31 {
  standIn("sht31-node", "i2c-bus", i2cBusModule);
  const { SHT31 } = load<{ SHT31: new (address: number, device: number) => SHT31 }>("sht31-node");
  return new SHT31(0x44, busNumber(bus));
}

optionalTest(SHT31_NODE, "the package sht31-node reads temperature and humidity", async (t) => {
  const { clock, chip, bus } = bench(0x44, (surroundings) => new SHT3xChip(surroundings));
  const sensor = sht31(bus);
  const truth = { temperature: 25, humidity: 50 };
  // Half a step of 16 bits, and twice the repeatability of §1, which is three standard deviations, at its best.
  const tolerances = { temperature: 0.5 * (175 / 65535) + 2 * 0.04, humidity: 0.5 * (100 / 65535) + 2 * 0.08 };
  const read = async () => ({ ...(await sensor.readSensorData()) });
  await inVirtualTime(clock, () => sweep(t, chip, truth, read, tolerances));
  t.deepEqual(bus.violations, []);
});

optionalTest(SHT31_NODE, "the package sht31-node reads the status: a reset, then the heater", async (t) => {
  const { clock, bus } = bench(0x44, (surroundings) => new SHT3xChip(surroundings));
  const sensor = sht31(bus);
  await inVirtualTime(clock, async () => {
    const afterReset = {
      WriteStatus: true,
      CommandStatus: true,
      ResetDetected: true,
      TempTrackingAlert: false,
      RHTrackingAlert: false,
      HeaterEnabled: false,
      AlertPending: true,
    };
    t.deepEqual(await sensor.getStatus(), afterReset);
    await sensor.sendCommand(0x3041); // clear status
    await sensor.sendCommand(0x306d); // heater on
    const heating = { ...afterReset, ResetDetected: false, AlertPending: false, HeaterEnabled: true };
    t.deepEqual(await sensor.getStatus(), heating);
  });
});

optionalTest(SHT31_NODE, "the package sht31-node notices every bit that the line turns", async (t) => {
  const { clock, bus } = bench(0x44, (surroundings) => new SHT3xChip(surroundings));
  const sensor = sht31(bus);
  await inVirtualTime(clock, async () => {
    for (let byte = 0; byte < 6; byte++) {
      for (let bit = 0; bit < 8; bit++) {
        const mend = bus.decorate(0x44, (target) => corruptRead(target, byte, 1 << bit));
        const refused = await sensor.readSensorData().then(
          () => undefined,
          (reason: unknown) => reason,
        );
        mend();
        const which = byte < 3 ? "Temperature" : "Humidity";
        t.is(refused, `${which} integrity check failed.`, `bit ${bit} of byte ${byte}`);
      }
    }
  });
});

// ads1115: single shots at 128 per second, read after 10 ms. Three things in it are wrong, and stepped around here:
// - measure() gives the conversion register as 0 to 65535; it is two's complement (SBAS444E §7.5.4, §8.1.2).
// - `gain = "2/3"` does nothing (its code is 0, which the setter takes for "unknown"): only a new instance has that gain.
// - writeLowThreshold and writeHiThreshold pass the address where the register belongs, and so write to register 0, which
//   is read-only (§8.1.2); our chip says so.

interface ADS1115 {
  gain: string;
  measure(inputs: string): Promise<number>;
  writeLowThreshold(threshold: number): Promise<unknown>;
}

type ADS1115Package = (bus: object, address: number) => ADS1115;

/** Full scale in V (SBAS444E table 8-3) by the name that the package gives it. */
const GAINS: Record<string, number> = { "2/3": 6.144, "1": 4.096, "2": 2.048, "4": 1.024, "8": 0.512, "16": 0.256 };
const PAIRS = ["0+1", "0+3", "1+3", "2+3", "0+GND", "1+GND", "2+GND", "3+GND"];

function volts(code: number, fullScale: number): number {
  const signed = code >= 0x8000 ? code - 0x10000 : code;
  return (signed / 0x8000) * fullScale;
}

for (const [gain, fullScale] of Object.entries(GAINS)) {
  optionalTest(["ads1115"], `the package ads1115 reads every input with gain ${gain}`, async (t) => {
    const { clock, chip, bus } = bench(0x48, (surroundings) => new ADS1115Chip({ ...surroundings, supplyVolts: 5 }));
    const part = load<ADS1115Package>("ads1115")(new I2CBusAdapter(bus).promisified(), 0x48);
    part.gain = gain;
    // The chip's own tolerance at this full scale; its channel's is that of the widest.
    const tolerance = uncertaintyVolts(fullScale);
    const highest = fullScale * (0x7fff / 0x8000);
    await inVirtualTime(clock, async () => {
      for (const pair of PAIRS) {
        const [positive, negative] = pair.split("+") as [string, string];
        const ground = negative === "GND";
        // What is on the others must not matter.
        for (const input of [0, 1, 2, 3]) chip.setChannel(`a${input}`, 0.7 + 0.4 * input);
        const below = ground ? 0 : 2.5;
        if (!ground) chip.setChannel(`a${negative}`, below);
        for (const share of [-1.2, -0.999, -0.3, 0, 0.1, 0.5, 0.98, 1.2]) {
          const wanted = below + share * fullScale;
          // The pin's limits (§6.1): 0.3 V beyond ground and supply.
          const pin = Math.min(Math.max(wanted, -0.3), 5.3);
          chip.setChannel(`a${positive}`, pin);
          const truth = Math.min(Math.max(pin - below, -fullScale), highest);
          near(t, volts(await part.measure(pair), fullScale), truth, tolerance, `${pair} at ${pin} V`);
        }
      }
    });
    t.deepEqual(bus.violations, []);
  });
}

optionalTest(
  ["ads1115"],
  "the package ads1115 writes a threshold to the wrong register, which the chip refuses",
  async (t) => {
    const { clock, bus } = bench(0x48, (surroundings) => new ADS1115Chip(surroundings));
    const part = load<ADS1115Package>("ads1115")(new I2CBusAdapter(bus).promisified(), 0x48);
    await inVirtualTime(clock, async () => {
      await t.throwsAsync(part.writeLowThreshold(0x100), { message: /conversion register is read-only/ });
    });
    t.is(bus.violations.length, 1);
  },
);
