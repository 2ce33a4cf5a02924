import { readdirSync } from "node:fs";
import test from "ava";
import { parts } from "./parts.js";
import { sensorSuite } from "./suite.js";

const seed = Number(process.env["SEED"] ?? 20_240_607);
const directory = new URL("../../firmware/sensors/", import.meta.url);

test("every driver in firmware/sensors is in the list of parts", async (t) => {
  const listed = new Set<unknown>(parts.map((part) => part.driver));
  for (const file of readdirSync(directory).filter((name) => name.endsWith(".ts"))) {
    const exported = (await import(new URL(file, directory).href)) as Record<string, unknown>;
    for (const [name, value] of Object.entries(exported)) {
      if (typeof value !== "function" || !("sample" in ((value.prototype as object | undefined) ?? {}))) continue;
      t.true(listed.has(value), `${file}: ${name} is not in test/conformance/parts.ts`);
    }
  }
});

const total = { readings: 0, faults: 0, reported: 0 };
test.after.always((t) => {
  t.log(`in all ${total.faults} faults put in, ${total.readings} right readings, ${total.reported} faults reported`);
});

for (const { title, run } of sensorSuite(parts, seed)) {
  test(title, (t) => {
    try {
      const { readings, faults, reported } = run();
      total.readings += readings;
      total.faults += faults;
      total.reported += reported;
      t.pass();
    } catch (error) {
      t.log(`SEED=${seed} npx ava test/conformance/sensor.test.ts --match '${title}'`);
      throw error;
    }
  });
}
