/**
 * A contact on a digital input: limit switch, door contact, float. Its bounces are left out by ticks: a state counts once
 * it has held for `debounceMs`. Edges between two samples are seen by `onReadable`, so that a closing counts however short
 * it is beyond that time. No datasheet; a broken wire looks like an open contact: wire what must be safe so that open
 * is the alarm.
 */
import type { Sensor, SensorOptions } from "../model/sensor.js";
import { SensorFault } from "../model/sensor.js";
import type { Digital, DigitalConstructor, Pin } from "../ports/io.js";
import { oneOf, wholeWithin } from "./options.js";

export interface DigitalSensorIO {
  io: DigitalConstructor;
  pin: Pin;
}

export interface LimitSwitchSample extends Readonly<Record<string, number>> {
  /** 1: closed, 0: open. */
  readonly state: number;
  /** Times that it closed since the driver was opened; closed at the start is not counted. */
  readonly closings: number;
}

export type Pull = "up" | "down" | "none";

export interface LimitSwitchConfiguration {
  /** How long a state must hold, in ms; default 20. */
  debounceMs: number;
}

export interface LimitSwitchOptions extends SensorOptions<DigitalSensorIO>, Partial<LimitSwitchConfiguration> {
  /** The input's resistor; default up, for a contact to ground. */
  readonly pull?: Pull;
  /** Level of the pin while the contact is closed; default 1 where the pull is down, else 0. */
  readonly closedLevel?: 0 | 1;
}

const PULLS = ["up", "down", "none"] as const;
const UNKNOWN = -1;

export class LimitSwitch implements Sensor<LimitSwitchSample, LimitSwitchConfiguration> {
  readonly #clock: LimitSwitchOptions["clock"];
  readonly #closedLevel: 0 | 1;
  #io: Digital | undefined;
  #debounceMs = 20;
  #state = UNKNOWN;
  #closings = 0;
  // What the pin said last, and since when without an edge.
  #candidate = UNKNOWN;
  #since = 0;

  /** @throws RangeError for an option outside its range; what the IO class throws */
  constructor(options: LimitSwitchOptions) {
    const { sensor, clock, pull = "up", closedLevel = pull === "down" ? 1 : 0 } = options;
    oneOf("limit-switch", "pull", pull, PULLS);
    this.#closedLevel = oneOf("limit-switch", "closedLevel", closedLevel, [0, 1]);
    this.apply(options);
    this.#clock = clock;
    const { io: DigitalIO, ...wiring } = sensor;
    const { Input, InputPullUp, InputPullDown, Rising, Falling } = DigitalIO;
    const mode = pull === "up" ? InputPullUp : pull === "down" ? InputPullDown : Input;
    this.#io = new DigitalIO({ ...wiring, mode, edge: Rising + Falling, onReadable: this.#onEdge });
  }

  /** Takes effect at once. */
  configure(options: Partial<LimitSwitchConfiguration>): void {
    this.requireOpen();
    this.apply(options);
  }

  /**
   * The state, or `undefined` while it changes: until the pin has held its level for `debounceMs`.
   * @throws SensorFault `bus` when the pin cannot be read
   */
  sample(): LimitSwitchSample | undefined {
    const io = this.requireOpen();
    let level: 0 | 1;
    try {
      level = io.read();
    } catch (error) {
      throw new SensorFault("bus", `limit-switch: ${error instanceof Error ? error.message : String(error)}`);
    }
    this.settle();
    const state = level === this.#closedLevel ? 1 : 0;
    if (state !== this.#candidate) this.changed(state);
    this.settle();
    return this.#state === this.#candidate ? { state: this.#state, closings: this.#closings } : undefined;
  }

  get readyInMs(): number {
    this.requireOpen();
    return this.#state === this.#candidate ? 0 : Math.max(1, this.#since + this.#debounceMs - this.#clock.ticks());
  }

  close(): void {
    const io = this.#io;
    this.#io = undefined;
    io?.close();
  }

  private apply({ debounceMs = this.#debounceMs }: Partial<LimitSwitchConfiguration>): void {
    this.#debounceMs = wholeWithin("limit-switch", "debounceMs", debounceMs, 0, 10_000);
  }

  private requireOpen(): Digital {
    if (this.#io === undefined) throw new Error("limit-switch: closed");
    return this.#io;
  }

  // Called by the platform: must not throw. One call may stand for several edges, and the level be the old one again.
  readonly #onEdge = (): void => {
    const io = this.#io;
    if (io === undefined) return;
    try {
      const level = io.read();
      this.settle();
      this.changed(level === this.#closedLevel ? 1 : 0);
    } catch {
      // The next sample reads the pin too, and says so.
    }
  };

  private changed(state: number): void {
    this.#candidate = state;
    this.#since = this.#clock.ticks();
  }

  /** The candidate becomes the state once it has held long enough. */
  private settle(): void {
    const candidate = this.#candidate;
    if (candidate === this.#state || this.#clock.ticks() - this.#since < this.#debounceMs) return;
    if (candidate === 1 && this.#state === 0) this.#closings++;
    this.#state = candidate;
  }
}
