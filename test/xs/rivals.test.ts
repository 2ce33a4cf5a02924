import { measureMqtt } from "../../hosts/node/bench-mqtt.js";
import { measureWay } from "../../hosts/node/bench-way.js";
import { measureWire } from "../../hosts/node/bench-wire.js";
import { xsTest } from "../support/xs.js";

/** Engine steps that a reading's whole way may take. */
const WAY = 600;
/** Parts of cbor-x's engine steps, and heap slots, that each may take. */
const WIRE: Readonly<Record<string, { readonly ratio: number; readonly slots: number }>> = {
  "two values as SenML": { ratio: 0.125, slots: 0 },
  "a command read": { ratio: 0.5, slots: 61 },
  "a command read and checked": { ratio: 0.59, slots: 74 },
};
/** Parts of the engine steps that mqtt-packet takes for the packets alone, and heap slots. */
const MQTT: Readonly<Record<string, { readonly ratio: number; readonly slots: number }>> = {
  "packets alone": { ratio: 0.07, slots: 3 },
  "in a session": { ratio: 0.25, slots: 11 },
};

xsTest("a reading's whole way takes no heap slot, and keeps within its engine steps", async (t) => {
  for (const { what, steps, slots } of await measureWay()) {
    t.is(slots, 0, what);
    t.true(steps <= WAY, `${what}: ${steps} steps, not ${WAY} or fewer`);
  }
});

xsTest("what is written takes no heap slot, and CBOR keeps within its part of cbor-x's engine steps", async (t) => {
  const costs = await measureWire();
  t.deepEqual(
    costs.map(({ what }) => what),
    Object.keys(WIRE),
  );
  for (const { what, steps, slots, rivalSteps } of costs) {
    const { ratio, slots: most } = WIRE[what]!;
    t.true(slots <= most, `${what}: ${slots} slots, not ${most} or fewer`);
    t.true(steps <= ratio * rivalSteps, `${what}: ${steps} steps beside ${rivalSteps}`);
  }
});

xsTest("PUBLISH and PUBACK keep within their part of mqtt-packet's engine steps", async (t) => {
  const costs = await measureMqtt();
  t.deepEqual(
    costs.map(({ what }) => what),
    Object.keys(MQTT),
  );
  for (const { what, steps, slots, rivalSteps } of costs) {
    const { ratio, slots: most } = MQTT[what]!;
    t.true(slots <= most, `${what}: ${slots} slots, not ${most} or fewer`);
    t.true(steps <= ratio * rivalSteps, `${what}: ${steps} steps beside ${rivalSteps}`);
  }
});
