import test from "ava";
import type { SensorDefinition } from "../../firmware/definition.js";
import type { Decoded } from "../../hosts/node/decoded.js";
import { DriftingClock } from "../../simulator/faults/clock.js";
import { START_UTC } from "../support/virtual-node.js";
import { supervisedNode } from "../support/supervised-node.js";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

type Bench = ReturnType<typeof supervisedNode>;
type Line = Bench["lines"][number];
type ValueLine = Line & Extract<Decoded, { value: number }>;

/** Whose host knows nothing, and whose crystal is 40 ppm too fast. */
function alone(settings: object = {}) {
  return supervisedNode({
    synchronisedAt: Infinity,
    wrapClock: (clock) => new DriftingClock(clock, 40),
    settings: { time: settings },
  });
}

const values = ({ lines }: Bench, from = 0): ValueLine[] =>
  lines.filter((line): line is ValueLine => "value" in line && line.stream === "data" && line.at >= from);

test("a node that starts without time and without a network has the right time in all it sends, once it knows", (t) => {
  const bench = alone();
  for (const server of bench.servers) server.silent = true;
  bench.network.down("192.168.1.10");
  bench.machine.start();
  bench.run(30 * MINUTE);
  t.false(bench.machine.node.time.synchronised);
  for (const server of bench.servers) server.silent = false;
  // The next question comes within 17 minutes.
  bench.run(20 * MINUTE);
  t.true(bench.machine.node.time.synchronised);
  bench.network.up("192.168.1.10");
  bench.run(10 * MINUTE);
  const told = values(bench);
  t.true(told.length > 100);
  // The first samples were taken in the first seconds, and the pump room reports what changes: never a gap of an hour.
  const seconds = told.map(({ time }) => time - START_UTC / 1000);
  // Reckoned back over 50 minutes by a crystal of which nothing is known yet: 40 ppm are 0.12 s.
  t.true(Math.min(...seconds) >= -0.15 && Math.min(...seconds) < 10, `${Math.min(...seconds)}`);
  t.true(Math.max(...seconds) <= bench.clock.ticks() / 1000 + 0.1);
  const [event] = bench.events("time-synchronised");
  t.like(event!, { source: "time", cause: "sntp" });
});

test("what was measured before has the very time at which it was measured", (t) => {
  const bench = alone();
  const exact = supervisedNode({ wrapClock: (clock) => new DriftingClock(clock, 40), synchronisedAt: Infinity });
  for (const node of [bench, exact]) node.machine.start();
  for (const server of bench.servers) server.silent = true;
  bench.network.down("192.168.1.10");
  bench.run(40 * MINUTE);
  exact.run(40 * MINUTE);
  for (const server of bench.servers) server.silent = false;
  bench.run(20 * MINUTE);
  bench.network.up("192.168.1.10");
  bench.run(10 * MINUTE);
  // The same machine with time from the beginning: every one of its values, at its time.
  const key = ({ name, time, value }: ValueLine) => `${name} ${Math.round(time * 10)} ${value}`;
  const known = new Set<string>();
  for (const line of values(exact)) for (const by of [-0.1, 0, 0.1]) known.add(key({ ...line, time: line.time + by }));
  const told = values(bench).filter(({ time }) => time < START_UTC / 1000 + 30 * 60);
  t.true(told.length > 100);
  t.deepEqual(
    told.filter((line) => !known.has(key(line))),
    [],
  );
});

test("before it knows the time a node with a broker says when, relative to now, and health says that it does not know", (t) => {
  const bench = alone();
  for (const server of bench.servers) server.silent = true;
  bench.machine.start();
  bench.run(2 * MINUTE + 1000);
  t.like(bench.health(), { synchronised: false, time: "none" });
  t.false("uncertaintyMs" in bench.health());
  for (const server of bench.servers) server.silent = false;
  bench.run(20 * MINUTE);
  t.like(bench.health(), { synchronised: true, time: "sntp" });
  t.true((bench.health().uncertaintyMs as number) < 100);
  t.true(Math.abs(bench.machine.node.time.utc()! - bench.utc()) <= (bench.health().uncertaintyMs as number));
});

test("one server of three that lies is outvoted; where it is the only one that answers it is refused", (t) => {
  const bench = alone();
  bench.servers[0]!.offsetMs = 3_600_000;
  bench.machine.start();
  bench.run(10 * MINUTE);
  t.true(Math.abs(bench.machine.node.time.utc()! - bench.utc()) < 100);
  bench.servers[1]!.silent = bench.servers[2]!.silent = true;
  bench.run(2 * HOUR);
  const [refused] = bench.events("time-refused");
  t.like(refused!, { source: "time", cause: "alone" });
  t.regex(refused!.detail, /^would move the clock by (36|35)\d{5} ms$/);
});

test("over a power cut the floor holds: servers that say last year are refused, the right time is not", (t) => {
  const bench = alone();
  bench.machine.start();
  bench.run(3 * HOUR);
  const before = bench.machine.node.time.floorUtc!;
  t.true(before > START_UTC + HOUR && before <= bench.utc());
  for (const server of bench.servers) server.offsetMs = -365 * 24 * HOUR;
  bench.machine.reset("power-on");
  bench.run(20 * MINUTE);
  const { time } = bench.machine.node;
  t.is(time.source, "floor");
  t.is(time.utc(), undefined);
  t.true(time.earliestUtc()! >= before);
  t.like(bench.events("time-refused")[0]!, { cause: "floor" });
  for (const server of bench.servers) server.offsetMs = 0;
  bench.run(20 * MINUTE);
  t.true(Math.abs(bench.machine.node.time.utc()! - bench.utc()) < 100);
});

test("a step is told, and so is time that was lost for good", (t) => {
  const bench = alone({ lostAboveMs: 500 });
  bench.machine.start();
  bench.run(HOUR);
  for (const server of bench.servers) server.offsetMs = 10_000;
  bench.run(3 * HOUR);
  t.like(bench.events("time-step")[0]!, { source: "time" });
  t.regex(bench.events("time-step")[0]!.detail, /^by (9[5-9]\d\d|10[0-4]\d\d\d?) ms$/);
  for (const server of bench.servers) server.silent = true;
  bench.run(48 * HOUR);
  const [lost] = bench.events("time-lost");
  t.truthy(lost);
  t.like(bench.health(), { synchronised: false });
});

test("a host that knows the time is not second-guessed", (t) => {
  const bench = supervisedNode();
  for (const server of bench.servers) server.offsetMs = 5000;
  bench.machine.start();
  bench.run(HOUR);
  t.like(bench.health(), { synchronised: true, time: "host", uncertaintyMs: 0 });
  t.deepEqual(
    bench.servers.flatMap(({ requests }) => requests),
    [],
  );
});

test("a receiver of satellites gives the time where no server does", (t) => {
  const receiver = { aheadMs: 0 };
  const bench = supervisedNode({
    synchronisedAt: Infinity,
    settings: { time: { servers: "" } },
    parts: {
      wrapDefinition: (own) => ({
        ...own,
        sensors: own.sensors.map((part, i) => (i === 0 ? tellingTime(part) : part)),
      }),
    },
  });
  /** A driver that says half a second late what time it is, as a serial line does. */
  function tellingTime(part: SensorDefinition): SensorDefinition {
    const driver = class extends part.driver {
      override get utc() {
        return bench.utc() - 500 + receiver.aheadMs;
      }
      override get utcTicks() {
        return bench.clock.ticks();
      }
    };
    return { ...part, driver };
  }
  bench.machine.start();
  bench.run(2 * MINUTE + 1000);
  t.like(bench.events("time-synchronised")[0]!, { source: "time", cause: "gnss" });
  t.like(bench.health(), { synchronised: true, time: "gnss" });
  t.true(Math.abs(bench.machine.node.time.utc()! - bench.utc()) < 100);
  // Week 1024: twenty years back, whatever it says for an hour.
  receiver.aheadMs = -1024 * 7 * 24 * HOUR;
  bench.run(HOUR);
  t.true(Math.abs(bench.machine.node.time.utc()! - bench.utc()) < 500);
});
