import type { Alarm } from "../alarms/alarm.js";
import type { AlarmSystem } from "../alarms/alarm-system.js";
import { residualOf } from "../calibration/calibration.js";
import { CommandError, parseCommand } from "../control/command.js";
import type { Command } from "../control/command.js";
import { sameData } from "../data/same-data.js";
import { SettingsError } from "../settings/settings.js";
import type { ChannelSettings, NodeSettings } from "../settings/settings.js";
import type { SettingsStore } from "../settings/store.js";
import type { Reply } from "../telemetry/messages.js";

/** What the controller has the node do. */
export interface NodeActions {
  /** Works by these settings from now on. */
  apply(settings: NodeSettings): void;
  /** Forgets what a detector has learned; `false` when there is none of that name. */
  resetDetector(name: string): boolean;
  /** Sends a waveform of a sensor; says what stands in the way, if anything does. */
  requestWaveform(sensor: string): string | undefined;
  /** Only network and commands run. */
  readonly safeMode: boolean;
  /** Starts the node anew, a bit later; `false` where the host cannot. */
  restart(): boolean;
}

/** Whoever sent a command without saying who. */
const UNNAMED = "command";
const LONGEST_NAME = 32;

/** Carries commands out, and says what came of each. */
export class Controller {
  readonly #store: SettingsStore;
  readonly #alarms: AlarmSystem;
  readonly #node: NodeActions;
  // What session, queue and snapshots were made with: they take other settings at the next start.
  readonly #started: NodeSettings;

  constructor(store: SettingsStore, alarms: AlarmSystem, node: NodeActions) {
    this.#store = store;
    this.#alarms = alarms;
    this.#node = node;
    this.#started = store.settings;
  }

  /** Never throws: what is wrong is in the reply. */
  execute(payload: Uint8Array): Reply {
    let id: number | undefined;
    try {
      const command = parseCommand(payload);
      id = command.id;
      return { id, ok: true, result: this.run(command) };
    } catch (error) {
      if (error instanceof CommandError) return { id: error.id ?? id, ok: false, error: error.message };
      if (error instanceof SettingsError) return { id, ok: false, error: error.message };
      return { id, ok: false, error: error instanceof Error ? error.message : "it failed" };
    }
  }

  private run(command: Command): unknown {
    switch (command.command) {
      case "settings.get":
        return this.settings(command);
      case "settings.set":
        return this.changed(this.#store.set(command.settings));
      case "settings.reset":
        return this.changed(this.#store.reset());
      case "calibration.get": {
        const { calibration } = this.named("channel", command.channel, command.id) as ChannelSettings;
        return { ...calibration, residual: residualOf(calibration) };
      }
      case "alarms.get": {
        const alarms = this.#alarms.list(command.channel);
        const told = command.channel === undefined ? alarms.filter(({ state }) => state !== "normal") : alarms;
        return { totals: this.#alarms.totals(), alarms: told.map(present) };
      }
      case "alarms.statistics": {
        if (command.channel === undefined) return this.#alarms.totals();
        return this.#alarms.list(command.channel).map(({ name, statistics }) => ({ alarm: name, ...statistics }));
      }
      case "alarm.acknowledge":
      case "alarm.reset":
      case "alarm.shelve":
      case "alarm.unshelve":
      case "alarm.out-of-service":
      case "alarm.return-to-service":
        return { changed: this.step(command) };
      case "detector.reset": {
        if (this.#node.resetDetector(command.detector)) return {};
        throw new CommandError(`there is no detector ${command.detector}`, command.id);
      }
      case "waveform.get": {
        const problem = this.#node.requestWaveform(command.sensor);
        if (problem === undefined) return {};
        throw new CommandError(problem, command.id);
      }
      case "safe-mode.leave":
        if (!this.#node.safeMode) throw new CommandError("the node is not in safe mode", command.id);
        return this.restart(command);
      case "node.restart":
        return this.restart(command);
    }
  }

  private restart({ id }: Command): object {
    if (this.#node.restart()) return {};
    throw new CommandError("this host cannot restart the node", id);
  }

  private step(command: Extract<Command, { alarm?: string }>): number {
    const { channel, alarm, by = UNNAMED } = command;
    if (by.length === 0 || by.length > LONGEST_NAME) {
      throw new CommandError(`by "${by}" is not a name of 1 to ${LONGEST_NAME} characters`, command.id);
    }
    switch (command.command) {
      case "alarm.acknowledge":
        return this.#alarms.acknowledge(channel, alarm, by);
      case "alarm.reset":
        return this.#alarms.reset(channel, alarm, by);
      case "alarm.shelve":
        return this.#alarms.shelve(channel, alarm, by, command.forMs);
      case "alarm.unshelve":
        return this.#alarms.unshelve(channel, alarm, by);
      case "alarm.out-of-service":
        return this.#alarms.takeOutOfService(channel, alarm, by);
      case "alarm.return-to-service":
        return this.#alarms.returnToService(channel, alarm, by);
    }
  }

  private settings({ id, channel, analysis, detector }: Extract<Command, { command: "settings.get" }>): unknown {
    if (channel !== undefined) return this.named("channel", channel, id);
    if (analysis !== undefined) return this.named("analysis", analysis, id);
    if (detector !== undefined) return this.named("detector", detector, id);
    const { channels, analyses, detectors, ...groups } = this.#store.settings;
    return {
      ...groups,
      channels: Object.keys(channels),
      analyses: Object.keys(analyses),
      detectors: Object.keys(detectors),
    };
  }

  private changed(settings: NodeSettings): unknown {
    this.#node.apply(settings);
    const started = this.#started;
    const same = (name: "mqtt" | "outbox" | "snapshot") => sameData(started[name], settings[name]);
    return { restart: !(same("mqtt") && same("outbox") && same("snapshot")) };
  }

  private named(what: "channel" | "analysis" | "detector", name: string, id: number): object {
    const { channels, analyses, detectors } = this.#store.settings;
    const all: Readonly<Record<string, object>> = { channel: channels, analysis: analyses, detector: detectors }[what];
    if (Object.hasOwn(all, name)) return all[name]!;
    throw new CommandError(`there is no ${what} ${name}; there are ${Object.keys(all).join(", ") || "none"}`, id);
  }
}

/** An alarm as it is now, with what its rationalisation says. */
function present(alarm: Alarm): object {
  const { channel, name, state, value, settings } = alarm;
  const { priority, message, cause, consequence, response } = settings;
  const help = { message, cause, consequence, response };
  const said = Object.entries(help).filter(([, text]) => text !== "");
  return { n: channel, alarm: name, state, priority, v: value === value ? value : null, ...Object.fromEntries(said) };
}
