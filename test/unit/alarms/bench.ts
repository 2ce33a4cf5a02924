import { AlarmSystem } from "../../../firmware/alarms/alarm-system.js";
import type { ChannelAlarms } from "../../../firmware/alarms/channel-alarms.js";
import { FLOOD_FIELDS } from "../../../firmware/alarms/flood.js";
import type { FloodSettings } from "../../../firmware/alarms/flood.js";
import { ALARM_FIELDS } from "../../../firmware/alarms/index.js";
import type { AlarmSettings } from "../../../firmware/alarms/index.js";
import type { AlarmKind, AlarmSummary, AlarmTransition } from "../../../firmware/model/alarm.js";
import type { Clock } from "../../../firmware/ports/clock.js";
import type { KeyValue } from "../../../firmware/ports/storage.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";

type Loose = { readonly kind: AlarmKind } & Readonly<Record<string, unknown>>;

/** An alarm's complete settings, out of those that matter. */
export function alarm(given: Loose): AlarmSettings {
  return { ...checkFields({}, given.kind, ALARM_FIELDS[given.kind]), ...given } as unknown as AlarmSettings;
}

const flood = checkFields({}, "alarms", FLOOD_FIELDS);
/** So that nothing is summed up. */
export const NO_FLOOD = { ...flood, floodLimit: 1000, floodWindowMs: 1000 } as unknown as FloodSettings;
export const FLOOD = flood as unknown as FloodSettings;

/** A clock that stands still unless it is set. */
export class ManualClock implements Clock {
  now = 0;
  synchronised: number | undefined;

  ticks(): number {
    return this.now;
  }

  utc(): number | undefined {
    return this.synchronised;
  }

  schedule(): object {
    throw new Error("alarms need no timer");
  }

  cancel(): void {}
}

/** An alarm system over channels by name, and what it told. */
export class Bench {
  readonly clock = new ManualClock();
  readonly transitions: AlarmTransition[] = [];
  readonly summaries: AlarmSummary[] = [];
  /** Both, in the order in which they came. */
  readonly told: (AlarmTransition | AlarmSummary)[] = [];
  readonly snapshots: string[] = [];
  readonly system: AlarmSystem;
  readonly channels: Record<string, ChannelAlarms> = {};

  constructor(
    settings: Readonly<Record<string, readonly AlarmSettings[]>>,
    storage: KeyValue = new MemoryKeyValue(),
    flood: FloodSettings = NO_FLOOD,
    synchronised?: number,
  ) {
    this.clock.synchronised = synchronised;
    const listener = {
      onTransition: (transition: AlarmTransition) => {
        const copy = { ...transition };
        this.transitions.push(copy);
        this.told.push(copy);
      },
      onSummary: (summary: AlarmSummary) => {
        this.summaries.push(summary);
        this.told.push(summary);
      },
      onSnapshotRequest: ({ channel, name }: { channel: string; name: string }) => {
        this.snapshots.push(`${channel}/${name}`);
      },
    };
    this.system = new AlarmSystem({ clock: this.clock, storage, settings: flood, listener });
    for (const [channel, list] of Object.entries(settings)) this.channels[channel] = this.system.add(channel, list);
    this.system.start();
  }

  /** Time goes on, and UTC with it; nothing is called. */
  wait(ms: number): void {
    this.clock.now += ms;
    if (this.clock.synchronised !== undefined) this.clock.synchronised += ms;
  }

  /** A value now, as the node hands it on. */
  value(channel: string, value: number): void {
    this.channels[channel]!.update(value, this.clock.now);
    if (this.system.watches(channel)) this.system.observe(channel, value, this.clock.now);
  }

  /** Values, one a second from now on; the states of the channel's first alarm after each. */
  values(channel: string, values: readonly number[]): string[] {
    return values.map((value) => {
      this.value(channel, value);
      const { state } = this.channels[channel]!.alarms[0]!;
      this.wait(1000);
      return state;
    });
  }

  expire(): void {
    this.system.expire(this.clock.now);
  }

  /** The state of a channel's first alarm. */
  state(channel: string): string {
    return this.channels[channel]!.alarms[0]!.state;
  }
}
