import type { Random } from "../random.js";
import { Wander } from "./noise.js";

/** First-order lags in s: bearing housing, winding, and the bearing's own race under the sensor. */
const HOUSING_SECONDS = 600;
const WINDING_SECONDS = 900;
const RACE_SECONDS = 100;
/** Rise over the hall in °C: of the housing at no and at full load, of the winding likewise (copper loss is load squared). */
const HOUSING_IDLE = 21;
const HOUSING_LOAD = 14;
const WINDING_IDLE = 12;
const WINDING_LOAD = 55;
/** What the friction of a bearing with no health left adds in °C, in the end. */
const FRICTION = 49;

/** Share of the rated load when the pump lifts water, and when it only turns it over. */
const LIFTING = 0.8;
const IDLING = 0.45;

/** A motor that never stops, and its drive-end bearing. */
export class Motor {
  load = LIFTING;
  health = 1;
  winding = 60;
  #housing = 52;
  #friction = 0;
  readonly #unrest: Wander;
  readonly #failureAfter: number;
  readonly #failureOver: number;

  /** @param failureAfter s from the start until the bearing begins to fail; @param failureOver s from there to its end */
  constructor(random: Random, failureAfter: number, failureOver: number) {
    this.#unrest = new Wander(random, 0.015, 30);
    this.#failureAfter = failureAfter;
    this.#failureOver = failureOver;
  }

  get bearing(): number {
    return this.#housing + this.#friction;
  }

  step(seconds: number, hall: number, lifting: boolean): void {
    const load = Math.min(Math.max((lifting ? LIFTING : IDLING) + this.#unrest.next(), 0), 1);
    this.load = load;
    this.health = Math.min(Math.max(1 - (seconds - this.#failureAfter) / this.#failureOver, 0), 1);
    this.winding += (hall + WINDING_IDLE + WINDING_LOAD * load * load - this.winding) / WINDING_SECONDS;
    this.#housing += (hall + HOUSING_IDLE + HOUSING_LOAD * load - this.#housing) / HOUSING_SECONDS;
    // The first damage to race and lubricant costs most: friction rises steeply, then levels off.
    this.#friction += (FRICTION * (1 - this.health * this.health) - this.#friction) / RACE_SECONDS;
  }
}
