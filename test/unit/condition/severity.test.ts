import test from "ava";
import { zoneBoundaries, zoneOf } from "../../../firmware/condition/severity.js";

test("boundaries are those of ISO 20816-3", (t) => {
  t.deepEqual(zoneBoundaries("group-1", "rigid"), [0.0023, 0.0045, 0.0071]);
  t.deepEqual(zoneBoundaries("group-1", "flexible"), [0.0035, 0.0071, 0.011]);
  t.deepEqual(zoneBoundaries("group-2", "rigid"), [0.0014, 0.0028, 0.0045]);
  t.deepEqual(zoneBoundaries("group-2", "flexible"), [0.0023, 0.0045, 0.0071]);
});

test("a value on a boundary belongs to the better zone, the next larger number to the worse", (t) => {
  for (const group of ["group-1", "group-2"] as const) {
    for (const support of ["rigid", "flexible"] as const) {
      const boundaries = zoneBoundaries(group, support);
      boundaries.forEach((boundary, i) => {
        t.is(zoneOf(boundary, boundaries), i + 1);
        t.is(zoneOf(boundary * (1 + Number.EPSILON), boundaries), i + 2);
      });
      t.is(zoneOf(0, boundaries), 1);
      t.is(zoneOf(1, boundaries), 4);
    }
  }
});
