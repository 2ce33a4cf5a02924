import { parts } from "../conformance/parts.js";
import { sharedBusSuite } from "../conformance/shared-bus.js";
import { conformanceInXs } from "../support/conformance-in-xs.js";
import { xsTest } from "../support/xs.js";

const seed = Number(process.env["SEED"] ?? 20_240_607);

xsTest("every I2C part passes the suite of a shared bus inside XS, with the same readings as on Node", async (t) => {
  t.timeout(600_000);
  await conformanceInXs(t, "shared-bus", seed, sharedBusSuite(parts, seed));
});
