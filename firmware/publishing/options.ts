import type { Message } from "../mqtt/session.js";
import type { TimeKeeper } from "../ports/clock.js";
import type { Flash } from "../ports/storage.js";
import type { NodeSettings } from "../settings/settings.js";
import type { SenmlChannel } from "../telemetry/senml.js";

/** Who the node is on the wire: `millwright/<site>/<node>/<stream>`. */
export interface Identity {
  readonly site: string;
  readonly node: string;
}

export interface PublisherOptions {
  readonly identity: Identity;
  readonly epoch: number;
  readonly clock: TimeKeeper;
  readonly channels: readonly SenmlChannel[];
  readonly settings: NodeSettings;
  /** Where messages wait; in memory without it. */
  readonly flash?: Flash | undefined;
  readonly faults: StorageFaults;
}

/** Who is told what the place where messages wait has thrown. */
export interface StorageFaults {
  failed(stage: "storage", fault: unknown): void;
}

/** Where messages go: the session. */
export interface Sink {
  /** `false` when the message cannot be taken now. */
  publish(message: Message): boolean;
}
