import test from "ava";
import { LimitAlarm } from "../../../firmware/alarms/limit.js";
import type { LimitAlarmSettings } from "../../../firmware/alarms/limit.js";

const settings = (overrides: Partial<LimitAlarmSettings>): LimitAlarmSettings => ({
  kind: "high",
  setpoint: 80,
  deadband: 2,
  onDelayMs: 0,
  offDelayMs: 0,
  priority: "high",
  ...overrides,
});

/** The states after each value, one value a second. */
function states(alarm: LimitAlarm, values: readonly number[]): string[] {
  return values.map((value, i) => {
    alarm.update(value, i * 1000);
    return alarm.state;
  });
}

test("a high alarm is raised at its limit and ends behind limit and deadband", (t) => {
  const alarm = new LimitAlarm(settings({}));
  t.deepEqual(states(alarm, [79.9, 80, 79, 78, 77.9]), ["normal", "active", "active", "active", "normal"]);
});

test("a low alarm is the mirror image", (t) => {
  const alarm = new LimitAlarm(settings({ kind: "low-low", setpoint: -5 }));
  t.deepEqual(states(alarm, [-4.9, -5, -4, -3, -2.9]), ["normal", "active", "active", "active", "normal"]);
});

test("a value at a limit without a deadband does not chatter", (t) => {
  const alarm = new LimitAlarm(settings({ deadband: 0 }));
  t.deepEqual(states(alarm, [80, 80, 80, 79.99]), ["active", "active", "active", "normal"]);
});

test("the on-delay must pass without a break", (t) => {
  const alarm = new LimitAlarm(settings({ onDelayMs: 3000 }));
  const values = [81, 81, 81, 79, 81, 81, 81, 81];
  t.deepEqual(states(alarm, values).indexOf("active"), 7);
});

test("the off-delay must pass without a break", (t) => {
  const alarm = new LimitAlarm(settings({ offDelayMs: 2000 }));
  const values = [81, 70, 70, 79, 70, 70, 70];
  t.deepEqual(states(alarm, values), ["active", "active", "active", "active", "active", "active", "normal"]);
});

test("a change is told once, in the update that made it", (t) => {
  const alarm = new LimitAlarm(settings({}));
  const changes = [70, 90, 90, 70, 70].map((value, i) => alarm.update(value, i));
  t.deepEqual(changes, [false, true, false, true, false]);
});

test("noise on a square wave gives one alarm with deadband and delays, and hundreds without", (t) => {
  const wave = (i: number) => (Math.floor(i / 500) % 2 === 1 ? 80.2 : 79.8) + Math.sin(i * 1.7) * 1.5;
  const count = (overrides: Partial<LimitAlarmSettings>) => {
    const alarm = new LimitAlarm(settings(overrides));
    let raised = 0;
    for (let i = 0; i < 1000; i++) if (alarm.update(wave(i), i * 1000) && alarm.state === "active") raised++;
    return raised;
  };
  t.true(count({ deadband: 0 }) > 100);
  t.is(count({ deadband: 4, onDelayMs: 1000 }), 1);
});
