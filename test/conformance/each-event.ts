import { SensorFault } from "../../firmware/model/sensor.js";
import type { LineFault } from "./bench.js";
import type { PartUnderTest } from "./parts.js";
import { CALLS, ensure, Session } from "./session.js";
import type { Tally } from "./session.js";

/**
 * Runs the part once for every event of the line from power-on to the third reading, and puts faults in there.
 * @param causes the qualities that must be reported, one at least; `undefined` where a fault need not be noticed
 */
export function eachEvent(
  part: PartUnderTest,
  seed: number,
  faultsAt: (event: number, wasRead: boolean) => LineFault[],
  causes: readonly string[] | undefined,
): Tally {
  const model = new Session(part, seed);
  model.undisturbed(3);
  const limit = CALLS * (part.conversionsPerReading ?? 1);
  const total: Tally = { readings: 0, faults: 0, reported: 0 };
  for (let event = 0; event < model.bench.events; event++) {
    for (const fault of faultsAt(event, model.bench.wasRead(event))) {
      const session = new Session(part, seed, (bench) => (bench.fault = fault));
      try {
        for (let calls = 0; session.bench.events <= event; calls++) {
          ensure(calls < limit, "the line fell silent");
          const outcome = session.step();
          const cause = outcome instanceof SensorFault ? outcome.quality : undefined;
          ensure(!cause || !causes || causes.includes(cause), `the fault is ${cause}`);
        }
        ensure(!causes || session.tally.reported === 1, `${session.tally.reported} faults were reported`);
        session.readings(3);
      } catch (error) {
        throw new Error(`${JSON.stringify(fault)}: ${error instanceof Error ? error.message : String(error)}`);
      }
      const { readings, reported } = session.done();
      total.readings += readings;
      total.reported += reported;
      total.faults++;
    }
  }
  return total;
}
