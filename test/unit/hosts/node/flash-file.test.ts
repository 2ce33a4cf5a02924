import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { FlashFile } from "../../../../hosts/node/flash-file.js";

const folder = mkdtempSync(join(tmpdir(), "millwright-flash-"));
test.after.always(() => rmSync(folder, { recursive: true, force: true }));

test("what was written and erased is there when the file is opened again, as on flash", (t) => {
  const path = join(folder, "kept");
  const first = new FlashFile(path);
  t.is(first.status().size, statSync(path).size);
  first.write(Uint8Array.of(0b1100), 8192);
  first.write(Uint8Array.of(0b1010), 8192);
  first.write(Uint8Array.of(1, 2, 3), 4096);
  first.eraseBlock(1, 2);
  first.storage.write("epoch", 5);
  first.storage.write("name", "x");
  first.storage.delete("name");
  first.close();
  const second = new FlashFile(path);
  const into = new Uint8Array(3);
  second.read(into, 8192);
  t.deepEqual([...into], [0b1000, 255, 255]);
  second.read(into, 4096);
  t.deepEqual([...into], [255, 255, 255]);
  t.deepEqual([second.storage.read("epoch"), second.storage.read("name")], [5, undefined]);
  second.close();
});

test("a write is in the file when it returns, without a close", (t) => {
  const path = join(folder, "killed");
  const flash = new FlashFile(path);
  flash.write(Uint8Array.of(7), 100);
  t.is(readFileSync(path)[100], 7);
  flash.close();
});

test("one node at a time; one that was killed does not keep the next from it", (t) => {
  const path = join(folder, "locked");
  writeFileSync(`${path}.lock`, `${process.ppid}\n`);
  const message = `--flash ${path} is in use by process ${process.ppid}; stop it, or give another file`;
  t.throws(() => new FlashFile(path), { message });
  // No system has so many processes.
  writeFileSync(`${path}.lock`, "99999999\n");
  new FlashFile(path).close();
});

test("settings that are none are told", (t) => {
  const path = join(folder, "bad");
  writeFileSync(`${path}.keys`, "[1");
  t.throws(() => new FlashFile(path), {
    message: `${path}.keys is not what a node has written; remove it to begin anew`,
  });
  // The file can be used when they are right.
  rmSync(`${path}.keys`);
  new FlashFile(path).close();
});
