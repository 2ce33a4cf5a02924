import test from "ava";
import type { SensorDefinition } from "../../../firmware/definition.js";
import type { QualityCause } from "../../../firmware/model/quality.js";
import { qualityText } from "../../../firmware/model/quality.js";
import { SensorFault } from "../../../firmware/model/sensor.js";
import { ChannelPipeline } from "../../../firmware/measurement/pipeline.js";
import { Sampler } from "../../../firmware/measurement/sampler.js";
import { composeSettings } from "../../../firmware/settings/settings.js";
import { alarmsOf } from "../../support/alarms.js";
import { VirtualClock } from "../../../simulator/clock.js";

const hall = {
  name: "hall.temperature",
  source: "hall",
  field: "thermometer.temperature",
  unit: "Cel",
  resolution: 0.01,
};

/** What the sensor does at each call of `sample`: a number, not ready, or a failure. The last one goes on for ever. */
type Script = (number | undefined | Error)[];

function bench(script: Script, { opens = () => {} } = {}) {
  const clock = new VirtualClock();
  const log: string[] = [];
  const at = (ticks: number, text: string) => log.push(`${ticks} ${text}`);
  let calls = 0;
  class ScriptedSensor {
    readonly readyInMs = 15;
    constructor() {
      opens();
    }
    configure() {}
    sample() {
      const step = script[Math.min(calls++, script.length - 1)];
      if (step instanceof Error) throw step;
      return step === undefined ? undefined : { thermometer: { temperature: step } };
    }
    close() {
      log.push("closed");
    }
  }
  class Pin {
    readonly resolution = 12;
    read() {
      return 0;
    }
    close() {}
  }
  const definition: SensorDefinition = {
    name: "hall",
    driver: ScriptedSensor,
    io: "Analog",
    wiring: { pin: 1 },
    periodMs: 1000,
  };
  const { channels } = composeSettings({
    name: "test",
    sensors: [],
    channels: [{ ...hall, defaults: { report: { kind: "every" } } }],
  });
  const settings = channels[hall.name]!;
  const channel = new ChannelPipeline(0, hall, settings, alarmsOf(hall.name, settings), {
    onValue: (_, value, ticks) => at(ticks, `${value}`),
    onQuality: (_, quality, _own, ticks) => at(ticks, qualityText(quality)),
  });
  const sampler = new Sampler(definition, { Analog: Pin }, clock, [channel], {
    onFault: (sensor, cause: QualityCause, detail, ticks) => at(ticks, `fault ${sensor} ${cause}: ${detail}`),
    onRecovery: (sensor, ticks) => at(ticks, `recovered ${sensor}`),
  });
  return { clock, sampler, log };
}

test("a sensor is read at every period, without drift, by the time its conversion takes", (t) => {
  const { clock, sampler, log } = bench([undefined, 20, undefined, 21, undefined, 22]);
  sampler.start();
  clock.advanceTo(2999);
  t.deepEqual(log, ["15 20", "1015 21", "2015 22"]);
});

test("one bad reading is retried, and no one hears of it", (t) => {
  const { clock, sampler, log } = bench([20, new SensorFault("checksum", "crc"), 21, 22]);
  sampler.start();
  clock.advanceTo(2500);
  t.deepEqual(log, ["0 20", "1020 21", "2000 22"]);
  t.is(sampler.faults, 0);
});

test("a lasting fault is told once with its cause, and so is its end", (t) => {
  const crc = new SensorFault("checksum", "sht3x: wrong checksum");
  const { clock, sampler, log } = bench([20, crc, crc, crc, crc, 25]);
  sampler.start();
  clock.advanceTo(5000);
  t.deepEqual(log, [
    "0 20",
    "1020 failure checksum",
    "1020 fault hall checksum: sht3x: wrong checksum",
    "4000 recovered hall",
    "4000 good",
    "4000 25",
    "5000 25",
  ]);
  t.is(sampler.faults, 1);
});

test("a bare error of an SDK driver counts as a fault of the bus, and the sensor is opened anew", (t) => {
  const { clock, sampler, log } = bench([new Error("read failed")]);
  sampler.start();
  clock.advanceTo(100);
  t.deepEqual(log, ["20 failure bus", "20 fault hall bus: read failed", "closed"]);
});

test("a sensor that cannot be opened is opened when it can be", (t) => {
  let attempts = 0;
  const { clock, sampler, log } = bench([20], {
    opens: () => {
      if (++attempts <= 4) throw new Error("no such pin");
    },
  });
  sampler.start();
  clock.advanceTo(3500);
  t.deepEqual(log, ["20 failure bus", "20 fault hall bus: no such pin", "3000 recovered hall", "3000 good", "3000 20"]);
});

test("a sensor that never gets ready is stale after a period, and the node goes on", (t) => {
  const { clock, sampler, log } = bench([undefined]);
  sampler.start();
  clock.advanceTo(10_000);
  t.deepEqual(log, ["990 failure stale", "990 fault hall stale: no reading within a period"]);
});

test("a reading without the channel's number is a failure, not a value", (t) => {
  const { clock, sampler, log } = bench([NaN, 20]);
  sampler.start();
  clock.advanceTo(1000);
  t.deepEqual(log, ["0 failure out-of-range", "1000 good", "1000 20"]);
});

test("a host that was away for many periods skips what it missed", (t) => {
  const { clock, sampler, log } = bench([20]);
  sampler.start();
  clock.advanceTo(3000);
  t.is(log.length, 4);
  sampler.stop();
  clock.advanceTo(9000);
  t.deepEqual(log.slice(4), ["closed"]);
});
