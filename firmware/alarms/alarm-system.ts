import type { AlarmState, AlarmSummary, AlarmTransition } from "../model/alarm.js";
import type { Clock } from "../ports/clock.js";
import type { KeyValue } from "../ports/storage.js";
import { AlarmError } from "./alarm-error.js";
import type { Alarm } from "./alarm.js";
import { AlarmKeeper } from "./alarm-keeper.js";
import { ChannelAlarms } from "./channel-alarms.js";
import type { AlarmOwner } from "./channel-alarms.js";
import { FloodControl } from "./flood.js";
import type { FloodSettings } from "./flood.js";
import type { AlarmSettings } from "./index.js";
import { checkShelving } from "./shelf.js";
import { TenMinuteCount } from "./statistics.js";
import { countAlarms } from "./totals.js";
import type { AlarmTotals } from "./totals.js";
import { TransitionRecord } from "./transition-record.js";
import { Watch } from "./watch.js";

export { AlarmError } from "./alarm-error.js";
export type { Alarm } from "./alarm.js";
export type { AlarmTotals } from "./totals.js";

/** Who is told. Called synchronously; it must not give the alarm system a command from inside. */
export interface AlarmListener {
  /** One transition. The object is used again for the next. */
  onTransition(transition: AlarmTransition): void;
  /** Several transitions of an alarm flood; none of them was told on its own. */
  onSummary(summary: AlarmSummary): void;
  /** After `onTransition`, when an alarm that asks for snapshots was raised and was told on its own. */
  onSnapshotRequest(alarm: Alarm): void;
}

export interface AlarmSystemOptions {
  readonly clock: Clock;
  readonly storage: KeyValue;
  readonly settings: FloodSettings;
  readonly listener: AlarmListener;
}

/** What a transition is told to be by when no person caused it. */
const NOBODY = Object.freeze(["process", "shelf-expiry", "suppression", "settings"]);

/**
 * All alarms of a node: commands, suppression by other channels, floods, and what is kept across restarts. What a person
 * did is kept at once. What the process did is kept by `expire`, up to a minute later when there is much of it.
 */
export class AlarmSystem implements AlarmOwner {
  readonly #clock: Clock;
  readonly #listener: AlarmListener;
  readonly #channels: Map<string, ChannelAlarms> = new Map();
  // The same, in a row.
  readonly #list: ChannelAlarms[] = [];
  readonly #watch = new Watch();
  readonly #flood: FloodControl;
  readonly #keeper: AlarmKeeper;
  readonly #annunciations = new TenMinuteCount();
  readonly #record = new TransitionRecord();

  constructor({ clock, storage, settings, listener }: AlarmSystemOptions) {
    this.#clock = clock;
    this.#listener = listener;
    this.#flood = new FloodControl(settings, clock.ticks());
    this.#keeper = new AlarmKeeper(clock, storage, this.#channels);
  }

  /** The alarms of one more channel. Before `start`. */
  add(channel: string, settings: readonly AlarmSettings[]): ChannelAlarms {
    const alarms = new ChannelAlarms(channel, settings, this, this.#clock.ticks());
    this.#channels.set(channel, alarms);
    this.#list.push(alarms);
    return alarms;
  }

  /** Restores what was kept, once every channel was added. No transition happens by it. */
  start(): void {
    const ticks = this.#clock.ticks();
    this.#keeper.restore(ticks);
    for (const channel of this.#list) channel.restored();
    this.#watch.follow(this.list());
  }

  /** What was kept was not all legible at the start. */
  get damaged(): boolean {
    return this.#keeper.damaged;
  }

  /** How many alarms were not kept at the last attempt: there was no room for them, or the storage failed. */
  get unkept(): number {
    return this.#keeper.unkept;
  }

  /** Whether an alarm refers to this channel: then `observe` is to get its values. */
  watches(channel: string): boolean {
    return this.#watch.has(channel);
  }

  observe(channel: string, value: number, ticks: number): void {
    this.#watch.observe(channel, value, ticks);
  }

  /** The channel's value is not good any more: no deviation from it is judged, and what it suppresses stays so. */
  lost(channel: string, _ticks: number): void {
    this.#watch.lost(channel);
  }

  /**
   * Commands answer how many alarms they changed: one, or those of the channel that they apply to when no name is given.
   *
   * @param by who; not one of the words for what nobody did
   * @throws AlarmError that says what is not there, or why the step is not possible now
   */
  acknowledge(channel: string, name: string | undefined, by: string): number {
    return this.command(channel, name, by, (alarm, ticks) => alarm.acknowledge(by, ticks));
  }

  /** A latched alarm whose condition has gone, and that was acknowledged, becomes normal. */
  reset(channel: string, name: string | undefined, by: string): number {
    return this.command(channel, name, by, (alarm, ticks) => alarm.reset(by, ticks));
  }

  /** @param forMs a second to a week; a shelved alarm is shelved for so long from now on */
  shelve(channel: string, name: string | undefined, by: string, forMs: number): number {
    checkShelving(forMs);
    return this.command(channel, name, by, (alarm, ticks) => alarm.shelve(forMs, by, ticks));
  }

  unshelve(channel: string, name: string | undefined, by: string): number {
    return this.command(channel, name, by, (alarm, ticks) => alarm.unshelve(by, ticks));
  }

  /** Ends a shelving as well. */
  takeOutOfService(channel: string, name: string | undefined, by: string): number {
    return this.command(channel, name, by, (alarm, ticks) => alarm.takeOutOfService(by, ticks));
  }

  returnToService(channel: string, name: string | undefined, by: string): number {
    return this.command(channel, name, by, (alarm, ticks) => alarm.returnToService(by, ticks));
  }

  /** @throws AlarmError when there is no such channel */
  list(channel?: string): readonly Alarm[] {
    if (channel !== undefined) return this.channel(channel).alarms;
    return this.#list.flatMap(({ alarms }) => alarms);
  }

  totals(): AlarmTotals {
    return countAlarms(this.list(), this.#annunciations.total(this.#clock.ticks()), this.#flood.summarised);
  }

  /** What time alone brings, in every channel too; about once a second. */
  expire(ticks: number): void {
    const channels = this.#list;
    for (let i = 0; i < channels.length; i++) channels[i]!.expire(ticks);
    const summary = this.#flood.due(ticks);
    if (summary !== undefined) this.#listener.onSummary(summary);
    this.#keeper.expire(ticks);
  }

  /** Other limits, which begin anew. */
  applyFlood(settings: FloodSettings): void {
    this.#flood.apply(settings, this.#clock.ticks());
  }

  /** Keeps everything now and tells what waits for a summary: before a stop. */
  save(): void {
    const ticks = this.#clock.ticks();
    const summary = this.#flood.summary(ticks);
    if (summary !== undefined) this.#listener.onSummary(summary);
    this.#keeper.keep(ticks);
  }

  private command(channel: string, name: string | undefined, by: string, step: Step): number {
    if (NOBODY.includes(by)) throw new AlarmError(`alarms: "${by}" is nobody; name who gives the command`);
    const ticks = this.#clock.ticks();
    const { alarms } = this.channel(channel);
    const changed =
      name === undefined ? stepAll(alarms, step, ticks) : Number(step(named(alarms, channel, name), ticks));
    if (changed > 0) this.#keeper.keep(ticks);
    return changed;
  }

  private channel(channel: string): ChannelAlarms {
    const alarms = this.#channels.get(channel);
    if (alarms !== undefined) return alarms;
    throw new AlarmError(`alarms: there is no channel "${channel}"; there is ${[...this.#channels.keys()].join(", ")}`);
  }

  // What channels and alarms tell.

  utc(): number | undefined {
    return this.#clock.utc();
  }

  applied(made: readonly Alarm[], ticks: number): void {
    this.#watch.follow(this.list());
    this.#watch.tell(made, ticks);
  }

  outdated(ticks: number): void {
    this.#keeper.keep(ticks);
  }

  transition(alarm: Alarm, from: AlarmState, by: string, annunciation: boolean, ticks: number): void {
    if (annunciation) this.#annunciations.add(ticks);
    this.#keeper.touch();
    // What a person did, or had said before, is always told on its own.
    if ((by === "process" || by === "suppression") && !this.#flood.admit(alarm, ticks)) return;
    this.#listener.onTransition(this.#record.fill(alarm, from, by, ticks));
    if (annunciation && alarm.settings.requestSnapshot) this.#listener.onSnapshotRequest(alarm);
  }
}

/** A step that a person takes with one alarm; whether it changed something. @throws AlarmError when it is not possible */
type Step = (alarm: Alarm, ticks: number) => boolean;

/** Takes the step with those alarms where it is possible. */
function stepAll(alarms: readonly Alarm[], step: Step, ticks: number): number {
  let changed = 0;
  for (const alarm of alarms) {
    try {
      if (step(alarm, ticks)) changed++;
    } catch (error) {
      if (!(error instanceof AlarmError)) throw error;
    }
  }
  return changed;
}

function named(alarms: readonly Alarm[], channel: string, name: string): Alarm {
  const alarm = alarms.find((candidate) => candidate.name === name);
  if (alarm !== undefined) return alarm;
  const there = alarms.length === 0 ? "it has none" : `it has ${alarms.map((candidate) => candidate.name).join(", ")}`;
  throw new AlarmError(`alarms: ${channel} has no alarm "${name}"; ${there}`);
}
