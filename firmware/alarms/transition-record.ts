import type { AlarmKind, AlarmPriority, AlarmState, AlarmTransition } from "../model/alarm.js";
import type { Alarm } from "./alarm.js";

/** The one transition that a listener gets to see, again and again. */
export class TransitionRecord implements AlarmTransition {
  channel = "";
  alarm = "";
  kind: AlarmKind = "high";
  state: AlarmState = "normal";
  from: AlarmState = "normal";
  priority: AlarmPriority = "medium";
  class = "";
  message = "";
  setpoint = NaN;
  value = NaN;
  by = "";
  ticks = 0;

  fill(alarm: Alarm, from: AlarmState, by: string, ticks: number): AlarmTransition {
    const { settings } = alarm;
    this.channel = alarm.channel;
    this.alarm = alarm.name;
    this.kind = settings.kind;
    this.state = alarm.state;
    this.from = from;
    this.priority = settings.priority;
    this.class = settings.class;
    this.message = settings.message;
    this.setpoint = alarm.setpoint;
    this.value = alarm.value;
    this.by = by;
    this.ticks = ticks;
    return this;
  }
}
