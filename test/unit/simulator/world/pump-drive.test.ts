import test from "ava";
import { Random } from "../../../../simulator/random.js";
import { PumpDriveWorld } from "../../../../simulator/world/pump-drive.js";
import type { PumpDriveOptions } from "../../../../simulator/world/pump-drive.js";

const world = (options: Omit<PumpDriveOptions, "random"> = {}, seed = 1) =>
  new PumpDriveWorld({ random: new Random(seed), ...options });

test("the damage grows from 0 to 1 in the time given, and the temperature follows it late", (t) => {
  const drive = world({ failureAfterS: 1000, failureOverS: 2000 });
  const at = (seconds: number, quantity: string) => {
    drive.advance(seconds * 1000);
    return drive.read(quantity);
  };
  t.is(at(900, "bearing.severity"), 0);
  const cool = at(1000, "bearing.temperature");
  t.true(Math.abs(cool - 52) < 2, `${cool} °C`);
  t.is(at(2000, "bearing.severity"), 0.5);
  t.true(at(2000, "bearing.temperature") < cool + 5);
  t.is(at(3000, "bearing.severity"), 1);
  t.true(at(9000, "bearing.temperature") > 90);
  t.true(at(20_000, "bearing.temperature") < 110, "within what the input can read");
});

test("speed stands, load wanders within what a motor can bear, and the same seed gives the same run", (t) => {
  const [one, other, third] = [world(), world(), world({}, 2)];
  const loads = new Set<number>();
  for (let seconds = 0; seconds <= 7200; seconds += 30) {
    for (const drive of [one, other, third]) drive.advance(seconds * 1000);
    t.is(one.read("drive.speed"), 1476);
    const load = one.read("drive.load");
    t.true(load > 0.4 && load < 1);
    t.is(other.read("drive.load"), load);
    loads.add(load);
  }
  t.true(loads.size > 100);
  t.not(third.read("drive.load"), one.read("drive.load"));
});

test("a sound drive stays sound for a day", (t) => {
  const drive = world({ failureAfterS: Infinity });
  drive.advance(86_400_000);
  t.is(drive.read("bearing.severity"), 0);
  t.true(Math.abs(drive.read("bearing.temperature") - 52) < 4);
});

test("times that are none are refused", (t) => {
  t.throws(() => world({ failureAfterS: -1 }), { message: "pump drive: failureAfterS -1 is not 0 or more" });
  t.throws(() => world({ failureOverS: 0 }), { message: "pump drive: failureOverS 0 is not more than 0" });
});
