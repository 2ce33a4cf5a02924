import test from "ava";
import type { Serial, SerialOptions } from "../../../../firmware/ports/io.js";
import { ProtocolViolation } from "../../../../simulator/chips/chip.js";
import type { SerialDevice } from "../../../../simulator/chips/chip.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { received, SerialLine } from "../../../../simulator/io/serial.js";
import type { SerialLineOptions } from "../../../../simulator/io/serial.js";

const pins = { receive: 16, transmit: 17, format: "buffer" } as const;

/** A device that keeps what it hears, and what it may say. */
class Listener implements SerialDevice {
  heard: number[] = [];
  times: number[] = [];
  send!: (bytes: Uint8Array) => void;
  answer: Uint8Array | undefined;
  readonly baud?: number;
  constructor(baud?: number) {
    if (baud !== undefined) this.baud = baud;
  }
  connect(send: (bytes: Uint8Array) => void): void {
    this.send = send;
  }
  receive(byte: number, ticks: number): void {
    this.heard.push(byte);
    this.times.push(ticks);
    if (this.answer) this.send(this.answer);
  }
}

function line(options: Partial<SerialLineOptions> = {}, port: Partial<SerialOptions> = {}) {
  const clock = new VirtualClock();
  const wire = new SerialLine({ clock, ...options });
  const device = new Listener();
  wire.attach(device);
  const serial = new wire.Serial({ ...pins, baud: options.baud ?? 9600, ...port });
  const pass = (ms: number) => clock.advanceTo(clock.ticks() + ms);
  return { clock, wire, device, serial, pass };
}

const count = (bytes: number) => Uint8Array.from({ length: bytes }, (_, i) => i & 0xff);
const all = (serial: Serial) => {
  const into = new Uint8Array(200);
  return [...into.subarray(0, serial.read(into) ?? 0)];
};

test("a byte takes ten bit times, and comes with the moment at which it came", (t) => {
  const { device, serial, pass } = line();
  serial.write(Uint8Array.of(1, 2, 3));
  t.deepEqual(device.heard, [], "not inside the call");
  pass(3);
  serial.read(new Uint8Array(1));
  t.deepEqual(device.heard, [1, 2]);
  pass(1);
  t.deepEqual(device.heard, [1, 2, 3]);
  t.deepEqual(
    device.times.map((ms) => Math.round(ms * 1e6) / 1e6),
    [1.041667, 2.083333, 3.125],
  );
});

test("write takes all or nothing: more than 128 bytes not yet sent are output full", (t) => {
  const { serial, device, pass } = line({ baud: 1200 });
  t.throws(() => serial.write(count(129)), { message: "output full" });
  serial.write(count(128));
  t.throws(() => serial.write(count(1)), { message: "output full" });
  pass(9);
  serial.write(Uint8Array.of(200));
  pass(3000);
  t.deepEqual(device.heard, [...count(128), 200]);
});

test("onReadable comes after four characters of silence, with what waits", (t) => {
  const calls: [number, number][] = [];
  const { clock, device, pass } = line({}, { onReadable: (bytes) => calls.push([bytes, clock.ticks()]) });
  device.send(count(10));
  pass(100);
  t.deepEqual(calls, [[10, Math.ceil(11 * 1.0416667 + (44 / 9600) * 1000 - 1.05)]]);
});

test("onReadable comes at 96 bytes already, and this is the port", (t) => {
  const calls: number[] = [];
  const read: number[] = [];
  const { device, pass, serial } = line(
    {},
    {
      onReadable(this: Serial, bytes: number) {
        t.is(this, serial);
        calls.push(bytes);
        read.push(...all(this));
      },
    },
  );
  device.send(count(250));
  pass(500);
  t.is(calls.length, 3);
  t.true(calls[0]! >= 96 && calls[0]! <= 97, String(calls[0]));
  t.deepEqual(read, [...count(250)]);
});

test("what a callback leaves does not call again until more comes", (t) => {
  const calls: number[] = [];
  const { device, pass } = line({}, { onReadable: (bytes) => calls.push(bytes) });
  device.send(count(5));
  pass(1000);
  t.deepEqual(calls, [5]);
  device.send(count(1));
  pass(1000);
  t.deepEqual(calls, [5, 6]);
});

test("the receiving FIFO keeps 128 bytes; what comes then is lost, and counted", (t) => {
  const { device, pass, serial, wire } = line();
  device.send(count(200));
  pass(1000);
  t.is(wire.overruns, 72);
  t.deepEqual(all(serial), [...count(128)]);
  t.deepEqual(all(serial), []);
  device.send(Uint8Array.of(9));
  pass(2);
  t.deepEqual(all(serial), [9]);
});

test("read takes up to the length given and keeps the rest; with nothing there it gives undefined", (t) => {
  const { device, pass, serial } = line();
  t.is(serial.read(new Uint8Array(4)), undefined);
  device.send(count(6));
  pass(20);
  const into = new Uint8Array(4);
  t.is(serial.read(into), 4);
  t.deepEqual([...into], [0, 1, 2, 3]);
  t.is(serial.read(into), 2);
  t.deepEqual([...into], [4, 5, 2, 3]);
});

test("onWritable comes once at first, and after each write when fewer than ten bytes are left", (t) => {
  const calls: [number, number][] = [];
  const { clock, serial, pass } = line({}, { onWritable: (bytes) => calls.push([bytes, clock.ticks()]) });
  t.deepEqual(calls, []);
  pass(0);
  t.deepEqual(calls, [[128, 0]]);
  serial.write(count(100));
  pass(1000);
  t.is(calls.length, 2);
  t.deepEqual(calls[1], [119, Math.ceil(91 * (10_000 / 9600))]);
});

test("at another rate bytes are garbage, with up to five percent they are not", (t) => {
  const bytes = count(256);
  const garbage = (sent: number, by: number) => bytes.filter((byte) => received(byte, sent, by) !== byte).length;
  t.is(garbage(9600, 9600 * 1.04), 0);
  t.is(garbage(9600, 9600 * 0.96), 0);
  t.true(garbage(9600, 19_200) > 200);
  t.true(garbage(9600, 2400) > 200);
  const { device, pass, serial } = line({}, { baud: 4800 });
  device.send(Uint8Array.of(0x55));
  serial.write(Uint8Array.of(0x55));
  pass(50);
  t.notDeepEqual(all(serial), [0x55]);
  t.notDeepEqual(device.heard, [0x55]);
});

test("on two wires devices hear each other; on four they do not", (t) => {
  for (const halfDuplex of [true, false]) {
    const { device, wire, pass, serial } = line({ halfDuplex });
    const other = new Listener();
    wire.attach(other);
    other.send(Uint8Array.of(7));
    pass(10);
    t.deepEqual(device.heard, halfDuplex ? [7] : []);
    t.deepEqual(other.heard, []);
    t.deepEqual(all(serial), [7]);
  }
});

test("on two wires two at once spoil each other's bytes", (t) => {
  const { device, wire, pass, serial } = line({ halfDuplex: true });
  const other = new Listener();
  wire.attach(other);
  device.send(Uint8Array.of(0xf0));
  other.send(Uint8Array.of(0x33));
  pass(10);
  t.deepEqual(all(serial), [0x30, 0x30]);
});

test("with echo the controller hears itself", (t) => {
  for (const echo of [true, false]) {
    const { serial, pass } = line({ echo, halfDuplex: true });
    serial.write(Uint8Array.of(1, 2));
    pass(10);
    t.deepEqual(all(serial), echo ? [1, 2] : []);
  }
});

test("a device that answers from within receive is heard after what it answers to", (t) => {
  const { device, serial, wire, pass } = line({ halfDuplex: true });
  const last = new Listener();
  wire.attach(last);
  device.answer = Uint8Array.of(9);
  serial.write(Uint8Array.of(1));
  pass(10);
  t.deepEqual(all(serial), [9]);
  t.deepEqual(last.heard, [1, 9]);
});

test("a disturbed line turns bits or loses bytes, either way", (t) => {
  const { device, serial, wire, pass } = line();
  wire.disturb = (byte, toController) => (toController ? byte ^ 1 : byte === 2 ? undefined : byte);
  serial.write(Uint8Array.of(1, 2, 3));
  device.send(Uint8Array.of(4));
  pass(10);
  t.deepEqual(device.heard, [1, 3]);
  t.deepEqual(all(serial), [5]);
});

test("a device that is taken off neither hears nor is heard, but what it said arrives", (t) => {
  const { device, serial, wire, pass } = line();
  device.send(Uint8Array.of(1));
  wire.detach(device);
  device.send(Uint8Array.of(2));
  serial.write(Uint8Array.of(3));
  pass(10);
  t.deepEqual(all(serial), [1]);
  t.deepEqual(device.heard, []);
  t.throws(() => wire.detach(device), { instanceOf: RangeError });
  wire.attach(device);
  t.throws(() => wire.attach(device), { instanceOf: RangeError });
});

test("a port on other pins hears and reaches nobody", (t) => {
  const { device, serial, pass } = line({ pins: { receive: 16, transmit: 17 } }, { transmit: 5, receive: 4 });
  serial.write(Uint8Array.of(1));
  device.send(Uint8Array.of(2));
  pass(10);
  t.deepEqual(device.heard, []);
  t.is(serial.read(new Uint8Array(4)), undefined);
});

test("what nobody has open is lost; a closed port makes no calls, and its last bytes still go out", (t) => {
  const calls: string[] = [];
  const { device, serial, wire, pass } = line(
    {},
    { onReadable: () => calls.push("readable"), onWritable: () => calls.push("writable") },
  );
  serial.write(Uint8Array.of(1, 2));
  device.send(Uint8Array.of(3));
  pass(2);
  calls.length = 0;
  serial.close();
  serial.close();
  device.send(Uint8Array.of(4));
  pass(100);
  t.deepEqual(device.heard, [1, 2]);
  t.deepEqual(calls, []);
  t.throws(() => serial.read(new Uint8Array(1)), { message: "serial: used after close" });
  t.throws(() => serial.write(new Uint8Array(1)), { message: "serial: used after close" });
  const next = new wire.Serial({ ...pins, baud: 9600 });
  serial.close();
  t.is(next.read(new Uint8Array(1)), undefined);
  t.throws(() => new wire.Serial({ ...pins, baud: 9600 }), { message: "in use" });
});

test("wrong options are refused as the SDK does", (t) => {
  const { wire, serial } = line();
  serial.close();
  const open = (options: object) => () => new wire.Serial({ ...pins, baud: 9600, ...options });
  t.throws(open({ baud: 0 }), { instanceOf: RangeError, message: /^invalid baud/ });
  t.throws(open({ port: 3 }), { instanceOf: RangeError, message: /^invalid port/ });
  t.throws(open({ format: "number" }), { instanceOf: RangeError, message: /^invalid format/ });
  t.throws(() => new SerialLine({ clock: new VirtualClock(), baud: 0 }), { instanceOf: RangeError });
  t.notThrows(open({}));
});

test("what a device finds wrong is kept, and thrown to whoever moves the clock", (t) => {
  const { clock, wire, serial } = line();
  const violation = new ProtocolViolation("strict: no");
  wire.attach({
    receive() {
      throw violation;
    },
  });
  serial.write(Uint8Array.of(1));
  t.throws(() => clock.advanceTo(10), { is: violation });
  t.deepEqual(wire.violations, [violation]);
});

test("a callback that leaves 96 bytes or more is called every millisecond", (t) => {
  let calls = 0;
  const { device, pass } = line({}, { onReadable: () => calls++ });
  device.send(count(128));
  pass(200);
  calls = 0;
  pass(10);
  t.is(calls, 10);
});

test("a burst costs few calls of the clock", (t) => {
  const { clock, device } = line(
    {},
    {
      onReadable: function (this: Serial) {
        all(this);
      },
    },
  );
  device.send(count(200));
  let wakings = 0;
  for (let due = clock.nextDue(); due !== undefined && due < 10_000; due = clock.nextDue()) {
    clock.advanceTo(due);
    wakings++;
  }
  t.true(wakings < 10, String(wakings));
});
