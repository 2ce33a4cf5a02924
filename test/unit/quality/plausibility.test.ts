import test from "ava";
import { qualityText } from "../../../firmware/model/quality.js";
import { PlausibilityCheck } from "../../../firmware/quality/plausibility.js";
import type { PlausibilitySettings } from "../../../firmware/quality/plausibility.js";

const OFF: PlausibilitySettings = { minimum: -1e300, maximum: 1e300, maximumRate: 0, stuckAfterMs: 0 };

/** What is said of each value, one a second. */
function verdicts(settings: Partial<PlausibilitySettings>, values: readonly number[]): string[] {
  const check = new PlausibilityCheck({ ...OFF, ...settings });
  return values.map((value, i) => qualityText(check.update(value, i * 1000)));
}

test("with nothing to check everything is good", (t) => {
  t.deepEqual(verdicts({}, [1, 1, -1e299, 1e299]), Array(4).fill("good"));
});

test("what cannot be is out of range", (t) => {
  t.deepEqual(verdicts({ minimum: 0, maximum: 4 }, [-0.1, 0, 4, 4.1]), [
    "failure out-of-range",
    "good",
    "good",
    "failure out-of-range",
  ]);
});

test("a spike is refused, and the value that comes back is believed at once", (t) => {
  t.deepEqual(verdicts({ maximumRate: 2 }, [20, 21, 80, 22, 23]), [
    "good",
    "good",
    "failure implausible-rate",
    "good",
    "good",
  ]);
});

test("a new level is believed once as much time has passed as it would have needed", (t) => {
  const said = verdicts({ maximumRate: 10 }, [0, 35, 35, 35, 35, 36]);
  t.deepEqual(said, [
    "good",
    "failure implausible-rate",
    "failure implausible-rate",
    "failure implausible-rate",
    "good",
    "good",
  ]);
});

test("a value without the slightest change is stuck in the end, and good again when it moves", (t) => {
  const said = verdicts({ stuckAfterMs: 3000 }, [7, 7, 7, 7, 7, 7.01, 7.01]);
  t.deepEqual(said, ["good", "good", "good", "failure stuck", "failure stuck", "good", "good"]);
});
