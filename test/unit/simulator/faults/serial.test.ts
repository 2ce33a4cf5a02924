import test from "ava";
import type { SerialDevice } from "../../../../simulator/chips/chip.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { disturbed, dropBytes, flipBits, garbage, oneWay, silence } from "../../../../simulator/faults/serial.js";
import { SerialLine } from "../../../../simulator/io/serial.js";
import { Random } from "../../../../simulator/random.js";

/** Says what it is told to, and writes down what it hears. */
class Device implements SerialDevice {
  readonly heard: number[] = [];
  say: (bytes: Uint8Array) => void = () => {};

  connect(send: (bytes: Uint8Array) => void): void {
    this.say = send;
  }
  receive(byte: number): void {
    this.heard.push(byte);
  }
}

function setUp(wrap: (device: SerialDevice) => SerialDevice = (device) => device) {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock });
  const device = new Device();
  line.attach(wrap(device));
  const port = new line.Serial({ receive: 16, transmit: 17, baud: 9600, format: "buffer" });
  const pass = () => clock.advanceTo(clock.ticks() + 200);
  return {
    line,
    device,
    /** What the controller hears of what the device says. */
    say(...bytes: number[]): number[] {
      device.say(Uint8Array.from(bytes));
      pass();
      const into = new Uint8Array(200);
      return [...into.subarray(0, port.read(into) ?? 0)];
    },
    /** What the device hears of what the controller says. */
    tell(...bytes: number[]): number[] {
      device.heard.length = 0;
      port.write(Uint8Array.from(bytes));
      pass();
      return [...device.heard];
    },
  };
}
const numbers = Array.from({ length: 100 }, (_, i) => i);

test("a silent line passes nothing, until it is mended", (t) => {
  const { line, say, tell } = setUp();
  line.disturb = silence;
  t.deepEqual(say(1, 2), []);
  t.deepEqual(tell(1, 2), []);
  line.disturb = undefined;
  t.deepEqual(say(1, 2), [1, 2]);
  t.deepEqual(tell(1, 2), [1, 2]);
});

test("bytes are lost with the probability asked for, and the same ones for the same seed", (t) => {
  const run = (seed: number, probability: number) => {
    const { line, say } = setUp();
    line.disturb = dropBytes(new Random(seed), probability);
    return say(...numbers);
  };
  t.deepEqual(run(1, 0), numbers);
  t.deepEqual(run(1, 1), []);
  const left = run(1, 0.2);
  t.true(left.length > 65 && left.length < 92);
  t.deepEqual(run(1, 0.2), left);
  t.notDeepEqual(run(2, 0.2), left);
});

test("bits flip with the probability asked for", (t) => {
  const { line, say } = setUp();
  line.disturb = flipBits(new Random(1), 1);
  t.deepEqual(say(0x00, 0x55), [0xff, 0xaa]);
  line.disturb = flipBits(new Random(1), 0.01);
  const wrong = say(...numbers).filter((byte, i) => byte !== i).length;
  t.true(wrong > 1 && wrong < 20);
});

test("a disturbance can be of one direction only", (t) => {
  const { line, say, tell } = setUp();
  line.disturb = oneWay(silence);
  t.deepEqual(say(1), []);
  t.deepEqual(tell(1), [1]);
  line.disturb = oneWay(silence, false);
  t.deepEqual(say(1), [1]);
  t.deepEqual(tell(1), []);
});

test("one device of a line can be disturbed while the others are not", (t) => {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock });
  const [ill, well] = [new Device(), new Device()];
  line.attach(disturbed(ill, silence));
  line.attach(well);
  const port = new line.Serial({ receive: 16, transmit: 17, baud: 9600, format: "buffer" });
  port.write(Uint8Array.of(7));
  ill.say(Uint8Array.of(1));
  well.say(Uint8Array.of(2));
  clock.advanceTo(200);
  t.deepEqual([ill.heard, well.heard], [[], [7]]);
  const into = new Uint8Array(9);
  t.is(port.read(into), 1);
  t.is(into[0], 2);
});

test("garbage comes before what a device says, 1 to so many bytes, and what it says is whole", (t) => {
  const { say, tell } = setUp((device) => garbage(device, new Random(1), 0.5, 3));
  const lengths = new Set<number>();
  for (let i = 0; i < 60; i++) {
    const heard = say(10, 11);
    t.deepEqual(heard.slice(-2), [10, 11]);
    lengths.add(heard.length - 2);
  }
  t.deepEqual([...lengths].sort(), [0, 1, 2, 3]);
  t.deepEqual(tell(1, 2), [1, 2]);
});

test("a device behind a fault keeps its own rate", (t) => {
  const device: SerialDevice = { baud: 2400, receive: () => {} };
  t.is(disturbed(device, silence).baud, 2400);
  t.is(garbage({ receive: () => {} }, new Random(1), 0).baud, undefined);
});

test("wrong arguments are named", (t) => {
  const random = new Random(1);
  t.throws(() => flipBits(random, 7), { message: "fault: probability 7 is not 0 to 1" });
  t.throws(() => dropBytes(random, NaN), { message: "fault: probability NaN is not 0 to 1" });
  t.throws(() => garbage(new Device(), random, 0.5, 0), { message: "fault: longest 0 is not 1 or more" });
});
