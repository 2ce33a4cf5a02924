import { defineNode } from "../define-node.js";
import type { ChannelDefinition, ChannelDefaults } from "../definition.js";
import { IIS3DWB } from "../sensors/iis3dwb.js";
import { Tachometer } from "../sensors/pulse-counter.js";
import { Thermistor } from "../sensors/thermistor.js";

/** 103AT-type NTC, 10 kΩ at 25 °C, under 12 kΩ from 3.3 V: 0 to 110 °C is 2327 to 200 mV, inside the ADC's calibrated range. */
const NTC_103AT = {
  placement: "low",
  seriesOhms: 12_000,
  supplyMillivolts: 3300,
  nominalOhms: 10_000,
  nominalCelsius: 25,
  betaKelvin: 3435,
};

/** What comes once a minute is sent when it has changed, and every ten minutes. */
const report = (deadband: number): ChannelDefaults["report"] => ({
  kind: "change",
  deadband,
  minimumIntervalMs: 0,
  maximumIntervalMs: 600_000,
});

/** Strength of evidence for a flaw, which passes 1 in two records in a row. */
const evidence = (field: string): ChannelDefinition => ({
  name: `drive.${field}`,
  source: "drive",
  field,
  unit: "1",
  resolution: 0.01,
  defaults: {
    alarms: [{ kind: "high", setpoint: 1, deadband: 0.2, onDelayMs: 30_000, offDelayMs: 150_000, priority: "medium" }],
    report: report(0.1),
  },
});

/** The drive end of a pump's motor: its vibration, speed and the temperature of its bearing, a 6205. */
export const pumpDrive = defineNode({
  name: "pump-drive",
  sensors: [
    {
      name: "accelerometer",
      driver: IIS3DWB,
      io: "SPI",
      wiring: { clock: 18, out: 23, in: 19, select: 5 },
      options: { rangeG: 16 },
      periodMs: 60_000,
    },
    {
      name: "tachometer",
      driver: Tachometer,
      io: "PulseCount",
      wiring: { signal: 27 },
      // Gear teeth, up to 3000 1/min. The counter must be read every 10 s.
      options: { pulsesPerRevolution: 60, maximumHz: 3000, windowMs: 1000 },
      periodMs: 5000,
    },
    {
      name: "bearing",
      driver: Thermistor,
      io: "Analog",
      wiring: { pin: 34, esp32: { calibrated: true, attenuation: 12 } },
      options: NTC_103AT,
      periodMs: 1000,
    },
  ],
  analyses: [
    {
      name: "drive",
      sensor: "accelerometer",
      axis: "x",
      defaults: {
        // Four blocks of 0.6 s with a spectrum up to 1.3 kHz, and of 1.2 s with that of the envelope up to 750 Hz, whose
        // lines are fine enough for the cage's 10 Hz: with the raw blocks a record takes 7.7 s.
        samples: 2048,
        blocks: 4,
        decimation: 8,
        envelopeFromHz: 2400,
        envelopeToHz: 3600,
        envelopeDecimation: 16,
        machineGroup: "group-2",
        support: "rigid",
        rollingElements: 9,
        elementDiameterMm: 7.94,
        pitchDiameterMm: 39.04,
        contactAngleDeg: 0,
        speedChannel: "speed",
      },
    },
  ],
  channels: [
    {
      name: "drive.velocity",
      source: "drive",
      field: "velocity",
      unit: "m/s",
      resolution: 1e-5,
      defaults: {
        // ISO 20816-3, group 2 on a rigid foundation: between zones B and C, and between C and D.
        alarms: [
          {
            kind: "high",
            setpoint: 2.8e-3,
            deadband: 2e-4,
            onDelayMs: 30_000,
            offDelayMs: 150_000,
            priority: "high",
            requestSnapshot: true,
          },
          {
            kind: "high-high",
            setpoint: 4.5e-3,
            deadband: 2e-4,
            onDelayMs: 30_000,
            offDelayMs: 150_000,
            priority: "critical",
          },
        ],
        report: report(5e-5),
      },
    },
    { name: "drive.zone", source: "drive", field: "zone", unit: "1", resolution: 1, defaults: { report: report(1) } },
    {
      name: "drive.acceleration",
      source: "drive",
      field: "rms",
      unit: "m/s2",
      resolution: 0.01,
      defaults: { report: report(0.05) },
    },
    {
      name: "drive.peak",
      source: "drive",
      field: "peak",
      unit: "m/s2",
      resolution: 0.1,
      defaults: { report: report(0.5) },
    },
    {
      name: "drive.crest-factor",
      source: "drive",
      field: "crestFactor",
      unit: "1",
      resolution: 0.1,
      defaults: { report: report(0.5) },
    },
    {
      name: "drive.kurtosis",
      source: "drive",
      field: "kurtosis",
      unit: "1",
      resolution: 0.1,
      defaults: { report: report(0.5) },
    },
    evidence("bpfo"),
    evidence("bpfi"),
    evidence("bsf"),
    evidence("ftf"),
    { name: "drive.fault", source: "drive", field: "fault", unit: "1", resolution: 1, defaults: { report: report(1) } },
    {
      name: "speed",
      source: "tachometer",
      field: "speed",
      unit: "1/min",
      resolution: 1,
      defaults: { report: { kind: "change", deadband: 5, minimumIntervalMs: 5000, maximumIntervalMs: 600_000 } },
    },
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
          { kind: "high", setpoint: 80, deadband: 2, onDelayMs: 5000, offDelayMs: 10_000, priority: "high" },
          { kind: "high-high", setpoint: 95, deadband: 2, onDelayMs: 2000, offDelayMs: 10_000, priority: "critical" },
        ],
        report: { kind: "change", deadband: 0.5, minimumIntervalMs: 5000, maximumIntervalMs: 600_000 },
      },
    },
  ],
});
