import { defineNode } from "../define-node.js";
import { BME280 } from "../sensors/bme280.js";
import { CurrentLoop } from "../sensors/current-loop.js";
import { SHT3x } from "../sensors/sht3x.js";
import { Thermistor } from "../sensors/thermistor.js";

const BUS = { data: 21, clock: 22, hz: 100_000 };

/** 103AT-type NTC, 10 kΩ at 25 °C, under 12 kΩ from 3.3 V: 0 to 110 °C is 2327 to 200 mV, inside the ADC's calibrated range. */
const NTC_103AT = {
  placement: "low",
  seriesOhms: 12_000,
  supplyMillivolts: 3300,
  nominalOhms: 10_000,
  nominalCelsius: 25,
  betaKelvin: 3435,
};
const ADC = { calibrated: true, attenuation: 12 };

/** A motor with its pump, the cold room that it serves, and the tank that it fills. */
export const pumpRoom = defineNode({
  name: "pump-room",
  sensors: [
    {
      name: "bearing",
      driver: Thermistor,
      io: "Analog",
      wiring: { pin: 34, esp32: ADC },
      options: NTC_103AT,
      periodMs: 1000,
    },
    {
      name: "winding",
      driver: Thermistor,
      io: "Analog",
      wiring: { pin: 35, esp32: ADC },
      options: NTC_103AT,
      periodMs: 1000,
    },
    { name: "hall", driver: SHT3x, io: "I2C", wiring: { ...BUS, address: 0x44 }, periodMs: 5000 },
    { name: "coldroom", driver: BME280, io: "I2C", wiring: { ...BUS, address: 0x76 }, periodMs: 2000 },
    {
      name: "tank",
      driver: CurrentLoop,
      io: "Analog",
      wiring: { pin: 32, esp32: ADC },
      options: { shuntOhms: 100, atFourMilliamperes: 0, atTwentyMilliamperes: 4 },
      periodMs: 1000,
    },
  ],
  channels: [
    {
      name: "bearing.temperature",
      source: "bearing",
      field: "temperature",
      unit: "Cel",
      resolution: 0.01,
      defaults: {
        filters: [
          { kind: "median", samples: 5 },
          { kind: "exponential", timeConstantMs: 10_000 },
        ],
        alarms: [
          { kind: "low-low", setpoint: 20, deadband: 2, onDelayMs: 10_000, offDelayMs: 10_000, priority: "high" },
          { kind: "low", setpoint: 45, deadband: 2, onDelayMs: 10_000, offDelayMs: 10_000, priority: "medium" },
          { kind: "high", setpoint: 80, deadband: 2, onDelayMs: 5000, offDelayMs: 10_000, priority: "high" },
          { kind: "high-high", setpoint: 95, deadband: 2, onDelayMs: 2000, offDelayMs: 10_000, priority: "critical" },
        ],
        report: { kind: "change", deadband: 0.2, minimumIntervalMs: 1000, maximumIntervalMs: 60_000 },
      },
    },
    {
      name: "winding.temperature",
      source: "winding",
      field: "temperature",
      unit: "Cel",
      resolution: 0.01,
      defaults: {
        filters: [
          { kind: "median", samples: 5 },
          { kind: "exponential", timeConstantMs: 10_000 },
        ],
        alarms: [
          { kind: "high", setpoint: 90, deadband: 3, onDelayMs: 5000, offDelayMs: 10_000, priority: "high" },
          { kind: "high-high", setpoint: 105, deadband: 3, onDelayMs: 2000, offDelayMs: 10_000, priority: "critical" },
        ],
        report: { kind: "change", deadband: 0.2, minimumIntervalMs: 1000, maximumIntervalMs: 60_000 },
      },
    },
    {
      name: "hall.temperature",
      source: "hall",
      field: "thermometer.temperature",
      unit: "Cel",
      resolution: 0.01,
      defaults: { report: { kind: "change", deadband: 0.1, minimumIntervalMs: 5000, maximumIntervalMs: 60_000 } },
    },
    {
      name: "hall.humidity",
      source: "hall",
      field: "hygrometer.humidity",
      unit: "%RH",
      resolution: 0.1,
      defaults: { report: { kind: "change", deadband: 0.5, minimumIntervalMs: 5000, maximumIntervalMs: 60_000 } },
    },
    {
      name: "coldroom.temperature",
      source: "coldroom",
      field: "thermometer.temperature",
      unit: "Cel",
      resolution: 0.01,
      defaults: {
        filters: [{ kind: "moving-average", samples: 5 }],
        alarms: [
          { kind: "low", setpoint: 0.5, deadband: 0.5, onDelayMs: 60_000, offDelayMs: 30_000, priority: "medium" },
          { kind: "high", setpoint: 8, deadband: 0.5, onDelayMs: 120_000, offDelayMs: 30_000, priority: "high" },
        ],
        report: { kind: "change", deadband: 0.1, minimumIntervalMs: 5000, maximumIntervalMs: 60_000 },
      },
    },
    {
      name: "coldroom.humidity",
      source: "coldroom",
      field: "hygrometer.humidity",
      unit: "%RH",
      resolution: 0.1,
      defaults: {
        filters: [{ kind: "moving-average", samples: 5 }],
        alarms: [{ kind: "high", setpoint: 95, deadband: 2, onDelayMs: 300_000, offDelayMs: 60_000, priority: "low" }],
        report: { kind: "change", deadband: 0.5, minimumIntervalMs: 5000, maximumIntervalMs: 60_000 },
      },
    },
    {
      name: "coldroom.pressure",
      source: "coldroom",
      field: "barometer.pressure",
      unit: "Pa",
      resolution: 1,
      defaults: {
        filters: [{ kind: "exponential", timeConstantMs: 30_000 }],
        report: { kind: "change", deadband: 10, minimumIntervalMs: 5000, maximumIntervalMs: 60_000 },
      },
    },
    {
      name: "tank.level",
      source: "tank",
      field: "scaled",
      unit: "m",
      resolution: 0.001,
      defaults: {
        filters: [{ kind: "exponential", timeConstantMs: 3000 }],
        alarms: [
          { kind: "low-low", setpoint: 0.3, deadband: 0.05, onDelayMs: 5000, offDelayMs: 5000, priority: "critical" },
          { kind: "low", setpoint: 0.6, deadband: 0.05, onDelayMs: 5000, offDelayMs: 5000, priority: "medium" },
          { kind: "high", setpoint: 3.6, deadband: 0.05, onDelayMs: 5000, offDelayMs: 5000, priority: "medium" },
          {
            kind: "high-high",
            setpoint: 3.85,
            deadband: 0.05,
            onDelayMs: 2000,
            offDelayMs: 5000,
            priority: "critical",
          },
        ],
        report: { kind: "change", deadband: 0.01, minimumIntervalMs: 2000, maximumIntervalMs: 60_000 },
      },
    },
  ],
});
