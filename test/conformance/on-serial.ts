/** What the suite does to parts on serial lines, and to those on counters and digital inputs. */
import { Random } from "../../simulator/random.js";
import type { LineFault } from "./bench.js";
import { eachEvent } from "./each-event.js";
import { SerialBench } from "./input-benches.js";
import type { PartUnderTest } from "./parts.js";
import { ensure, Session } from "./session.js";
import type { Tally } from "./session.js";

type Add = (title: string, run: () => Tally) => void;

const NOISE_MS = 20_000;
/** In three readings. */
const MUCH_BYTES = 500;

export function onSerial(part: PartUnderTest, seed: number, add: Add): void {
  const breaking = (phase: number, fault: (event: number) => LineFault) => (): Tally => {
    // Of a part that talks much, each byte is broken in one of the three ways, and not in all of them.
    const stride = talksMuch(part, seed) ? 3 : 1;
    return eachEvent(part, seed, (event) => ((event + phase) % stride === 0 ? [fault(event)] : []), undefined);
  };

  add(
    "a byte lost on the line costs no wrong reading",
    breaking(0, (at) => ({ kind: "refuse", at })),
  );
  add(
    "a bit turned over on the line costs no wrong reading",
    breaking(1, (at) => ({ kind: "flip", at, mask: 1 << (at % 8) })),
  );
  add(
    "a brown-out at any byte costs no wrong reading",
    breaking(2, (at) => ({ kind: "brown-out", at })),
  );

  add("noise on the line costs no wrong reading, and when it ends there are readings again", () => {
    const session = new Session(part, seed);
    const { bench } = session;
    ensure(bench instanceof SerialBench, "the bench has no serial line");
    const random = new Random(seed);
    const noise = (): void => {
      const bytes = new Uint8Array(1 + Math.floor(random.next() * 40));
      for (let i = 0; i < bytes.length; i++) bytes[i] = Math.floor(random.next() * 256);
      (bench as SerialBench<never>).disturb(bytes);
      session.tally.faults++;
      if (bench.clock.ticks() < NOISE_MS) bench.clock.schedule(noise, Math.floor(random.next() * 200));
    };
    bench.clock.schedule(noise, 0);
    while (bench.clock.ticks() < NOISE_MS) session.step();
    session.readings(3);
    return session.done();
  });
}

function talksMuch(part: PartUnderTest, seed: number): boolean {
  const session = new Session(part, seed);
  session.undisturbed(3);
  session.done();
  return session.bench.events > MUCH_BYTES;
}

/** Counters and digital inputs: nothing is there or not there, nothing is said, but reading can fail. */
export function onInput(part: PartUnderTest, seed: number, add: Add): void {
  add("an input that cannot be read is a bus fault, and the next reading is right", () => {
    const session = new Session(part, seed);
    session.undisturbed(1);
    for (let i = 0; i < 20; i++) {
      for (let calls = 0; calls < i % 3; calls++) session.step();
      session.bench.fault = { kind: "refuse", at: session.bench.events };
      session.tally.faults++;
      const fault = session.untilFault();
      ensure(fault.quality === "bus", `the fault is ${fault.quality}`);
      session.bench.fault = undefined;
      session.undisturbed(1);
    }
    return session.done();
  });
}
