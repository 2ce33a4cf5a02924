import { AlarmSystem } from "../../firmware/alarms/alarm-system.js";
import type { ChannelAlarms } from "../../firmware/alarms/channel-alarms.js";
import type { AlarmTransition } from "../../firmware/model/alarm.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { ChannelSettings } from "../../firmware/settings/settings.js";
import { VirtualClock } from "../../simulator/clock.js";
import { MemoryKeyValue } from "../../simulator/io/key-value.js";

const NO_FLOOD = { floodLimit: 1000, floodWindowMs: 60_000, summaryMs: 60_000 };

/** The alarms of one channel on its own, for a pipeline under test. */
export function alarmsOf(
  channel: string,
  { alarms }: Pick<ChannelSettings, "alarms">,
  onTransition: (transition: AlarmTransition) => void = () => {},
  clock: Clock = new VirtualClock(),
): ChannelAlarms {
  const listener = { onTransition, onSummary: () => {}, onSnapshotRequest: () => {} };
  return new AlarmSystem({ clock, storage: new MemoryKeyValue(), settings: NO_FLOOD, listener }).add(channel, alarms);
}
