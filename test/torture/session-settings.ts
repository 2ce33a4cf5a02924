import type { SessionOptions } from "../../firmware/mqtt/session.js";
import { MQTT_FIELDS } from "../../firmware/mqtt/settings.js";
import type { MqttSettings } from "../../firmware/mqtt/settings.js";
import { checkFields } from "../../firmware/settings/fields.js";

/** The settings of a node of which nothing was changed. */
export const MQTT_DEFAULTS = checkFields({}, "mqtt", MQTT_FIELDS) as unknown as MqttSettings;

/** What a node makes of its settings for its session. */
export function sessionOptions(
  settings: MqttSettings,
): Pick<
  SessionOptions,
  | "keepAliveS"
  | "inflightLimit"
  | "connectTimeoutMs"
  | "acknowledgeTimeoutMs"
  | "backoff"
  | "reconnectSpreadMs"
  | "startSpreadMs"
> {
  const { backoffFirstMs, backoffCapMs, ...rest } = settings;
  return { ...rest, backoff: { firstMs: backoffFirstMs, capMs: backoffCapMs } };
}
