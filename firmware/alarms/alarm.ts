import type { AlarmState } from "../model/alarm.js";
import { AlarmError } from "./alarm-error.js";
import type { Condition } from "./condition.js";
import { alarmName, createCondition } from "./index.js";
import type { AlarmSettings } from "./index.js";
import { isHidden, isInAlarm } from "./kept-alarm.js";
import type { KeptAlarm } from "./kept-alarm.js";
import { Shelf } from "./shelf.js";
import { AlarmStatistics } from "./statistics.js";
import { Suppression } from "./suppression.js";

/** Of an alarm that never was one; nothing is written to it. */
const NO_STATISTICS = new AlarmStatistics();

/** Where an alarm's transitions go. */
export interface AlarmSink {
  /** The alarm has gone from one state to the one it has now. */
  transition(alarm: Alarm, from: AlarmState, by: string, annunciation: boolean, ticks: number): void;
}

/**
 * One alarm of a channel and its state, after ANSI/ISA-18.2-2016 §5.4 (alarm state transition diagram) and IEC 62682.
 * The condition is judged underneath whatever the state is. An annunciation is a transition that calls for a person: into
 * `unacknowledged`, or straight into `acknowledged` where that is automatic.
 */
export class Alarm {
  readonly channel: string;
  readonly name: string;
  readonly settings: AlarmSettings;
  readonly condition: Condition;
  readonly suppression: Suppression | undefined;
  readonly #sink: AlarmSink;
  #state: AlarmState = "normal";
  #value = NaN;
  #since: number;
  #shelf: Shelf | undefined;
  // Most alarms never are in alarm: it is made when there is something to count.
  #statistics: AlarmStatistics | undefined;

  constructor(channel: string, settings: AlarmSettings, sink: AlarmSink, ticks: number) {
    this.channel = channel;
    this.name = alarmName(settings);
    this.settings = settings;
    this.condition = createCondition(settings, ticks);
    this.suppression = settings.suppressedBy === "" ? undefined : new Suppression(settings);
    this.#sink = sink;
    this.#since = ticks;
  }

  /** To be read. */
  get statistics(): AlarmStatistics {
    return this.#statistics ?? NO_STATISTICS;
  }

  get state(): AlarmState {
    return this.#state;
  }

  /** The process condition holds, shown or not. */
  get active(): boolean {
    return this.condition.active;
  }

  /** The channel's value when the condition last came or went; NaN: there was none. */
  get value(): number {
    return this.#value;
  }

  /** Ticks of the last transition, or of the start. */
  get since(): number {
    return this.#since;
  }

  /** What the transitions give as the setpoint; NaN for a kind that has none. */
  get setpoint(): number {
    const { settings } = this;
    if (settings.kind === "bad-quality") return NaN;
    return settings.kind === "discrete" ? settings.state : settings.setpoint;
  }

  /** How long it stays shelved, in ms; 0 when it is not. */
  shelvedForMs(ticks: number): number {
    return this.#shelf === undefined ? 0 : Math.max(0, this.#shelf.until - ticks);
  }

  /** The condition has come or gone. */
  judged(value: number, ticks: number): void {
    this.#value = value;
    const state = this.#state;
    if (isHidden(state)) return;
    if (this.condition.active) return this.annunciate("process", ticks);
    this.#statistics?.clear(ticks);
    const { latching } = this.settings;
    if (state === "unacknowledged") {
      this.go(latching ? "latched-unacknowledged" : "returned-unacknowledged", "process", ticks);
    } else this.go(latching ? "latched-acknowledged" : "normal", "process", ticks);
  }

  /** The suppressing channel has a good value. */
  observe(value: number, ticks: number): void {
    if (this.suppression!.observe(value, ticks)) this.suppressionChanged(ticks);
  }

  /** What time alone brings, but for the condition. */
  expire(ticks: number, utc: number | undefined): void {
    if (this.suppression?.expire(ticks)) this.suppressionChanged(ticks);
    if (this.#shelf?.over(ticks, utc)) {
      this.#shelf = undefined;
      this.emerge("shelf-expiry", ticks);
    }
    this.#statistics?.expire(ticks);
  }

  /** The steps a person can take tell whether they changed anything. @throws AlarmError when one is not possible now */
  acknowledge(by: string, ticks: number): boolean {
    const state = this.#state;
    this.refuseHidden();
    if (state === "unacknowledged") this.go("acknowledged", by, ticks);
    else if (state === "returned-unacknowledged") this.go("normal", by, ticks);
    else if (state === "latched-unacknowledged") this.go("latched-acknowledged", by, ticks);
    else return false;
    return true;
  }

  reset(by: string, ticks: number): boolean {
    const state = this.#state;
    this.refuseHidden();
    if (!this.settings.latching) throw this.error("does not latch; there is nothing to reset");
    if (isInAlarm(state)) throw this.error("cannot be reset while its condition holds");
    if (state === "normal") return false;
    if (state !== "latched-acknowledged") throw this.error("must be acknowledged before it is reset");
    this.go("normal", by, ticks);
    return true;
  }

  /** @param forMs checked; a shelved alarm is shelved anew from now on */
  shelve(forMs: number, by: string, ticks: number): boolean {
    if (this.#state === "out-of-service") this.refuseHidden();
    this.#shelf = new Shelf(ticks + forMs, NaN);
    if (this.#state !== "shelved") this.go("shelved", by, ticks);
    return true;
  }

  unshelve(by: string, ticks: number): boolean {
    if (this.#state !== "shelved") return false;
    this.#shelf = undefined;
    this.emerge(by, ticks);
    return true;
  }

  /** Ends a shelving too. */
  takeOutOfService(by: string, ticks: number): boolean {
    if (this.#state === "out-of-service") return false;
    this.#shelf = undefined;
    this.go("out-of-service", by, ticks);
    return true;
  }

  returnToService(by: string, ticks: number): boolean {
    if (this.#state !== "out-of-service") return false;
    this.emerge(by, ticks);
    return true;
  }

  /** It is taken away, or replaced by one with other settings. */
  end(ticks: number): void {
    this.#shelf = undefined;
    if (this.#state !== "normal") this.go("normal", "settings", ticks);
  }

  /** For a restart. `undefined`: it is as if it had just been made. */
  keep(ticks: number, utc: number | undefined): KeptAlarm | undefined {
    const statistics = this.statistics.keep(ticks);
    const suppressed = this.suppression?.holds ?? false;
    if (this.#state === "normal" && !this.active && statistics.annunciations === 0) return undefined;
    const shelf = this.#shelf;
    return {
      state: this.#state,
      active: this.active,
      suppressed,
      value: this.#value,
      shelfMs: this.shelvedForMs(ticks),
      shelfUtc: shelf === undefined ? NaN : shelf.end(ticks, utc),
      statistics,
    };
  }

  /** Back to what was kept, as far as today's settings know it. No transition. */
  restore(kept: KeptAlarm, ticks: number): void {
    const { suppression } = this;
    if (suppression !== undefined) suppression.holds = kept.suppressed;
    this.#state = this.known(kept);
    this.#value = kept.value;
    this.#since = ticks;
    if (this.#state === "shelved") this.#shelf = new Shelf(ticks + kept.shelfMs, kept.shelfUtc);
    this.condition.restore(isHidden(this.#state) ? kept.active : isInAlarm(this.#state), ticks);
    this.counting().restore(kept.statistics, isInAlarm(this.#state), ticks);
  }

  private known({ state, active }: KeptAlarm): AlarmState {
    if (state === "suppressed" && this.suppression === undefined) return active ? "unacknowledged" : "normal";
    if (this.settings.latching) return state;
    if (state === "latched-unacknowledged") return "returned-unacknowledged";
    return state === "latched-acknowledged" ? "normal" : state;
  }

  private suppressionChanged(ticks: number): void {
    const state = this.#state;
    if (state === "shelved" || state === "out-of-service") return;
    if (this.suppression!.holds) this.go("suppressed", "suppression", ticks);
    else this.emerge("suppression", ticks);
  }

  /** Leaves a state that hides, for what is underneath. */
  private emerge(by: string, ticks: number): void {
    if (this.suppression?.holds) this.go("suppressed", by, ticks);
    else if (this.condition.active) this.annunciate(by, ticks);
    else this.go("normal", by, ticks);
  }

  private annunciate(by: string, ticks: number): void {
    this.counting().annunciate(ticks);
    this.go(this.settings.acknowledgement === "required" ? "unacknowledged" : "acknowledged", by, ticks, true);
  }

  private go(state: AlarmState, by: string, ticks: number, annunciation = false): void {
    const from = this.#state;
    this.#state = state;
    this.#since = ticks;
    if (isInAlarm(state)) this.counting().change(true, ticks);
    else this.#statistics?.change(false, ticks);
    this.#sink.transition(this, from, by, annunciation, ticks);
  }

  private counting(): AlarmStatistics {
    return (this.#statistics ??= new AlarmStatistics());
  }

  private refuseHidden(): void {
    const state = this.#state;
    if (state === "shelved") throw this.error("is shelved; unshelve it first");
    if (state === "suppressed") throw this.error(`is suppressed by ${this.settings.suppressedBy}`);
    if (state === "out-of-service") throw this.error("is out of service; return it to service first");
  }

  private error(what: string): AlarmError {
    return new AlarmError(`alarms: ${this.channel} ${this.name} ${what}`);
  }
}
