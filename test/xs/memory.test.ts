import { PumpRoomMemory } from "../../hosts/node/bench-memory.js";
import { xsTest } from "../support/xs.js";

/** Slots of the node: made, and at work. */
const MADE = 2300;
const STEADY = 2850;
/** What may be under way at the one moment and not at the other: a message, a conversion. A leak of a slot an hour is 24. */
const UNDER_WAY = 20;

xsTest("the pump room keeps within its heap slots, and takes no more of them after a day", async (t) => {
  t.timeout(600_000);
  const memory = await PumpRoomMemory.start();
  try {
    const { made } = await memory.begin();
    const afterAnHour = await memory.slotsAt("hour");
    const afterADay = await memory.slotsAt("day");
    t.log(`${made} slots when made, ${afterAnHour} after an hour, ${afterADay} after a day`);
    t.true(made <= MADE, `${made} slots when made, not ${MADE} or fewer`);
    t.true(afterAnHour <= STEADY, `${afterAnHour} slots after an hour, not ${STEADY} or fewer`);
    t.true(afterADay <= afterAnHour + UNDER_WAY, `${afterADay} slots after a day, ${afterAnHour} after an hour`);
  } finally {
    await memory.close();
  }
});
