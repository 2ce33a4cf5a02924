import type { HealthReport } from "./health.js";
import type { Measurement } from "../measurement/measurement.js";
import type { NodeSession } from "./session.js";
import type { Publisher } from "../publishing/publisher.js";
import type { NodeSettings } from "../settings/settings.js";
import type { Stage } from "../supervision/supervisor.js";
import type { NodeTime } from "../time/node-time.js";

export interface NodeParts {
  readonly time: NodeTime;
  readonly measurement: Measurement;
  readonly publisher: Publisher;
  readonly link: NodeSession;
  readonly health: HealthReport;
}

/** How often the outbox is looked at: that reads from flash. */
const STORAGE_MS = 60_000;

/** What of a node is supervised: when it is late, and how it begins anew. */
export function stagesOf(
  { time, measurement, publisher, link, health }: NodeParts,
  settings: () => NodeSettings,
): Stage[] {
  let storageTicks = -STORAGE_MS;
  return [
    {
      name: "sampling",
      lateMs: (ticks) => measurement.lateMs(ticks),
      restart: () => measurement.restart(),
    },
    {
      name: "publishing",
      lateMs: (ticks) => {
        // Messages that a consumer has not confirmed wait without anything being wrong.
        const waiting = settings().outbox.promise === "broker" && publisher.queued > 0;
        return Math.max(link.lateMs(ticks, waiting), publisher.lateMs(ticks), health.lateMs(ticks));
      },
      restart: () => {
        health.restart();
        publisher.flush();
        link.restart();
      },
    },
    {
      name: "storage",
      lateMs: (ticks) => {
        if (ticks < storageTicks + STORAGE_MS) return 0;
        storageTicks = ticks;
        const { flash, exposedMs } = publisher.outbox;
        return flash === undefined ? 0 : exposedMs - settings().outbox.exposedS * 1000;
      },
      restart: () => publisher.retry(),
    },
    {
      name: "time",
      lateMs: () => 0,
      restart: () => {
        time.stop();
        time.start();
      },
    },
  ];
}
