import test from "ava";
import { IIS3DWB } from "../../../../firmware/sensors/iis3dwb.js";
import { pumpDriveBoard } from "../../../../simulator/boards/pump-drive.js";
import { VirtualClock } from "../../../../simulator/clock.js";
import { Random } from "../../../../simulator/random.js";
import { PumpDriveWorld } from "../../../../simulator/world/pump-drive.js";

/** A drive whose bearing fails from second 100 to 1100, and its accelerometer's samples of half a second on one axis. */
function bench() {
  const clock = new VirtualClock();
  const world = new PumpDriveWorld({ random: new Random(1), failureAfterS: 100, failureOverS: 1000 });
  const board = pumpDriveBoard({ clock, random: new Random(2), world });
  const part = new IIS3DWB({
    sensor: { io: board.io.SPI!, clock: 18, out: 23, in: 19, select: 5 },
    clock,
    rangeG: 16,
  });
  const block = new Int16Array(3 * 512);
  const samplesAt = (second: number): number[] => {
    clock.advanceTo(second * 1000);
    const values: number[] = [];
    part.read(block);
    while (values.length < 13_000) {
      const { samples } = part.read(block);
      for (let i = 0; i < samples; i++) values.push(block[3 * i]! * part.scale);
      clock.advanceTo(clock.ticks() + Math.max(1, part.readyInMs));
    }
    return values;
  };
  return { clock, board, samplesAt };
}

const rms = (values: readonly number[]) => Math.sqrt(values.reduce((sum, v) => sum + v * v, 0) / values.length);

test("a sound machine hums: no impulses", (t) => {
  const values = bench().samplesAt(50);
  t.true(rms(values) > 0.2 && rms(values) < 1, `${rms(values)} m/s²`);
  const peak = Math.max(...values.map(Math.abs));
  t.true(peak / rms(values) < 5, `crest factor ${peak / rms(values)}`);
});

test("a damaged bearing rings at every roll-over, the harder the worse it is, and within the range of the part", (t) => {
  const { samplesAt, board } = bench();
  const peaks = [300, 600, 1100].map((second) => Math.max(...samplesAt(second).map(Math.abs)));
  t.true(peaks[0]! > 5 && peaks[1]! > 1.5 * peaks[0]! && peaks[2]! > 1.3 * peaks[1]!, peaks.join(", "));
  t.true(peaks[2]! < 16 * 9.80665 * 0.8);
  t.deepEqual(board.spi.violations, []);
});

test("the tachometer gives a pulse for each of 60 teeth", (t) => {
  const { clock, board } = bench();
  const counter = new board.io.PulseCount!({ signal: 27 });
  counter.read();
  clock.advanceTo(10_000);
  t.true(Math.abs(counter.read() - 14_760) <= 1);
});
