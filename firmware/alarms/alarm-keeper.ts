import type { Clock } from "../ports/clock.js";
import type { KeyValue } from "../ports/storage.js";
import type { Alarm } from "./alarm.js";
import { AlarmStore } from "./alarm-store.js";
import type { KeptChannel } from "./alarm-store.js";
import type { ChannelAlarms } from "./channel-alarms.js";
import { decodeAlarm, encodeAlarm } from "./kept-alarm.js";
import { TokenBucket } from "./token-bucket.js";

/** Flash wears: what the process does is kept so many times at once, and then once a minute. */
const WRITES_AT_ONCE = 20;
const WRITE_INTERVAL_MS = 60_000;
/** Statistics, and what is left of a shelving, are kept at least so often. */
const KEEP_INTERVAL_MS = 3_600_000;

/** Says when the alarms are kept on flash, and what of them. */
export class AlarmKeeper {
  /** What was kept was not all legible at the start. */
  damaged = false;
  /** Alarms that were not kept at the last attempt: there was no room for them, or the storage failed. */
  unkept = 0;
  readonly #clock: Clock;
  readonly #store: AlarmStore;
  readonly #channels: ReadonlyMap<string, ChannelAlarms>;
  readonly #wear: TokenBucket;
  // There is something new to keep.
  #dirty = false;
  #keptAt: number;

  constructor(clock: Clock, storage: KeyValue, channels: ReadonlyMap<string, ChannelAlarms>) {
    const ticks = clock.ticks();
    this.#clock = clock;
    this.#store = new AlarmStore(storage);
    this.#channels = channels;
    this.#wear = new TokenBucket(WRITES_AT_ONCE, WRITES_AT_ONCE * WRITE_INTERVAL_MS, ticks);
    this.#keptAt = ticks;
  }

  /** Puts every alarm that was kept back to what it was; what there is no alarm for is left out. */
  restore(ticks: number): void {
    const legible = this.#store.read((channel, row) => {
      const name = row[0];
      const kept = decodeAlarm(row, 1);
      if (typeof name !== "string" || kept === undefined) return false;
      const alarms = this.#channels.get(channel)?.alarms;
      alarms?.find((alarm) => alarm.name === name)?.restore(kept, ticks);
      return true;
    });
    this.damaged = !legible;
  }

  /** The process has changed something: to be kept when flash allows. */
  touch(): void {
    this.#dirty = true;
  }

  expire(ticks: number): void {
    if (this.#dirty ? this.#wear.take(ticks) : ticks - this.#keptAt >= KEEP_INTERVAL_MS) this.keep(ticks);
  }

  /** Keeps everything now. */
  keep(ticks: number): void {
    const utc = this.#clock.utc();
    const channels: KeptChannel[] = [];
    let count = 0;
    for (const { channel, alarms } of this.#channels.values()) {
      const rows = alarms.map((alarm) => rowOf(alarm, ticks, utc)).filter((row) => row !== undefined);
      count += rows.length;
      if (rows.length > 0) channels.push({ channel, rows });
    }
    this.#keptAt = ticks;
    try {
      this.unkept = this.#store.write(channels);
      this.#dirty = false;
    } catch {
      // Flash is full or worn: tried again as it allows.
      this.unkept = count;
      this.#dirty = true;
    }
  }
}

function rowOf(alarm: Alarm, ticks: number, utc: number | undefined): unknown[] | undefined {
  const kept = alarm.keep(ticks, utc);
  return kept === undefined ? undefined : [alarm.name, ...encodeAlarm(kept)];
}
