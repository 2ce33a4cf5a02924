import test from "ava";
import { readUtf8, writeUtf8 } from "../../../firmware/data/utf8.js";
import { anyText, below } from "../../support/random-cbor.js";
import { seeded } from "../../support/seed.js";

test("text goes out as TextEncoder's and is read as TextDecoder's, ill-formed or not", (t) => {
  const strict = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });
  const memory = new Uint8Array(256);
  seeded(t, (random) => {
    for (let i = 0; i < 50_000; i++) {
      let text = anyText(random);
      if (random.next() < 0.2) text += String.fromCharCode(0xd800 + below(random, 0x800)) + anyText(random);
      const end = writeUtf8(text, memory, 3);
      const bytes = memory.slice(3, end);
      if (Buffer.compare(bytes, new TextEncoder().encode(text)) !== 0) t.fail(JSON.stringify(text));
      if (bytes.length > 0 && random.next() < 0.7) bytes[below(random, bytes.length)] = random.integer();
      let expected: string | undefined;
      try {
        expected = strict.decode(bytes);
      } catch {
        expected = undefined;
      }
      if (readUtf8(bytes, 0, bytes.length) !== expected) t.fail(Buffer.from(bytes).toString("hex"));
    }
  });
  t.pass();
});

test("bytes beyond the end are counted and not written", (t) => {
  const memory = new Uint8Array(4);
  t.is(writeUtf8("aü😀", memory, 1), 8);
  t.deepEqual([...memory], [0, 0x61, 0xc3, 0xbc]);
});
