import type { Fields } from "../model/setting.js";

/** What of a channel is worth sending, as data. */
export type ReportSettings =
  | { readonly kind: "every" }
  | {
      readonly kind: "change";
      readonly deadband: number;
      readonly minimumIntervalMs: number;
      readonly maximumIntervalMs: number;
    };

export const REPORT_FIELDS: Readonly<Record<ReportSettings["kind"], Fields>> = Object.freeze({
  every: Object.freeze({}),
  change: Object.freeze({
    deadband: Object.freeze({
      type: "number",
      default: 0,
      minimum: 0,
      maximum: 1e9,
      unit: "channel",
      help: "A value closer than this to the last one sent is not news.",
    }),
    minimumIntervalMs: Object.freeze({
      type: "number",
      default: 1000,
      minimum: 0,
      maximum: 86_400_000,
      integer: true,
      unit: "ms",
      help: "At least this long between two reports, however fast the value moves.",
    }),
    maximumIntervalMs: Object.freeze({
      type: "number",
      default: 60_000,
      minimum: 0,
      maximum: 86_400_000,
      integer: true,
      unit: "ms",
      help: "After this long the value is sent even if it is no news (0: never).",
    }),
  }),
});

/** What decides which values of one channel are sent; `undefined`: all of them are. */
export function createReporter(settings: ReportSettings, resolution: number): Reporter | undefined {
  return settings.kind === "every" ? undefined : new Reporter(settings, resolution);
}

/** Decides which values of one channel are sent. */
export class Reporter {
  readonly #deadband: number;
  readonly #minimumIntervalMs: number;
  readonly #maximumIntervalMs: number;
  #sent = NaN;
  #sentAt = 0;

  /** @param resolution the channel's: two values in the same step are the same value to everyone who reads them */
  constructor(settings: ReportSettings, resolution: number) {
    const change = settings.kind === "change";
    this.#deadband = change ? Math.max(settings.deadband, resolution) : -1;
    this.#minimumIntervalMs = change ? settings.minimumIntervalMs : 0;
    this.#maximumIntervalMs = change && settings.maximumIntervalMs > 0 ? settings.maximumIntervalMs : Infinity;
  }

  /** `true` when this value is to be sent; it then counts as sent. */
  offer(value: number, ticks: number): boolean {
    const sent = this.#sent;
    if (sent === sent) {
      const elapsed = ticks - this.#sentAt;
      if (elapsed < this.#minimumIntervalMs) return false;
      if (elapsed < this.#maximumIntervalMs && Math.abs(value - sent) < this.#deadband) return false;
    }
    this.#sent = value;
    this.#sentAt = ticks;
    return true;
  }

  /** The next value is sent whatever it is. */
  reset(): void {
    this.#sent = NaN;
  }
}
