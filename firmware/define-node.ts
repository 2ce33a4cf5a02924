import type { NodeDefinition } from "./definition.js";
import { composeSettings } from "./settings/settings.js";

/**
 * Completes a definition with its settings and freezes it to its leaves, so that a preloaded one stays in flash altogether,
 * and a node without settings of its own takes no memory for them.
 *
 * @throws SettingsError when a default is not right
 */
export function defineNode(definition: NodeDefinition): NodeDefinition {
  const complete = { ...definition, settings: composeSettings(definition) };
  freezeAll(complete);
  return complete;
}

function freezeAll(value: unknown): void {
  if (typeof value !== "object" || value === null) return;
  for (const member of Object.values(value)) freezeAll(member);
  Object.freeze(value);
}
