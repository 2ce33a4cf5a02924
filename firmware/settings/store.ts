import type { NodeDefinition } from "../definition.js";
import type { KeyValue } from "../ports/storage.js";
import { settingsHash } from "./hash.js";
import { composeSettings, mergeOverrides, SettingsError } from "./settings.js";
import type { NodeSettings, SettingsOverrides } from "./settings.js";

const KEY = "settings";
/** NVS keeps texts of up to 4,000 bytes. */
const LONGEST_TEXT = 3900;

/**
 * The settings in force: the definition's defaults, what the host overrides, and what was changed at run time, which is
 * kept across restarts.
 */
export class SettingsStore {
  readonly #definition: NodeDefinition;
  readonly #storage: KeyValue;
  readonly #host: SettingsOverrides;
  #changed: SettingsOverrides = {};
  #settings: NodeSettings;
  #hash: string | undefined;
  #hashed: NodeSettings | undefined;

  /** @throws SettingsError when the host's overrides are not right; what is kept and no longer right is left out */
  constructor(definition: NodeDefinition, storage: KeyValue, host: SettingsOverrides = {}) {
    this.#definition = definition;
    this.#storage = storage;
    this.#host = host;
    this.#settings = composeSettings(definition, host);
    const kept = storage.read(KEY);
    if (typeof kept !== "string") return;
    try {
      const changed = JSON.parse(kept) as SettingsOverrides;
      this.#settings = composeSettings(definition, mergeOverrides(host, changed));
      this.#changed = changed;
    } catch {
      // Kept by a firmware with another definition: the defaults hold.
    }
  }

  get settings(): NodeSettings {
    return this.#settings;
  }

  /** Of the settings in force, 8 hexadecimal digits: see `settingsHash`. */
  get hash(): string {
    if (this.#hash === undefined || this.#hashed !== this.#settings) {
      this.#hashed = this.#settings;
      this.#hash = settingsHash(this.#settings);
    }
    return this.#hash;
  }

  /**
   * Takes overrides on top of those in force, or refuses them as a whole.
   *
   * @throws SettingsError that says what is wrong
   */
  set(overrides: unknown): NodeSettings {
    // Checked by themselves first, so that what is wrong is named as it was given.
    composeSettings(this.#definition, overrides);
    const changed = mergeOverrides(this.#changed, overrides as SettingsOverrides);
    const settings = composeSettings(this.#definition, mergeOverrides(this.#host, changed));
    const text = JSON.stringify(changed);
    if (text.length > LONGEST_TEXT) {
      throw new SettingsError(`settings of ${text.length} characters do not fit; ${LONGEST_TEXT} are the most`);
    }
    this.#storage.write(KEY, text);
    this.#changed = changed;
    this.#settings = settings;
    return settings;
  }

  /** Forgets what was changed at run time. */
  reset(): NodeSettings {
    this.#storage.delete(KEY);
    this.#changed = {};
    this.#settings = composeSettings(this.#definition, this.#host);
    return this.#settings;
  }
}
