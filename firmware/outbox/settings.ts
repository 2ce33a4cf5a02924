import type { Field, Fields } from "../model/setting.js";
import type { FullPolicy } from "./block-space.js";
import { QUEUE_FIELDS } from "./queue.js";
import type { QueueSettings } from "./queue.js";

/** When a message may be forgotten: the broker has acknowledged it, or a consumer has. */
export type DeliveryPromise = "broker" | "consumer";

export interface OutboxSettings extends QueueSettings {
  readonly promise: DeliveryPromise;
  readonly exposedBytes: number;
  readonly exposedS: number;
  readonly urgentWhenFull: FullPolicy;
  readonly urgentExpiryS: number;
  readonly dataWhenFull: FullPolicy;
  readonly dataExpiryS: number;
  readonly acknowledgeEvery: number;
  readonly confirmS: number;
  readonly enduranceErases: number;
}

const number = (help: string, unit: string, value: number, minimum: number, maximum: number): Field =>
  Object.freeze({ type: "number", default: value, minimum, maximum, integer: true, unit, help });
const whenFull = (what: string): Field =>
  Object.freeze({
    type: "choice",
    default: "drop-oldest",
    choices: Object.freeze(["drop-oldest", "drop-newest"]),
    help: `Which ${what} go when the journal is full.`,
  });
const expiry = (what: string): Field =>
  number(`${what} that waited for longer need not be sent any more; 0: they never expire.`, "s", 0, 0, 315_360_000);

/** Those of the queue in memory hold where there is no flash. */
export const OUTBOX_FIELDS: Fields = Object.freeze({
  ...QUEUE_FIELDS,
  promise: Object.freeze({
    type: "choice",
    default: "broker",
    choices: Object.freeze(["broker", "consumer"]),
    help: "Whose acknowledgement lets a message leave the journal.",
  }),
  exposedBytes: number(
    "So many bytes of data wait in memory for one write to flash; a power cut takes them.",
    "B",
    2048,
    0,
    16_384,
  ),
  exposedS: number("Data wait so long in memory for one write to flash; a power cut takes them.", "s", 10, 1, 3600),
  urgentWhenFull: whenFull("alarms and events"),
  urgentExpiryS: expiry("Alarms and events"),
  dataWhenFull: whenFull("data"),
  dataExpiryS: expiry("Data"),
  acknowledgeEvery: number(
    "So many acknowledgements are written to flash together; after a power cut as many messages may come twice.",
    "1",
    16,
    1,
    1024,
  ),
  confirmS: number(
    "Promise to the consumer: what it has not acknowledged by then is sent again; after twice as long the next time.",
    "s",
    300,
    10,
    86_400,
  ),
  enduranceErases: number("So many erases a block of the flash stands.", "1", 100_000, 1000, 10_000_000),
});
