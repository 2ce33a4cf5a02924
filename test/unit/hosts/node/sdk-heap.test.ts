import test from "ava";
import { samplesOf } from "../../../../hosts/node/sdk-heap.js";

test("lines of the SDK's figures are read by their names, before and after the node has started", (t) => {
  const lines = [
    "instruments key: Timers,Chunk used,Slot used,Stack used,Garbage collections",
    "instruments: 0,0,896,0,0",
    "instruments: 1,4096,32000,320,2",
    "# something else: 1,2,3",
    "millwright: millwright/plant/pump-room at mqtt://127.0.0.1:18839",
    "instruments: 9,8192,64000,6400,2",
  ];
  t.deepEqual(samplesOf(lines), {
    before: [{ slots: 1000, chunkBytes: 4096, stackSlots: 10 }],
    after: [{ slots: 2000, chunkBytes: 8192, stackSlots: 200 }],
  });
});
