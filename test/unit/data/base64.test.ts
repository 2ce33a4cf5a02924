import test from "ava";
import fc from "fast-check";
import { decodeBase64, encodeBase64 } from "../../../firmware/data/base64.js";
import { seeded } from "../../support/seed.js";

test("bytes become the text that Node.js makes of them, and bytes again", (t) => {
  seeded(t, (_, seed) => {
    const bytes = fc.uint8Array({ maxLength: 100 });
    const property = fc.property(bytes, (given) => {
      const text = encodeBase64(given);
      const back = new Uint8Array(given.length);
      t.is(text, Buffer.from(given).toString("base64"));
      t.true(decodeBase64(`x:${text}`, 2, back));
      t.deepEqual(back, given);
    });
    fc.assert(property, { seed: seed | 0, numRuns: 300 });
  });
});

test("text of another length, or that is no base64, is refused", (t) => {
  const into = new Uint8Array(4);
  t.true(decodeBase64("AAECAw==", 0, into));
  for (const text of ["", "AAECAw=", "AAECAwQ=", "AAECAw==AAAA", "AAEC*w==", "AAECAw=A"]) {
    t.false(decodeBase64(text, 0, into), text);
  }
});
