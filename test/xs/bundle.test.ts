import test from "ava";
import { cp, mkdtemp, rm, symlink } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { bundle } from "../../hosts/xs/bundle.js";
import { measureOperations } from "../../hosts/xs/measure.js";
import { startWorker, xsTest } from "../support/xs.js";

const entry = "test/xs/inside/operations.ts";
const root = resolve(import.meta.dirname, "..", "..");

test("a bundle is one strict script that names no path", async (t) => {
  const code = await bundle(entry);
  t.true(code.startsWith('"use strict";(()=>{'));
  t.false(code.includes(root));
  t.false(/\b(import|export)\b/.test(code));
  t.is(code.trimEnd().split("\n").length, 1);
});

test("a bundle is made once per entry, however the entry is written", async (t) => {
  t.is(bundle(entry), bundle(join(root, entry)));
  t.is(bundle(`./${entry}`), bundle(entry));
});

test("the same repository elsewhere gives the same bundle", async (t) => {
  const elsewhere = await mkdtemp(join(tmpdir(), "millwright-"));
  t.teardown(() => rm(elsewhere, { recursive: true }));
  for (const folder of ["hosts/xs", "test/xs/inside"]) {
    await cp(join(root, folder), join(elsewhere, folder), { recursive: true });
  }
  await cp(join(root, "package.json"), join(elsewhere, "package.json"));
  await symlink(join(root, "node_modules"), join(elsewhere, "node_modules"));
  const there = (await import(join(elsewhere, "hosts/xs/bundle.ts"))) as { bundle: typeof bundle };
  t.is(await there.bundle(entry), await bundle(entry));
});

test("an entry that does not exist is named", async (t) => {
  await t.throwsAsync(bundle("test/xs/inside/nowhere.ts"), { message: /test\/xs\/inside\/nowhere\.ts/ });
});

xsTest("XS runs a bundle", async (t) => {
  const worker = await startWorker(t);
  await t.notThrowsAsync(worker.evaluate(await bundle(entry)));
});

xsTest("engine steps and heap slots are exact, and the same in every run", async (t) => {
  const first = await measureOperations(entry, { repeat: 50 });
  t.deepEqual(first, {
    nothing: { steps: 0, slots: 0, retained: 0 },
    add: { steps: 3, slots: 0, retained: 0 },
    "make an object": { steps: 17, slots: 4, retained: 0 },
    "keep an object": { steps: 33, slots: 4, retained: 4 },
    "make 20,000 objects": { steps: 420008, slots: 40000, retained: 0 },
  });
  t.deepEqual(await measureOperations(entry, { repeat: 50 }), first);
});

xsTest("an entry without operations is told of", async (t) => {
  await t.throwsAsync(measureOperations("simulator/random.ts"), {
    message: "measure: the entry calls no operations() of hosts/xs/inside/operations.ts",
  });
});
