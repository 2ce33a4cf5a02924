/* eslint-disable @typescript-eslint/triple-slash-reference -- modules without typings, in the SDK's build as in ours */
/// <reference path="./sdk-drivers.d.ts" />
import SMBus from "embedded:io/smbus";
import LIS3DH from "embedded:sensor/Accelerometer/LIS3DH";
import BMP280 from "embedded:sensor/Barometer-Temperature/BMP280";
import SHT3x from "embedded:sensor/Humidity-Temperature/SHT3x";
import MLX90614 from "embedded:sensor/Temperature/MLX90614";
import Thermistor from "embedded:sensor/Temperature/NTC_Thermistor";
import TMP117 from "embedded:sensor/Temperature/TMP117";
import Timer from "timer";
import { BME280Chip } from "../../simulator/chips/bme280.js";
import type { I2CTarget, Part } from "../../simulator/chips/chip.js";
import { LIS3DHChip } from "../../simulator/chips/lis3dh.js";
import { MLX90614Chip } from "../../simulator/chips/mlx90614.js";
import { SHT3xChip } from "../../simulator/chips/sht3x.js";
import { ThermistorDivider } from "../../simulator/chips/thermistor-divider.js";
import { TMP117Chip } from "../../simulator/chips/tmp117.js";
import { AnalogBank } from "../../simulator/io/analog.js";
import { Random } from "../../simulator/random.js";
import { bus, clock } from "./bus.js";

/** One driver of the SDK, open, and the part that it reads. */
export interface DriverUnderTest {
  readonly name: string;
  readonly chip: Part;
  /** By channel of the part. */
  sample(): Readonly<Record<string, number | undefined>>;
  close(): void;
  /** How long a channel must have held before the driver can know, in ms. */
  readonly settleMs: number;
  /** What the driver adds to the part's tolerance, at a value of that channel. */
  excess?(channel: string, truth: number): number;
}

const random = new Random(1);
const wires = { data: 21, clock: 22 };
const surroundings = (name: string) => ({ clock, random: random.fork(name) });

/** Blocks for 50 ms after every command. Relative humidity is in percent, where ECMA-419 has 0 to 1. */
export function sht3x(): DriverUnderTest {
  const chip = new SHT3xChip(surroundings("sht3x"));
  bus.attach(0x44, chip);
  const driver = new SHT3x({ sensor: { ...wires, io: bus.I2C } });
  return {
    name: "SHT3x",
    chip,
    settleMs: 0,
    sample() {
      const { thermometer, hygrometer } = driver.sample();
      return { temperature: thermometer.temperature, humidity: hygrometer.humidity };
    },
    close: () => driver.close(),
  };
}

/**
 * It writes to the part at once after a soft reset, which takes 2 ms (SNOSD82D §7.6.2): our part does not answer meanwhile,
 * and the constructor throws. Here the line waits for the part. Single conversions cannot be read: the driver waits for
 * the typical time of one where the part takes the maximum, and then breaks it off; so the part converts all the time.
 * Not used: 32 averages, which become 64, and a reading before the first conversion, -256 °C, which it gives as 256.
 */
export function tmp117(): DriverUnderTest {
  const chip = new TMP117Chip(surroundings("tmp117"));
  bus.attach(0x48, waitedFor(chip));
  const driver = new TMP117({ sensor: { ...wires, io: SMBus } });
  // 8 conversions of 17.5 ms at most, without a pause.
  driver.configure({ conversionRate: 0 });
  return {
    name: "TMP117",
    chip,
    settleMs: 2 * 8 * 17.5,
    sample: () => ({ temperature: driver.sample().temperature }),
    close: () => driver.close(),
  };
}

/** A line on which a part that is busy is asked again for up to 3 ms, as if it stretched the clock. */
function waitedFor(target: I2CTarget): I2CTarget {
  return {
    start(address, read) {
      for (let tries = 0; tries < 3; tries++) {
        if (target.start(address, read)) return true;
        Timer.delay(1);
      }
      return target.start(address, read);
    },
    write: (byte) => target.write(byte),
    read: () => target.read(),
    stop: () => target.stop(),
  };
}

/**
 * At ±4 g it takes a g for 8190 counts; 2 mg per step of 16 counts (DocID17530 §2.1, table 4) make 8000: every reading is
 * 2.3 % too small.
 */
export function lis3dh(): DriverUnderTest {
  const chip = new LIS3DHChip({ ...surroundings("lis3dh"), statedFor: { range: 4, rateHz: 400 } });
  bus.attach(0x18, chip);
  const driver = new LIS3DH({ sensor: { ...wires, io: SMBus } });
  return {
    name: "LIS3DH",
    chip,
    // Seven samples at 400 Hz, and the part's clock is some percents off.
    settleMs: 25,
    excess: (_channel, truth) => Math.abs(truth) * (1 - 8000 / 8190),
    sample: () => ({ ...driver.sample() }),
    close: () => driver.close(),
  };
}

/** It looks at the checksum, but tells nobody when it is wrong; nor at the flag of an object out of range. */
export function mlx90614(): DriverUnderTest {
  const chip = new MLX90614Chip(surroundings("mlx90614"));
  bus.attach(0x5a, chip);
  const driver = new MLX90614({ sensor: { ...wires, io: SMBus } });
  return {
    name: "MLX90614",
    chip,
    // The part computes ten times a second.
    settleMs: 100,
    sample() {
      const { temperature, ambientTemperature } = driver.sample();
      return { object: temperature, ambient: ambientTemperature };
    },
    close: () => driver.close(),
  };
}

/**
 * A BME280 that calls itself a BMP280: registers, trim and formulas of temperature and pressure are the same (BST-BMP280-DS001
 * §3.11, §4.2), and humidity stays off. `configure` writes to `config` in normal mode, where the part may ignore it, and
 * the constructor turns the strongest filter on: so that no value of before is left in it, the driver is opened for every
 * reading, which resets the part.
 */
export function bmp280(): DriverUnderTest {
  const chip = new BME280Chip(surroundings("bmp280"));
  const { temperature, pressure } = chip.channels;
  bus.attach(0x76, named(chip, 0xd0, 0x58));
  return {
    name: "BMP280",
    chip: {
      channels: { temperature, pressure },
      setChannel: (name, value) => chip.setChannel(name, value),
      powerCycle: () => chip.powerCycle(),
    },
    settleMs: 0,
    sample() {
      const driver = new BMP280({ sensor: { ...wires, io: bus.I2C } });
      // Temperature twice, pressure 16 times: 43.2 ms at most (BST-BME280-DS002 §9.1).
      Timer.delay(45);
      const { thermometer, barometer } = driver.sample();
      driver.close();
      return { temperature: thermometer.temperature, pressure: barometer.pressure };
    },
    close() {},
  };
}

/** A part that answers `identity` when it is asked for `register`, and is otherwise as it was. */
function named(target: I2CTarget, register: number, identity: number): I2CTarget {
  let asked = false;
  return {
    start: (address, read) => target.start(address, read),
    write(byte) {
      asked = byte === register;
      return target.write(byte);
    },
    read() {
      const byte = target.read();
      return asked ? identity : byte;
    },
    stop: () => target.stop(),
  };
}

/**
 * It takes the ADC's full scale for the divider's supply: 2450 mV at ESP32's 12 dB. Full scale to it is 4096 where ESP32
 * has 4095, at most 0.6 mV more. `close` does not close the pin.
 */
export function thermistor(): DriverUnderTest {
  const chip = new ThermistorDivider({
    seriesOhms: 10_000,
    supplyMillivolts: 2450,
    nominalOhms: 10_000,
    nominalCelsius: 25,
    betaKelvin: 3435,
    placement: "high",
    minimumCelsius: 0,
    maximumCelsius: 90,
  });
  const bank = new AnalogBank({ random: random.fork("analog") });
  bank.attach(34, chip);
  const driver = new Thermistor({ sensor: { io: bank.Analog, pin: 34 } });
  driver.configure({ averaging: 16 });
  return {
    name: "NTC_Thermistor",
    chip,
    settleMs: 0,
    // Of the part's tolerance, which stands for 2 mV.
    excess: () => (0.6 / 2) * chip.channels.temperature.tolerance,
    sample: () => ({ temperature: driver.sample().temperature }),
    close: () => driver.close(),
  };
}
