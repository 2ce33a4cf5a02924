import test from "ava";
import { Board } from "../../../../simulator/boards/board.js";
import { pumpRoomBoard } from "../../../../simulator/boards/pump-room.js";
import { recorderBoard } from "../../../../simulator/boards/recorder.js";
import { ThermistorDivider } from "../../../../simulator/chips/thermistor-divider.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { Random } from "../../../../simulator/random.js";
import { PumpRoomWorld } from "../../../../simulator/world/pump-room.js";
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
  const world = new RecordingWorld(new ConstantWorld({ "recording.value": 0 }), "recording.value");
  const board = recorderBoard({ clock, random: new Random(1), world });
  const input = new board.io.Numeric!({ port: 0 });
  t.is(input.read(), undefined);
  world.set(123456.789e99);
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
