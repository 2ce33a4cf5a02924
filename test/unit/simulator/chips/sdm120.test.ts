import test from "ava";
import { crc16 } from "../../../../firmware/data/crc.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { SDM120Device } from "../../../../simulator/chips/sdm120.js";
import type { SDM120Options } from "../../../../simulator/chips/sdm120.js";
import { SerialLine } from "../../../../simulator/io/serial.js";

function meter(options: Partial<SDM120Options> = {}, baud = options.baud ?? 2400) {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock, baud: options.baud ?? 2400, halfDuplex: true });
  const device = new SDM120Device({ clock, ...options });
  line.attach(device);
  const port = new line.Serial({ receive: 16, transmit: 17, baud, format: "buffer" });
  const listen = (ms: number) => {
    clock.advanceTo(clock.ticks() + ms);
    const into = new Uint8Array(128);
    return [...into.subarray(0, port.read(into) ?? 0)];
  };
  const send = (...bytes: number[]) => port.write(Uint8Array.from(bytes));
  /** Without CRC both ways, which must be right. */
  const ask = (...bytes: number[]) => {
    send(...withCRC(...bytes));
    const answer = listen(1000);
    t0(answer.length === 0 || crc16(Uint8Array.from(answer)) === 0);
    return answer.slice(0, -2);
  };
  return { clock, line, device, port, listen, send, ask };
}

function t0(right: boolean): void {
  if (!right) throw new Error("the answer's CRC is wrong");
}

function withCRC(...bytes: number[]): number[] {
  const crc = crc16(Uint8Array.from(bytes));
  return [...bytes, crc & 0xff, crc >> 8];
}

const single = (bytes: number[], at = 3) => new DataView(Uint8Array.from(bytes).buffer).getFloat32(at);

test("the voltage is a single in registers 0 and 1, high word first", (t) => {
  const { device, send, listen } = meter();
  device.setChannel("voltage", 230.2);
  send(0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xcb);
  const answer = listen(200);
  t.deepEqual(answer.slice(0, 3), [1, 4, 4]);
  t.deepEqual(answer.slice(3, 7), [0x43, 0x66, 0x33, 0x33]);
  t.is(crc16(Uint8Array.from(answer)), 0);
});

test("every channel is where the manual has it", (t) => {
  const { device, ask } = meter();
  const where = {
    voltage: [0x00, 0x00],
    current: [0x00, 0x06],
    activePower: [0x00, 0x0c],
    apparentPower: [0x00, 0x12],
    reactivePower: [0x00, 0x18],
    powerFactor: [0x00, 0x1e],
    frequency: [0x00, 0x46],
    energy: [0x00, 0x48],
  };
  const { channels } = device;
  for (const [name, address] of Object.entries(where)) {
    const { minimum, maximum, tolerance } = channels[name as keyof typeof channels];
    for (const share of [0, 0.123456, 0.7, 0.999, 1]) {
      const truth = minimum + share * (maximum - minimum);
      device.setChannel(name, truth);
      const read = single(ask(1, 4, ...address, 0, 2));
      t.true(Math.abs(read - truth) <= tolerance, `${name}: ${read}, not ${truth}`);
    }
    device.setChannel(name, maximum * 2);
    t.is(single(ask(1, 4, ...address, 0, 2)), Math.fround(maximum));
  }
  t.is(single(ask(1, 4, 0x01, 0x56, 0, 2)), Math.fround(channels.energy.maximum), "total is what was imported");
  t.is(single(ask(1, 4, 0x00, 0x4a, 0, 2)), 0);
  t.throws(() => device.setChannel("heat", 1), { instanceOf: RangeError, message: /^sdm120: heat is not one of/ });
});

test("several parameters come in one response; what lies between them is 0", (t) => {
  const { device, ask } = meter();
  device.setChannel("voltage", 231);
  device.setChannel("powerFactor", 0.5);
  const answer = ask(1, 4, 0, 0, 0, 32);
  t.is(answer.length, 3 + 64);
  t.is(single(answer), 231);
  t.is(single(answer, 3 + 4), 0);
  t.is(single(answer, 3 + 60), 0.5);
});

test("the response begins after the delay, measured at the end of the request", (t) => {
  const { clock, send, listen, device } = meter({ baud: 9600, responseDelayMs: 20 });
  device.setChannel("frequency", 49.5);
  clock.advanceTo(500);
  send(...withCRC(1, 4, 0, 0x46, 0, 2));
  device.setChannel("frequency", 50.5);
  // Eight characters, the delay, one character: 8.33 + 20 + 1.04 ms.
  t.deepEqual(listen(29), []);
  t.deepEqual(listen(2), [1]);
  t.is(listen(20).length, 8);
});

test("what it cannot do it says: 1 function, 2 address, 3 quantity or value", (t) => {
  const { ask } = meter();
  t.deepEqual(ask(1, 6, 0, 0x14, 0, 2), [1, 0x86, 1]);
  t.deepEqual(ask(1, 4, 0, 0x60, 0, 2), [1, 0x84, 2]);
  t.deepEqual(ask(1, 4, 0, 0x5e, 0, 4), [1, 0x84, 2]);
  t.deepEqual(ask(1, 4, 0, 1, 0, 2), [1, 0x84, 2]);
  t.deepEqual(ask(1, 4, 0, 0, 0, 1), [1, 0x84, 3]);
  t.deepEqual(ask(1, 4, 0, 0, 0, 0), [1, 0x84, 3]);
  t.deepEqual(ask(1, 4, 0, 0, 0, 82), [1, 0x84, 3]);
  t.deepEqual(ask(1, 3, 0, 0, 0, 2), [1, 0x83, 2]);
  t.deepEqual(ask(1, 16, 0, 0, 0, 2, 4, 0x40, 0, 0, 0), [1, 0x90, 2]);
  t.deepEqual(ask(1, 16, 0, 0x1c, 0, 2, 4, 0x40, 0x40, 0, 0), [1, 0x90, 3], "there is no rate 3");
  t.deepEqual(ask(1, 16, 0, 0x14, 0, 4, 8, 0, 0, 0, 0, 0, 0, 0, 0), [1, 0x90, 3], "one at a time");
  t.deepEqual(ask(1, 8, 0, 0, 0xa5, 0x37), [1, 8, 0, 0, 0xa5, 0x37]);
});

test("to a wrong CRC, another address, half a request or noise it says nothing, and then answers again", (t) => {
  const { send, listen, ask } = meter();
  send(0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xca);
  t.deepEqual(listen(500), []);
  t.deepEqual(ask(2, 4, 0, 0, 0, 2), []);
  send(1, 4, 0, 0);
  t.deepEqual(listen(500), []);
  send(...Array.from({ length: 100 }, (_, i) => (i * 37) & 0xff));
  t.deepEqual(listen(1000), []);
  t.is(ask(1, 4, 0, 0, 0, 2).length, 7);
});

test("a request with a pause in it is none; two without a pause between them are none either", (t) => {
  const { send, listen } = meter();
  const request = withCRC(1, 4, 0, 0, 0, 2);
  send(...request.slice(0, 4));
  // Four characters take 16.7 ms; a pause of two more is neither within a frame nor between two.
  t.deepEqual(listen(26), []);
  send(...request.slice(4));
  t.deepEqual(listen(500), []);
  send(...request, ...request);
  t.deepEqual(listen(500), []);
});

test("at another rate it does not understand", (t) => {
  const { send, listen } = meter({}, 9600);
  send(...withCRC(1, 4, 0, 0, 0, 2));
  t.deepEqual(listen(1000), []);
});

test("settings are read, and written by function 16; address and rate hold from the next power-up", (t) => {
  const { clock, device, line, port, ask, send, listen } = meter();
  t.is(single(ask(1, 3, 0, 0x14, 0, 2)), 1);
  t.is(single(ask(1, 3, 0, 0x1c, 0, 2)), 0);
  t.is(single(ask(1, 3, 0, 0x0c, 0, 2)), 100);
  // As SolarNetwork's wiki has it, byte for byte: 9600 baud.
  send(0x01, 0x10, 0x00, 0x1c, 0x00, 0x02, 0x04, 0x40, 0x00, 0x00, 0x00, 0xe7, 0x36);
  t.deepEqual(listen(500), [0x01, 0x10, 0x00, 0x1c, 0x00, 0x02, 0x80, 0x0e]);
  t.deepEqual(ask(1, 16, 0, 0x14, 0, 2, 4, 0x40, 0xa0, 0, 0), [1, 16, 0, 0x14, 0, 2]);
  t.is(single(ask(1, 3, 0, 0x14, 0, 2)), 5);
  device.powerCycle();
  t.is(device.baud, 9600);
  port.close();
  const next = new line.Serial({ receive: 16, transmit: 17, baud: 9600, format: "buffer" });
  next.write(Uint8Array.from(withCRC(5, 3, 0, 0x14, 0, 2)));
  clock.advanceTo(clock.ticks() + 200);
  const into = new Uint8Array(9);
  t.is(next.read(into), 9);
  t.is(single([...into]), 5);
});

test("a broadcast is obeyed and not answered", (t) => {
  const { device, ask, send, listen } = meter();
  send(...withCRC(0, 16, 0, 0x14, 0, 2, 4, 0x40, 0, 0, 0));
  t.deepEqual(listen(500), []);
  device.powerCycle();
  t.is(ask(2, 4, 0, 0, 0, 2).length, 7);
});

test("a power failure takes the answer with it", (t) => {
  const { clock, device, send, listen } = meter();
  send(...withCRC(1, 4, 0, 0, 0, 2));
  clock.advanceTo(clock.ticks() + 60);
  device.powerCycle();
  t.deepEqual(listen(500), []);
});

test("several meters on one line answer to their own address", (t) => {
  const { clock, line, device, ask } = meter();
  const second = new SDM120Device({ clock, unit: 2 });
  line.attach(second);
  device.setChannel("voltage", 225);
  second.setChannel("voltage", 235);
  t.is(single(ask(1, 4, 0, 0, 0, 2)), 225);
  t.is(single(ask(2, 4, 0, 0, 0, 2)), 235);
});

test("it measures when it is asked for input registers", (t) => {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock, baud: 2400 });
  const device = new SDM120Device({ clock });
  line.attach(device, () => device.setChannel("voltage", 240));
  const port = new line.Serial({ receive: 16, transmit: 17, baud: 2400, format: "buffer" });
  port.write(Uint8Array.from(withCRC(1, 4, 0, 0, 0, 2)));
  clock.advanceTo(500);
  const into = new Uint8Array(9);
  port.read(into);
  t.is(single([...into]), 240);
});

test("what is not modelled throws: demands, parity", (t) => {
  for (const request of [
    [1, 4, 0, 0x54, 0, 2],
    [1, 16, 0, 0x12, 0, 2, 4, 0x3f, 0x80, 0, 0],
  ]) {
    const { ask } = meter();
    t.throws(() => ask(...request), { name: "ProtocolViolation", message: /^sdm120: .* not modelled$/ });
  }
});

test("wrong options are refused", (t) => {
  const clock = new VirtualClock();
  t.throws(() => new SDM120Device({ clock, unit: 248 }), { instanceOf: RangeError });
  t.throws(() => new SDM120Device({ clock, baud: 19_200 }), { instanceOf: RangeError });
});
