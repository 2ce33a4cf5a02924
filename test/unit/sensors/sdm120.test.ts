import test from "ava";
import type { SensorFault } from "../../../firmware/model/sensor.js";
import { SDM120 } from "../../../firmware/sensors/sdm120.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { SerialLine } from "../../../simulator/io/serial.js";
import { frame, outcome, ScriptedUnit } from "./serial-bench.js";

/** What the meter shows, by register. */
const SHOWN: Readonly<Record<number, number>> = {
  0x0000: 230.25,
  0x0006: 4.5,
  0x000c: -1000,
  0x0012: 1036.125,
  0x0018: 271.25,
  0x001e: -0.96875,
  0x0046: 50,
  0x0048: 12.5,
  0x004a: 100.25,
  0x0156: 112.75,
};

function meter(shown: Readonly<Record<number, number>> = SHOWN) {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock, baud: 2400, halfDuplex: true });
  const unit = new ScriptedUnit(clock, 1, (request) => {
    const view = new DataView(Uint8Array.from(request).buffer);
    const [first, count] = [view.getUint16(2), view.getUint16(4)];
    const data = new DataView(new ArrayBuffer(2 * count));
    for (let i = 0; i < count; i += 2) data.setFloat32(2 * i, shown[first + i] ?? 0);
    return frame(1, request[1]!, 2 * count, ...new Uint8Array(data.buffer));
  });
  unit.gapMs = 12;
  line.attach(unit);
  // As it leaves the factory: the driver's defaults are unit 1 and 2400 baud.
  const sensor = new SDM120({ sensor: { io: line.Serial, receive: 16, transmit: 17 }, clock });
  return { clock, unit, sensor };
}

test("every number is where the manual has it", (t) => {
  const { clock, sensor } = meter();
  t.deepEqual(outcome(clock, sensor), {
    voltage: 230.25,
    current: 4.5,
    activePower: -1000,
    apparentPower: 1036.125,
    reactivePower: 271.25,
    powerFactor: -0.96875,
    frequency: 50,
    importEnergy: 12.5,
    exportEnergy: 100.25,
    energy: 112.75,
  });
});

test("a reading is three requests of different lengths, within a second at 2400 baud", (t) => {
  const { clock, unit, sensor } = meter();
  outcome(clock, sensor);
  t.deepEqual(
    unit.heard.map((request) => request.slice(1, 6)),
    [
      [4, 0x00, 0x00, 0, 32],
      [4, 0x00, 0x46, 0, 6],
      [4, 0x01, 0x56, 0, 2],
    ],
  );
  t.true(clock.ticks() < 1000, `${clock.ticks()} ms`);
});

test("what the meter cannot measure is out of range", (t) => {
  for (const [register, value] of [
    [0x0000, 2300],
    [0x0046, 500],
    [0x001e, 2],
    [0x0156, -1],
    [0x000c, NaN],
  ] as const) {
    const { clock, sensor } = meter({ ...SHOWN, [register]: value });
    t.is((outcome(clock, sensor) as SensorFault).quality, "out-of-range");
  }
});
