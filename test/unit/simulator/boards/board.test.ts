import test from "ava";
import { Board } from "../../../../simulator/boards/board.js";
import { pumpRoomBoard } from "../../../../simulator/boards/pump-room.js";
import { recorderBoard } from "../../../../simulator/boards/recorder.js";
import { CurrentLoopTransmitter } from "../../../../simulator/chips/current-loop-transmitter.js";
import { GNSSReceiver } from "../../../../simulator/chips/gnss-receiver.js";
import { NumericSource } from "../../../../simulator/chips/numeric-source.js";
import { PulseGenerator } from "../../../../simulator/chips/pulse-generator.js";
import { SDM120Device } from "../../../../simulator/chips/sdm120.js";
import { SHT3xChip } from "../../../../simulator/chips/sht3x.js";
import { BouncingSwitch } from "../../../../simulator/chips/switch.js";
import { ThermistorDivider } from "../../../../simulator/chips/thermistor-divider.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { Random } from "../../../../simulator/random.js";
import { PumpRoomWorld } from "../../../../simulator/world/pump-room.js";
import type { World } from "../../../../simulator/world/world.js";
import { ConstantWorld, RecordingWorld } from "../../../../simulator/world/recording.js";

function pumpRoom() {
  const clock = new VirtualClock();
  const world = new PumpRoomWorld({ random: new Random(1) });
  return { clock, world, board: pumpRoomBoard({ clock, random: new Random(2), world }) };
}

test("a part feels the world of the tick at which it is spoken to", (t) => {
  const { clock, world, board } = pumpRoom();
  const level = new board.io.Analog!({ pin: 32 });
  const metres = () => ((level.read()! * 2450) / 4095 / 100 - 4) / 4;
  for (const ticks of [0, 5_000, 300_500, 3_600_000]) {
    clock.advanceTo(ticks);
    const felt = metres();
    t.true(Math.abs(felt - world.read("tank.level")) < 0.01, `${felt} m at tick ${ticks}`);
  }
});

test("the chips of the pump room are where its definition looks for them", (t) => {
  const { clock, board } = pumpRoom();
  const bus = { data: 21, clock: 22, hz: 100_000 };
  const hall = new board.io.I2C!({ ...bus, address: 0x44 });
  hall.write(Uint8Array.of(0x24, 0x00));
  clock.advanceTo(15);
  t.notThrows(() => hall.read(new Uint8Array(6)));
  const id = new Uint8Array(1);
  new board.io.I2C!({ ...bus, address: 0x76 }).writeRead(Uint8Array.of(0xd0), id);
  t.is(id[0], 0x60);
  t.deepEqual([...board.parts.keys()].sort(), ["bearing", "coldroom", "hall", "tank", "winding"]);
});

test("parts are found by name, and can be broken by hand", (t) => {
  const { board } = pumpRoom();
  t.is(board.part("bearing"), board.bearing);
  t.throws(() => board.part("gearbox"), { instanceOf: RangeError, message: /^board: gearbox is not one of bearing/ });
  board.bearing.setCircuit("open");
  t.is(new board.io.Analog!({ pin: 34 }).read(), 4095);
});

test("the recorder's number is the recording's, whatever its size", (t) => {
  const clock = new VirtualClock();
  const world = new RecordingWorld(new ConstantWorld({ "recording.value": 0 }), ["recording.value"]);
  const board = recorderBoard({ clock, random: new Random(1), world });
  const input = new board.io.Numeric!({ port: 0 });
  t.is(input.read(), undefined);
  world.set(0, 123456.789e99);
  t.is(input.read(), 123456.789e99);
});

test("wiring that cannot be is refused: a channel or a quantity that is not there, a name twice", (t) => {
  const options = { clock: new VirtualClock(), random: new Random(1), world: new ConstantWorld({ heat: 20 }) };
  const board = new Board(options);
  const part = () =>
    new ThermistorDivider({
      placement: "low",
      seriesOhms: 1,
      supplyMillivolts: 1,
      nominalOhms: 1,
      nominalCelsius: 25,
      betaKelvin: 3000,
    });
  const solder = (feels: Record<string, string>) => board.solderAnalog("ntc", 34, part(), feels);
  t.throws(() => solder({ colour: "heat" }), { instanceOf: RangeError, message: "board: ntc has no channel colour" });
  t.throws(() => solder({ temperature: "cold" }), {
    instanceOf: RangeError,
    message: "board: ntc feels cold, which this world has not",
  });
  solder({ temperature: "heat" });
  t.throws(() => solder({ temperature: "heat" }), {
    instanceOf: RangeError,
    message: "board: there is a part ntc already",
  });
});

/** A world of one quantity, `ramp`: as many units as seconds have passed. */
class Ramp implements World {
  readonly quantities = ["ramp"];
  #ticks = 0;
  advance(ticks: number): void {
    if (ticks < this.#ticks) throw new RangeError(`world: cannot go back from tick ${this.#ticks} to ${ticks}`);
    this.#ticks = ticks;
  }
  read(): number {
    return this.#ticks / 1000;
  }
}

function bare() {
  const clock = new VirtualClock();
  const board = new Board({ clock, random: new Random(1), world: new Ramp() });
  return { clock, board };
}

test("solderI2C: the part feels the world when it is addressed", (t) => {
  const { clock, board } = bare();
  board.solderI2C("hall", 0x44, new SHT3xChip({ clock, random: new Random(1) }), { temperature: "ramp" });
  const i2c = new board.io.I2C!({ data: 21, clock: 22, hz: 100_000, address: 0x44 });
  clock.advanceTo(30_000);
  i2c.write(Uint8Array.of(0x24, 0x00));
  clock.advanceTo(30_020);
  const into = new Uint8Array(6);
  i2c.read(into);
  const celsius = -45 + (175 * ((into[0]! << 8) | into[1]!)) / 65535;
  t.true(Math.abs(celsius - 30) < 0.5, String(celsius));
});

test("solderSPI: the part feels the world when it is selected", (t) => {
  const { clock, board } = bare();
  let felt = NaN;
  const chip = {
    channels: { heat: { minimum: 0, maximum: 100, tolerance: 0, unit: "Cel" } },
    setChannel: (_name: string, value: number) => void (felt = value),
    powerCycle() {},
    select() {},
    transfer: (byte: number) => byte ^ 0xff,
    deselect() {},
  };
  board.solderSPI("bearing", 5, chip, { heat: "ramp" });
  const spi = new board.io.SPI!({ clock: 18, out: 23, in: 19, select: 5, hz: 1_000_000, mode: 0 });
  clock.advanceTo(12_000);
  const bytes = Uint8Array.of(0x0f);
  spi.transfer(bytes);
  spi.flush(true);
  t.is(bytes[0], 0xf0);
  t.is(felt, 12);
});

test("solderAnalog and solderNumeric: the source feels the world when it is converted or read", (t) => {
  const { clock, board } = bare();
  const loop = { shuntOhms: 100, atFourMilliamperes: 0, atTwentyMilliamperes: 100, unit: "m" };
  board.solderAnalog("tank", 34, new CurrentLoopTransmitter(loop), { value: "ramp" });
  board.solderNumeric("number", 7, new NumericSource(), { value: "ramp" });
  const pin = new board.io.Analog!({ pin: 34 });
  const number = new board.io.Numeric!({ port: 7 });
  clock.advanceTo(50_000);
  t.true(Math.abs((pin.read()! * 2450) / 4095 - 1200) < 5);
  t.is(number.read(), 50);
});

test("solderSerial: the device feels the world when it measures, and lines are told apart by their pins", (t) => {
  const { clock, board } = bare();
  const rs485 = { receive: 16, transmit: 17, halfDuplex: true };
  board.solderSerial("meter", rs485, new SDM120Device({ clock, baud: 9600 }), { voltage: "ramp" });
  board.solderSerial("second", rs485, new SDM120Device({ clock, unit: 2, baud: 9600 }), { energy: "ramp" });
  board.solderSerial("place", { receive: 4, transmit: 2 }, new GNSSReceiver({ clock }), { altitude: "ramp" });
  const meter = new board.io.Serial!({ receive: 16, transmit: 17, port: 1, baud: 9600, format: "buffer" });
  let place = "";
  const gnss = new board.io.Serial!({
    receive: 4,
    transmit: 2,
    port: 2,
    baud: 9600,
    format: "buffer",
    onReadable() {
      const into = new Uint8Array(128);
      for (let i = 0, count = gnss.read(into) ?? 0; i < count; i++) place += String.fromCharCode(into[i]!);
    },
  });
  clock.advanceTo(200_200);
  const single = (...request: number[]) => {
    meter.write(Uint8Array.from(request));
    clock.advanceTo(clock.ticks() + 100);
    const into = new Uint8Array(9);
    t.is(meter.read(into), 9);
    return new DataView(into.buffer).getFloat32(3);
  };
  const volts = single(0x01, 0x04, 0x00, 0x00, 0x00, 0x02, 0x71, 0xcb);
  t.true(volts > 200.2 && volts < 200.3, String(volts));
  const energy = single(0x02, 0x04, 0x00, 0x48, 0x00, 0x02, 0xf1, 0xee);
  t.true(energy > 200.3 && energy < 200.4, String(energy));
  t.true(place.includes(",200.0,M,48.0,M,,*"));
  t.throws(() => board.solderSerial("odd", { ...rs485, halfDuplex: false }, new GNSSReceiver({ clock }), {}), {
    instanceOf: RangeError,
    message: "serial: halfDuplex false is not that of the line at 16,17",
  });
});

test("a serial port is one of a chip: its pins and its number are taken until it is closed", (t) => {
  const { board } = bare();
  const open = (receive: number, transmit: number, port: number) =>
    new board.io.Serial!({ receive, transmit, port, baud: 9600, format: "buffer" });
  const first = open(16, 17, 1);
  t.throws(() => open(16, 5, 2), { message: "in use" });
  t.throws(() => open(4, 5, 1), { instanceOf: RangeError, message: "port in use" });
  const second = open(4, 5, 2);
  t.is(second.read(new Uint8Array(1)), undefined, "nobody is there");
  first.close();
  first.close();
  t.throws(() => first.write(new Uint8Array(1)), { message: "serial: used after close" });
  t.notThrows(() => open(16, 17, 1));
});

test("solderPulse: pulses come at the rate that the world had at each reading", (t) => {
  const { clock, board } = bare();
  board.solderPulse("flow", 25, new PulseGenerator({ clock }), { frequency: "ramp" });
  const counter = new board.io.PulseCount!({ signal: 25 });
  clock.advanceTo(10_000);
  t.is(counter.read(), 0, "nothing turned at tick 0");
  clock.advanceTo(11_000);
  t.is(counter.read(), 10);
  clock.advanceTo(12_000);
  t.is(counter.read(), 21);
});

test("solderDigital: an edge of the world calls, and the level is the world's", (t) => {
  const { clock, board } = bare();
  const door = new BouncingSwitch({ clock, random: new Random(1), bounceMs: 0 });
  board.solderDigital("door", 27, door, { state: "ramp" });
  const { Digital } = board.io;
  const calls: number[] = [];
  const input = new Digital!({
    pin: 27,
    mode: Digital!.Input,
    edge: Digital!.Rising,
    onReadable: () => calls.push(clock.ticks()),
  });
  t.is(input.read(), 0);
  clock.advanceTo(2000);
  t.deepEqual(calls, [500]);
  t.is(input.read(), 1);
});

test("a pin is soldered once, and a name given once", (t) => {
  const { clock, board } = bare();
  const pulses = () => new PulseGenerator({ clock });
  board.solderPulse("a", 25, pulses(), {});
  t.throws(() => board.solderPulse("b", 25, pulses(), {}), { message: "pulse count: pin 25 is taken" });
  const contact = () => new BouncingSwitch({ clock, random: new Random(1) });
  board.solderDigital("c", 25, contact(), {});
  t.throws(() => board.solderDigital("d", 25, contact(), {}), { message: "digital: pin 25 is taken" });
  t.throws(() => board.solderDigital("a", 26, contact(), {}), { message: "board: there is a part a already" });
});
