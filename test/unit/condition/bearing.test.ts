import test from "ava";
import { bearingOrders } from "../../../firmware/condition/bearing.js";

const near = (value: number, wanted: number, digits: number) => Math.abs(value - wanted) < 0.51 * 10 ** -digits;

test("the 6205-2RS JEM has the orders that Case Western Reserve University's bearing data center publishes", (t) => {
  const { bpfo, bpfi, bsf, ftf } = bearingOrders({
    rollingElements: 9,
    elementDiameterMm: 0.3126 * 25.4,
    pitchDiameterMm: 1.537 * 25.4,
    contactAngleDeg: 0,
  });
  t.true(near(bpfo, 3.5848, 3), `${bpfo}`);
  t.true(near(bpfi, 5.4152, 3), `${bpfi}`);
  t.true(near(2 * bsf, 4.7135, 3), `${bsf}`);
  t.true(near(ftf, 0.39828, 4), `${ftf}`);
});

test("races together see every element in every turn, and the cage is an element's share of the outer race", (t) => {
  const geometry = { rollingElements: 8, elementDiameterMm: 20, pitchDiameterMm: 120, contactAngleDeg: 15 };
  const { bpfo, bpfi, ftf } = bearingOrders(geometry);
  t.true(Math.abs(bpfo + bpfi - 8) < 1e-12);
  t.true(Math.abs(8 * ftf - bpfo) < 1e-12);
});

test("a contact angle brings the races together and makes the elements turn faster", (t) => {
  const straight = { rollingElements: 8, elementDiameterMm: 20, pitchDiameterMm: 120, contactAngleDeg: 0 };
  const flat = bearingOrders(straight);
  const angular = bearingOrders({ ...straight, contactAngleDeg: 40 });
  t.true(angular.bpfo > flat.bpfo && angular.bpfi < flat.bpfi && angular.bsf > flat.bsf);
});
