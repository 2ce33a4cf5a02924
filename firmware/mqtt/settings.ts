import type { Fields } from "../model/setting.js";

/** How the session behaves, as data. */
export interface MqttSettings {
  readonly keepAliveS: number;
  readonly inflightLimit: number;
  readonly connectTimeoutMs: number;
  readonly acknowledgeTimeoutMs: number;
  readonly backoffFirstMs: number;
  readonly backoffCapMs: number;
  readonly reconnectSpreadMs: number;
  readonly startSpreadMs: number;
}

export const MQTT_FIELDS: Fields = Object.freeze({
  keepAliveS: Object.freeze({
    type: "number",
    default: 60,
    minimum: 5,
    maximum: 65_535,
    integer: true,
    unit: "s",
    help: "MQTT keep alive: the broker takes the node for gone after 1.5 times this.",
  }),
  inflightLimit: Object.freeze({
    type: "number",
    default: 8,
    minimum: 1,
    maximum: 64,
    integer: true,
    unit: "1",
    help: "So many messages may be unacknowledged at a time.",
  }),
  connectTimeoutMs: Object.freeze({
    type: "number",
    default: 10_000,
    minimum: 100,
    maximum: 120_000,
    integer: true,
    unit: "ms",
    help: "From opening the connection to the broker's CONNACK.",
  }),
  acknowledgeTimeoutMs: Object.freeze({
    type: "number",
    default: 20_000,
    minimum: 1000,
    maximum: 600_000,
    integer: true,
    unit: "ms",
    help: "A broker that owes a PUBACK for longer is taken for gone.",
  }),
  backoffFirstMs: Object.freeze({
    type: "number",
    default: 1000,
    minimum: 10,
    maximum: 600_000,
    integer: true,
    unit: "ms",
    help: "The first wait before reconnecting that is drawn is between 0 and this (or three reconnectSpreadMs), each later one up to twice as long.",
  }),
  backoffCapMs: Object.freeze({
    type: "number",
    default: 120_000,
    minimum: 1000,
    maximum: 3_600_000,
    integer: true,
    unit: "ms",
    help: "The longest wait before reconnecting, never less than three reconnectSpreadMs.",
  }),
  reconnectSpreadMs: Object.freeze({
    type: "number",
    default: 30_000,
    minimum: 0,
    maximum: 3_600_000,
    integer: true,
    unit: "ms",
    help: "Nodes that lose their broker together come back spread over this time, each at its own place in it.",
  }),
  startSpreadMs: Object.freeze({
    type: "number",
    default: 0,
    minimum: 0,
    maximum: 3_600_000,
    integer: true,
    unit: "ms",
    help: "Nodes that are switched on together connect spread over this time, each at its own place in it.",
  }),
});
