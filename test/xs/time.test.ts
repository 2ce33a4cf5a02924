import { measureOperations } from "../../hosts/xs/measure.js";
import { xsTest } from "../support/xs.js";

xsTest("asking for UTC takes no heap slot, and an hour of keeping it leaves none behind", async (t) => {
  const { utc, hour } = await measureOperations("test/xs/inside/time.ts", { repeat: 20 });
  t.is(utc!.slots, 0);
  t.true(utc!.steps <= 300, `${utc!.steps} steps`);
  t.is(hour!.retained, 0);
});
