import Instrumentation from "instrumentation";
import type { Heap } from "../../firmware/ports/system.js";

/** Looks at XS's heap; what it returns gives `undefined` in an image that was built without instrumentation. */
export function heapMeter(): () => Heap | undefined {
  // The SDK's numbers of these figures. Asked for at run time: while an image is linked there is no instrumentation.
  const slotsAt = Instrumentation.map("XS Slot Heap Used");
  const chunksAt = Instrumentation.map("XS Chunk Heap Used");
  return () => {
    if (slotsAt === undefined || chunksAt === undefined) return undefined;
    return { slots: Instrumentation.get(slotsAt) ?? 0, chunks: Instrumentation.get(chunksAt) ?? 0 };
  };
}
