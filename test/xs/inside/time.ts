/** The node's time as operations: asked for, and kept right for an hour with its servers and network. */
import { operations } from "../../../hosts/xs/inside/operations.js";
import { HOUR, TimeBench } from "../../unit/time/bench.js";

const bench = new TimeBench({ ppm: 40 });
bench.run(HOUR);
operations({
  utc: () => bench.time.utc(),
  hour: () => bench.run(HOUR),
});
