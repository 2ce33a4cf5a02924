import { residualOf } from "./calibration/calibration.js";
import { CommandError, parseCommand } from "./control/command.js";
import type { Command } from "./control/command.js";
import type { NodeDefinition } from "./definition.js";
import { sameSettings, SettingsError } from "./settings.js";
import type { ChannelSettings, NodeSettings } from "./settings.js";
import type { SettingsStore } from "./settings-store.js";
import type { Reply } from "./telemetry/messages.js";

/** Carries commands out, and says what came of each. */
export class Controller {
  readonly #definition: NodeDefinition;
  readonly #store: SettingsStore;
  readonly #apply: (settings: NodeSettings) => void;
  // What the session and the queue were made with: they take other settings at the next start.
  readonly #started: NodeSettings;

  /** @param apply makes the node work by other settings */
  constructor(definition: NodeDefinition, store: SettingsStore, apply: (settings: NodeSettings) => void) {
    this.#definition = definition;
    this.#store = store;
    this.#apply = apply;
    this.#started = store.settings;
  }

  /** Never throws: what is wrong is in the reply. */
  execute(payload: Uint8Array): Reply {
    let id: number | undefined;
    try {
      const command = parseCommand(payload);
      id = command.id;
      return { id, ok: true, result: this.#run(command) };
    } catch (error) {
      if (error instanceof CommandError) return { id: error.id ?? id, ok: false, error: error.message };
      if (error instanceof SettingsError) return { id, ok: false, error: error.message };
      return { id, ok: false, error: error instanceof Error ? error.message : "it failed" };
    }
  }

  #run(command: Command): unknown {
    switch (command.command) {
      case "settings.get": {
        if (command.channel !== undefined) return this.#channel(command.channel, command.id);
        const { batch, outbox, mqtt, health } = this.#store.settings;
        return { batch, outbox, mqtt, health, channels: this.#definition.channels.map(({ name }) => name) };
      }
      case "settings.set":
        return this.#changed(this.#store.set(command.settings));
      case "settings.reset":
        return this.#changed(this.#store.reset());
      case "calibration.get": {
        const { calibration } = this.#channel(command.channel, command.id);
        return { ...calibration, residual: residualOf(calibration) };
      }
    }
  }

  #changed(settings: NodeSettings): unknown {
    this.#apply(settings);
    const { mqtt, outbox } = this.#started;
    return { restart: !sameSettings(mqtt, settings.mqtt) || !sameSettings(outbox, settings.outbox) };
  }

  #channel(name: string, id: number): ChannelSettings {
    const { channels } = this.#store.settings;
    if (Object.hasOwn(channels, name)) return channels[name]!;
    throw new CommandError(`there is no channel ${name}; there are ${Object.keys(channels).join(", ")}`, id);
  }
}
