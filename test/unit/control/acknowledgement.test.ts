import { encode } from "cbor-x";
import test from "ava";
import fc from "fast-check";
import { readAcknowledgements } from "../../../firmware/control/acknowledgement.js";
import { acknowledgeMessages, ASK } from "../../../hosts/node/acknowledge-message.js";

test("what listen sends is what a node reads", (t) => {
  const streams = Array.from({ length: 70 }, (_, i) => ({ stream: "waveform", epoch: 4_294_967_295 - i, sequence: i }));
  const messages = [...acknowledgeMessages({ node: "plant/p1", streams })];
  t.deepEqual(
    messages.map(([topic]) => topic),
    Array.from({ length: 3 }, () => "millwright/plant/p1/acknowledge"),
  );
  t.deepEqual(
    messages.flatMap(([, payload]) => readAcknowledgements(payload)),
    streams,
  );
  t.deepEqual(readAcknowledgements(ASK), []);
});

const right = { stream: "data", ep: 3, sq: 4 };
const wrong: unknown[] = [
  7,
  null,
  "data",
  right,
  [7],
  [[]],
  [{}],
  [{ ...right, stream: 1 }],
  [{ ...right, ep: -1 }],
  [{ ...right, ep: "3" }],
  [{ ...right, sq: 1.5 }],
  [{ ...right, sq: 2 ** 32 }],
  [{ stream: "data", ep: 3 }],
  [right, { ...right, sq: null }],
  Array.from({ length: 33 }, () => right),
];
for (const content of wrong) {
  test(`not an acknowledgement: ${JSON.stringify(content).slice(0, 200)}`, (t) => {
    t.is(readAcknowledgements(encode(content)), undefined);
  });
}

test("members that a later wire format may add are passed over", (t) => {
  t.deepEqual(readAcknowledgements(encode([{ ...right, since: 5 }])), [{ stream: "data", epoch: 3, sequence: 4 }]);
});

test("any bytes are read or passed over, and never throw", (t) => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
      const found = readAcknowledgements(bytes);
      return found === undefined || Array.isArray(found);
    }),
    { numRuns: 2000 },
  );
  t.pass();
});
