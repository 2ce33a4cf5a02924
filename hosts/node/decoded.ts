/** What a channel is called. */
export interface ChannelName {
  readonly name: string;
  readonly unit: string;
}

/** A message of a stream by boot epoch and sequence number. */
export interface StreamPosition {
  readonly epoch: number;
  readonly sequence: number;
}

/** Messages of a stream, `from` the first up to, not including, `to`. */
export interface StreamRange {
  readonly from: StreamPosition;
  readonly to: StreamPosition;
}

/**
 * What a consumer that acknowledges has to say of a stream. `missing`: messages that have not come, though later ones
 * have; `recovered`: they have come by now; `lost`: they will not, says the node; `epoch`: the node has restarted;
 * `anew`: it counts its starts from the beginning, and is taken for a new one.
 */
export type Notice =
  | ({ readonly kind: "missing" | "recovered" | "lost" } & StreamRange)
  | { readonly kind: "epoch"; readonly from: number; readonly to: number }
  | { readonly kind: "anew"; readonly from: number; readonly to: number };

/**
 * One line for a person or a program, made of what a node published. Times are UTC seconds; with `uptime` the time is
 * the latest that it can have been, and it was so many seconds after the start of its epoch.
 */
export type Decoded = { uptime?: number } & Line;

type Line =
  | { topic: string; time: number; name: string; value: number; unit: string }
  | { topic: string; time: number; name: string; quality: string }
  | {
      topic: string;
      time: number;
      name: string;
      alarm: string;
      /** Where the alarm has a name of its own. */
      kind?: string;
      state: string;
      from: string;
      /** Who or what made the change. */
      by: string;
      priority: string;
      class?: string;
      message?: string;
      /** Absent where no value has made the change. */
      value?: number;
      setpoint?: number;
      unit: string;
    }
  | {
      topic: string;
      time: number;
      /** What a flood of alarms held: changes that were not told one by one, over so many seconds before. */
      flood: { name: string; alarm: string; state: string; priority: string; count: number }[];
      seconds: number;
    }
  | {
      topic: string;
      /** Of the trigger. */
      time: number;
      /** Of the sensor. */
      name: string;
      /** A piece of it: m/s² of each axis. */
      waveform: number[][];
      id: number;
      /** The first sample of this piece among the `total`. */
      offset: number;
      total: number;
      rateHz: number;
      /** Seconds from the trigger to the first sample of the whole, and to the first one after the trigger. */
      start: number;
      resumed: number;
      /** Samples before the trigger. */
      trigger: number;
      /** Samples are missing at the trigger. */
      gap: boolean;
      /** The alarm that asked for it; absent where a command did. */
      raisedBy?: { name: string; alarm: string };
    }
  | {
      topic: string;
      time: number;
      event: string;
      source: string;
      cause: string;
      detail: string;
      /** Of lost records: how many, and the number of the last where they were kept. */
      count?: number;
      last?: number;
    }
  /** What the numbers of channels mean in the dense profile. */
  | { topic: string; time: number; epoch: number; channels: ChannelName[] }
  | { topic: string; time: number; health: Record<string, number | string | boolean> }
  | { topic: string; time: number; reply: number | null; ok: boolean; result?: unknown; error?: string }
  | { topic: string; time: number; command: unknown }
  | { topic: string; time: number; status: string; firmware: string; definition: string; epoch: number; mode?: string }
  /** A stream goes on at `next`; nothing is held between `after` and there. */
  | { topic: string; time: number; resume: string; after?: StreamPosition; next: StreamPosition }
  | { topic: string; time: number; acknowledge: ({ stream: string } & StreamPosition)[] }
  | { topic: string; time: number; stream: string; notice: Notice }
  | { topic: string; time: number; unreadable: string };
