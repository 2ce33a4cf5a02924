/** One line for a person or a program, made of what a node published. Times are UTC seconds. */
export type Decoded =
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
  | { topic: string; time: number; event: string; source: string; cause: string; detail: string }
  | { topic: string; time: number; health: Record<string, number | string> }
  | { topic: string; time: number; reply: number | null; ok: boolean; result?: unknown; error?: string }
  | { topic: string; time: number; command: unknown }
  | { topic: string; time: number; status: string; firmware: string; definition: string; epoch: number }
  | { topic: string; time: number; unreadable: string };
