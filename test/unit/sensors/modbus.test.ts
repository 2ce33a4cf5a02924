import test from "ava";
import { SensorFault } from "../../../firmware/model/sensor.js";
import { ModbusRegisters } from "../../../firmware/sensors/modbus-registers.js";
import type { RegisterDefinition } from "../../../firmware/sensors/modbus-registers.js";
import { frame, outcome, ScriptedUnit, serialBench } from "./serial-bench.js";

const LEVEL: RegisterDefinition = { name: "level", register: 0x6b, function: 3, type: "u16", unit: "m", scale: 0.001 };

/** The registers of a request, answered with their own numbers plus 1000. */
function counting(request: number[]): number[] {
  const [unit, code, high, low, , count] = request as [number, number, number, number, number, number];
  const data: number[] = [];
  for (let i = 0; i < count; i++) data.push((((high << 8) | low) + i + 1000) >> 8, ((low & 0xff) + i + 1000) & 0xff);
  return frame(unit, code, 2 * count, ...data);
}

function open(registers: readonly RegisterDefinition[], answer: ScriptedUnit["answer"], more: object = {}) {
  const { clock, line, wiring } = serialBench();
  const unit = new ScriptedUnit(clock, 0x11, answer);
  line.attach(unit);
  const sensor = new ModbusRegisters({ sensor: { ...wiring, unit: 0x11 }, clock, registers, ...more });
  return { clock, line, unit, sensor, wiring };
}

test("a request is unit, function, register, count and CRC: the specification's example of function 3", (t) => {
  const three: RegisterDefinition[] = [0, 1, 2].map((i) => ({ ...LEVEL, name: `r${i}`, register: 0x6b + i, scale: 1 }));
  const { clock, unit, sensor } = open(three, () => frame(0x11, 3, 6, 0x02, 0x2b, 0x00, 0x00, 0x00, 0x64));
  t.deepEqual(outcome(clock, sensor), { r0: 555, r1: 0, r2: 100 });
  t.deepEqual(unit.heard, [[0x11, 0x03, 0x00, 0x6b, 0x00, 0x03, 0x76, 0x87]]);
});

for (const [type, wordOrder, bytes, value] of [
  ["u16", "ABCD", [0xff, 0xfe], 65534],
  ["u16", "CDAB", [0xff, 0xfe], 65534],
  ["u16", "BADC", [0xfe, 0xff], 65534],
  ["i16", "ABCD", [0xff, 0xfe], -2],
  ["i16", "DCBA", [0xfe, 0xff], -2],
  ["u32", "ABCD", [0xfe, 0xdc, 0xba, 0x98], 0xfedcba98],
  ["u32", "CDAB", [0xba, 0x98, 0xfe, 0xdc], 0xfedcba98],
  ["u32", "BADC", [0xdc, 0xfe, 0x98, 0xba], 0xfedcba98],
  ["u32", "DCBA", [0x98, 0xba, 0xdc, 0xfe], 0xfedcba98],
  ["i32", "ABCD", [0xff, 0xff, 0xff, 0xfe], -2],
  ["i32", "CDAB", [0xff, 0xfe, 0xff, 0xff], -2],
  // 230.5 is 0x43668000.
  ["f32", "ABCD", [0x43, 0x66, 0x80, 0x00], 230.5],
  ["f32", "CDAB", [0x80, 0x00, 0x43, 0x66], 230.5],
  ["f32", "BADC", [0x66, 0x43, 0x00, 0x80], 230.5],
  ["f32", "DCBA", [0x00, 0x80, 0x66, 0x43], 230.5],
] as const) {
  test(`${type} in the order ${wordOrder}`, (t) => {
    const definition: RegisterDefinition = { name: "x", register: 0, function: 4, type, wordOrder, unit: "V" };
    const { clock, sensor } = open([definition], () => frame(0x11, 4, bytes.length, ...bytes));
    t.deepEqual(outcome(clock, sensor), { x: value });
  });
}

test("neighbours are read in one request, others and other functions in requests of their own", (t) => {
  const at = (name: string, register: number, code: 3 | 4): RegisterDefinition => {
    return { name, register, function: code, type: "u16", unit: "V" };
  };
  const map = [at("e", 9, 4), at("b", 1, 3), at("a", 0, 3), at("c", 4, 3), at("d", 8, 4)];
  const one = open(map, counting);
  t.deepEqual(outcome(one.clock, one.sensor), { e: 1009, b: 1001, a: 1000, c: 1004, d: 1008 });
  const asked = (heard: number[][]) => heard.map(([, code, , register, , count]) => [code, register, count]);
  t.deepEqual(asked(one.unit.heard), [
    [3, 0, 2],
    [3, 4, 1],
    [4, 8, 2],
  ]);
  const two = open(map, counting, { maximumGap: 2 });
  t.deepEqual(outcome(two.clock, two.sensor), { e: 1009, b: 1001, a: 1000, c: 1004, d: 1008 });
  t.deepEqual(asked(two.unit.heard), [
    [3, 0, 5],
    [4, 8, 2],
  ]);
});

test("an exception is told by its name and not asked again", (t) => {
  const { clock, unit, sensor } = open([LEVEL], () => frame(0x11, 0x83, 0x02));
  const fault = outcome(clock, sensor);
  t.true(fault instanceof SensorFault);
  t.is((fault as SensorFault).quality, "bus");
  t.is((fault as Error).message, "modbus-registers: unit 17 refuses with exception 2 (illegal data address)");
  t.is(unit.heard.length, 1);
});

test("a busy unit is asked again", (t) => {
  const { clock, unit, sensor } = open([LEVEL], (request, nth) => {
    return nth === 0 ? frame(0x11, 0x83, 0x06) : counting(request);
  });
  t.deepEqual(outcome(clock, sensor), { level: 1.107 });
  t.is(unit.heard.length, 2);
});

test("silence is asked again once, then a fault; a retry that is answered is a reading", (t) => {
  const { clock, unit, sensor } = open([LEVEL], (request, nth) => (nth === 3 ? counting(request) : undefined));
  const fault = outcome(clock, sensor) as SensorFault;
  t.is(fault.quality, "bus");
  t.is(fault.message, "modbus-registers: unit 17 does not answer within 500 ms");
  t.is(unit.heard.length, 2);
  t.true(clock.ticks() < 2000, String(clock.ticks()));
  t.deepEqual(outcome(clock, sensor), { level: 1.107 });
  t.is(unit.heard.length, 4);
});

test("an answer after its time-out is not taken for the answer to the next question", (t) => {
  const map: RegisterDefinition[] = [LEVEL, { ...LEVEL, name: "other", register: 0x200 }];
  const { clock, unit, sensor } = open(map, counting, { retries: 0 });
  unit.delayMs = 800;
  t.true(outcome(clock, sensor) instanceof SensorFault);
  unit.delayMs = 20;
  t.deepEqual(outcome(clock, sensor), { level: 1.107, other: 1.512 });
});

test("every bit turned in an answer is noticed", (t) => {
  const right = counting([0x11, 3, 0, 0x6b, 0, 1]);
  for (let bit = 0; bit < 8 * right.length; bit++) {
    const turned = right.map((byte, i) => (i === bit >> 3 ? byte ^ (1 << (bit & 7)) : byte));
    const { clock, sensor } = open([LEVEL], (request, nth) => (nth === 0 ? turned : counting(request)), { retries: 0 });
    const fault = outcome(clock, sensor);
    t.true(fault instanceof SensorFault, `bit ${bit}`);
    t.is((fault as SensorFault).quality, "checksum", `bit ${bit}: ${(fault as Error).message}`);
    t.deepEqual(outcome(clock, sensor), { level: 1.107 });
  }
});

test("an answer cut short is damaged; a byte too many behind it is not", (t) => {
  const right = counting([0x11, 3, 0, 0x6b, 0, 1]);
  for (let length = 1; length < right.length; length++) {
    const { clock, sensor } = open([LEVEL], () => right.slice(0, length), { retries: 0 });
    t.is((outcome(clock, sensor) as SensorFault).quality, "checksum", `${length} bytes`);
  }
  const { clock, sensor } = open([LEVEL], () => [...right, 0xff]);
  t.deepEqual(outcome(clock, sensor), { level: 1.107 });
});

test("a frame of another unit is passed over, and the answer behind it taken", (t) => {
  const { clock, unit, sensor } = open([LEVEL], () => frame(0x12, 3, 2, 0, 1), { retries: 0 });
  unit.answer = (request) => {
    unit.say(counting(request), 120);
    return frame(0x12, 3, 2, 0, 1);
  };
  t.deepEqual(outcome(clock, sensor), { level: 1.107 });
});

test("another count than asked for is no answer", (t) => {
  const { clock, sensor } = open([LEVEL], () => frame(0x11, 3, 4, 0, 1, 0, 2), { retries: 0 });
  t.true(outcome(clock, sensor) instanceof SensorFault);
});

test("a line that babbles is a fault, and falls silent again", (t) => {
  const { clock, unit, sensor } = open([LEVEL], counting);
  const noise = new Array<number>(2000).fill(0x55);
  unit.say(noise);
  clock.advanceTo(1);
  const fault = outcome(clock, sensor) as SensorFault;
  t.is(fault.message, "modbus-registers: the line does not fall silent");
  t.is(fault.quality, "bus");
  clock.advanceTo(3000);
  t.deepEqual(outcome(clock, sensor), { level: 1.107 });
});

test("a transceiver that hears itself does no harm", (t) => {
  const { clock, line, wiring } = serialBench({ echo: true, halfDuplex: true });
  line.attach(new ScriptedUnit(clock, 1, counting));
  const sensor = new ModbusRegisters({ sensor: wiring, clock, registers: [LEVEL] });
  t.deepEqual(outcome(clock, sensor), { level: 1.107 });
});

test("numbers that are none, or outside their range, are out of range", (t) => {
  const f32: RegisterDefinition = { name: "x", register: 0, function: 4, type: "f32", unit: "V", maximum: 500 };
  for (const bytes of [
    [0x7f, 0xc0, 0x00, 0x00],
    [0x7f, 0x80, 0x00, 0x00],
    [0xff, 0x80, 0x00, 0x00],
    [0x44, 0x00, 0x00, 0x00],
  ]) {
    const { clock, sensor } = open([f32], () => frame(0x11, 4, 4, ...bytes));
    t.is((outcome(clock, sensor) as SensorFault).quality, "out-of-range");
  }
});

test("between frames the line is silent for 3.5 characters", (t) => {
  const map: RegisterDefinition[] = [LEVEL, { ...LEVEL, name: "other", register: 0x200 }];
  const { clock, unit, sensor } = open(map, counting);
  unit.delayMs = 5;
  t.false(outcome(clock, sensor) instanceof SensorFault);
  // The second request, 8 bytes long, was complete 8 · 10/9.6 ms after its begin; the answer of 7 bytes began 5 ms after
  // the first and took 7 · 10/9.6 ms.
  const [first, second] = unit.heardAt as [number, number];
  t.true(second - first - 5 - 7.3 - 8.3 >= (3.5 * 10) / 9.6, `${second - first} ms`);
});

test("units on one line take turns, and the last one closes it", (t) => {
  const { clock, line, wiring } = serialBench({ halfDuplex: true });
  const registers = [LEVEL, { ...LEVEL, name: "other", register: 0x200 }];
  const readings = [0, 0, 0];
  const sensors = readings.map((_none, i) => {
    line.attach(new ScriptedUnit(clock, i + 1, counting));
    const sensor = new ModbusRegisters({ sensor: { ...wiring, unit: i + 1 }, clock, registers });
    const ask = (): void => {
      const reading = sensor.sample();
      if (reading) readings[i]!++;
      if (reading) t.deepEqual(reading, { level: 1.107, other: 1.512 });
      clock.schedule(ask, Math.max(1, sensor.readyInMs));
    };
    clock.schedule(ask, 0);
    return sensor;
  });
  clock.advanceTo(5000);
  t.true(Math.min(...readings) > 10, readings.join());
  t.true(Math.max(...readings) - Math.min(...readings) <= 1, readings.join());
  const again = (): void => new line.Serial({ receive: 16, transmit: 17, baud: 9600, format: "buffer" }).close();
  sensors[0]!.close();
  sensors[1]!.close();
  t.throws(again, { message: "in use" });
  sensors[2]!.close();
  sensors[2]!.close();
  again();
});

test("a unit that does not answer costs the others time, not readings", (t) => {
  const { clock, line, wiring } = serialBench();
  line.attach(new ScriptedUnit(clock, 1, counting));
  const make = (unit: number) => new ModbusRegisters({ sensor: { ...wiring, unit }, clock, registers: [LEVEL] });
  const [one, two] = [make(1), make(2)];
  let [readings, faults] = [0, 0];
  const ask = (): void => {
    if (one.sample()) readings++;
    clock.schedule(ask, Math.max(1, one.readyInMs));
  };
  const askInVain = (): void => {
    try {
      two.sample();
    } catch {
      faults++;
    }
    clock.schedule(askInVain, Math.max(1, two.readyInMs));
  };
  clock.schedule(askInVain, 0);
  clock.schedule(ask, 0);
  clock.advanceTo(20_000);
  t.true(faults >= 6, String(faults));
  t.true(readings > 80, String(readings));
});

test("a driver that nobody asks any more gives the line up", (t) => {
  const { clock, line, wiring } = serialBench();
  line.attach(new ScriptedUnit(clock, 1, counting));
  line.attach(new ScriptedUnit(clock, 2, counting));
  const one = new ModbusRegisters({ sensor: { ...wiring, unit: 1 }, clock, registers: [LEVEL] });
  const two = new ModbusRegisters({ sensor: { ...wiring, unit: 2 }, clock, registers: [LEVEL] });
  one.sample();
  clock.advanceTo(clock.ticks() + one.readyInMs);
  one.sample();
  t.deepEqual(outcome(clock, two), { level: 1.107 });
  t.deepEqual(outcome(clock, one), { level: 1.107 });
});

test("one line has one speed, and wrong definitions are refused before anything is opened", (t) => {
  const { clock, line, wiring } = serialBench();
  const make = (registers: unknown[], sensor: object = {}) => {
    return () => new ModbusRegisters({ sensor: { ...wiring, ...sensor }, clock, registers: registers as never });
  };
  const first = make([LEVEL])();
  t.throws(make([LEVEL], { unit: 2, baud: 2400 }), {
    instanceOf: RangeError,
    message: "modbus-registers: baud 2400 is not that of the open line, 9600",
  });
  first.close();
  for (const [registers, sensor, message] of [
    [[], {}, "modbus-registers: registers are none, and must be one at least"],
    [[LEVEL, { ...LEVEL, register: 3 }], {}, 'modbus-registers: name "level" is given twice'],
    [[{ ...LEVEL, type: "f64" }], {}, 'modbus-registers: level type "f64" is not one of u16, i16, u32, i32, f32'],
    [[{ ...LEVEL, function: 6 }], {}, "modbus-registers: level function 6 is not one of 3, 4"],
    [[{ ...LEVEL, register: 65536 }], {}, "modbus-registers: level register 65536 is not in 0 to 65535"],
    [[LEVEL], { unit: 248 }, "modbus-registers: unit 248 is not in 1 to 247"],
  ] as const) {
    t.throws(make([...registers], sensor), { instanceOf: RangeError, message });
  }
  new line.Serial({ receive: 16, transmit: 17, baud: 9600, format: "buffer" }).close();
});

test("who comes back much too late begins a new reading", (t) => {
  const map: RegisterDefinition[] = [LEVEL, { ...LEVEL, name: "other", register: 0x200 }];
  const { clock, unit, sensor } = open(map, counting);
  while (unit.heard.length < 2) {
    sensor.sample();
    clock.advanceTo(clock.ticks() + Math.max(1, sensor.readyInMs));
  }
  clock.advanceTo(clock.ticks() + 60_000);
  t.deepEqual(outcome(clock, sensor), { level: 1.107, other: 1.512 });
  t.is(unit.heard.length, 4);
});
