import { parts } from "../conformance/parts.js";
import { sensorSuite } from "../conformance/suite.js";
import { conformanceInXs } from "../support/conformance-in-xs.js";
import { xsTest } from "../support/xs.js";

const seed = Number(process.env["SEED"] ?? 20_240_607);

xsTest("every part passes the conformance suite inside XS, with the same readings as on Node", async (t) => {
  t.timeout(600_000);
  await conformanceInXs(t, "sensor", seed, sensorSuite(parts, seed));
});
