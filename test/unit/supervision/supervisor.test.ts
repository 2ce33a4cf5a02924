import test from "ava";
import { SUPERVISION_FIELDS } from "../../../firmware/supervision/settings.js";
import type { SupervisionSettings } from "../../../firmware/supervision/settings.js";
import { CHECK_MS, Supervisor } from "../../../firmware/supervision/supervisor.js";
import type { Stage } from "../../../firmware/supervision/supervisor.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { VirtualClock } from "../../../simulator/clock.js";

const DEFAULTS = checkFields({}, "supervision", SUPERVISION_FIELDS) as unknown as SupervisionSettings;

function bench(settings: Partial<SupervisionSettings> = {}, nodeRestarts = true) {
  const clock = new VirtualClock();
  const late = { sampling: 0, publishing: 0 };
  const log: string[] = [];
  const checks: boolean[] = [];
  const throwsOnRestart = { now: false };
  const stage = (name: "sampling" | "publishing"): Stage => ({
    name,
    lateMs: () => late[name],
    restart: () => {
      log.push(`${clock.ticks()} ${name}`);
      late[name] = 0;
      if (throwsOnRestart.now) throw new Error("again");
    },
  });
  const supervisor = new Supervisor(
    clock,
    { ...DEFAULTS, ...settings },
    {
      onRestarted: (name, cause, { reason }, restarts) => log.push(`told ${name} ${cause} ${restarts} ${reason}`),
      onHopeless: (name, { reason }) => {
        log.push(`hopeless ${name} ${reason}`);
        return nodeRestarts;
      },
      onChecked: (alive) => checks.push(alive),
    },
  );
  supervisor.watch(stage("sampling"));
  supervisor.watch(stage("publishing"));
  supervisor.start();
  return { clock, late, log, checks, supervisor, throwsOnRestart };
}

test("a stage that throws is restarted at once, never from inside the call, the other one is left alone", (t) => {
  const { clock, log, supervisor } = bench();
  clock.advanceTo(100);
  supervisor.failed("sampling", new Error("broken"));
  t.deepEqual(log, []);
  clock.advanceTo(100);
  t.deepEqual(log, ["100 sampling", "told sampling failure 1 broken"]);
  t.is(supervisor.restarts("sampling"), 1);
  t.is(supervisor.restarts("publishing"), 0);
});

test("failures while a restart is due are one failure", (t) => {
  const { clock, log, supervisor } = bench();
  for (let i = 0; i < 10; i++) supervisor.failed("sampling", new Error(`broken ${i}`));
  clock.advanceTo(1000);
  t.deepEqual(log, ["0 sampling", "told sampling failure 1 broken 0"]);
});

test("silence of up to silenceS is borne, more is not", (t) => {
  const { clock, late, log } = bench({ silenceS: 60 });
  late.publishing = 60_000;
  clock.advanceTo(4 * CHECK_MS);
  t.deepEqual(log, []);
  late.publishing = 60_001;
  clock.advanceTo(5 * CHECK_MS);
  t.deepEqual(log, [
    `${5 * CHECK_MS} publishing`,
    "told publishing silence 1 no sign of life for 60 s after it was due",
  ]);
});

test("a stage that cannot even be asked is restarted, and the others are still looked at", (t) => {
  const { clock, late, log } = bench();
  Object.defineProperty(late, "sampling", {
    get() {
      throw new Error("cannot say");
    },
    set() {},
  });
  late.publishing = 1e6;
  clock.advanceTo(CHECK_MS);
  t.deepEqual(
    log.filter((line) => line.startsWith("told")),
    ["told sampling failure 1 cannot say", "told publishing silence 1 no sign of life for 1000 s after it was due"],
  );
});

test("waits between restarts double from a second on; then the stage is hopeless", (t) => {
  const { clock, log, supervisor, throwsOnRestart } = bench({ mostRestarts: 5 });
  throwsOnRestart.now = true;
  supervisor.failed("sampling", new Error("broken"));
  clock.advanceTo(60_000);
  t.deepEqual(log, [
    "0 sampling",
    "1000 sampling",
    "3000 sampling",
    "7000 sampling",
    "15000 sampling",
    "hopeless sampling again",
  ]);
});

test("where the node cannot be restarted, the stage is, at the longest wait, for ever", (t) => {
  const { clock, log, supervisor, throwsOnRestart } = bench({ mostRestarts: 2 }, false);
  throwsOnRestart.now = true;
  supervisor.failed("sampling", new Error("broken"));
  clock.advanceTo(1_800_000);
  const restarts = log.filter((line) => line.endsWith(" sampling")).map((line) => Number.parseInt(line, 10));
  t.is(restarts.at(-1)! - restarts.at(-2)!, 60_000);
  t.true(restarts.length > 25);
});

test("restarts are counted over restartWindowS only", (t) => {
  const { clock, log, supervisor } = bench({ mostRestarts: 2, restartWindowS: 60 });
  for (let i = 0; i < 10; i++) {
    supervisor.failed("sampling", new Error("now and then"));
    clock.advanceTo(clock.ticks() + 61_000);
  }
  t.is(log.filter((line) => line.startsWith("hopeless")).length, 0);
  t.is(supervisor.restarts("sampling"), 10);
});

test("a check tells whether all stages live: not while one waits for its restart, nor after it was hopeless", (t) => {
  const { clock, checks, supervisor, throwsOnRestart } = bench({ mostRestarts: 4 });
  clock.advanceTo(CHECK_MS);
  throwsOnRestart.now = true;
  supervisor.failed("sampling", new Error("broken"));
  clock.advanceTo(6 * CHECK_MS);
  t.deepEqual(checks, [true, false, false, false, false, false]);
});

test("before the start and after the stop nothing is restarted, and nothing is left running", (t) => {
  const { clock, log, checks, supervisor } = bench();
  supervisor.failed("sampling", new Error("broken"));
  supervisor.stop();
  supervisor.failed("publishing", new Error("broken"));
  clock.advanceTo(60_000);
  t.deepEqual(log, []);
  t.deepEqual(checks, []);
  t.is(clock.nextDue(), undefined);
});
