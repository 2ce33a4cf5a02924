import type { Random } from "../random.js";
import { Wander } from "./noise.js";

/** Two-point control of the compressor in °C. */
const COMPRESSOR_ON = 5;
const COMPRESSOR_OFF = 3;
/** What the compressor takes out in °C/s, and the share of the difference to the hall that leaks in per second. */
const COOLING = 0.012;
const LEAK_CLOSED = 0.00025;
const LEAK_OPEN = 0.0012;
/** The door: opened once in so many seconds on average, for at least and at most so many. */
const DOOR_EVERY = 1200;
const DOOR_SHORTEST = 15;
const DOOR_LONGEST = 60;
/** %RH that the room goes to while the compressor runs (it dries the air), rests, or the door lets the hall's air in. */
const HUMIDITY_COOLING = 76;
const HUMIDITY_RESTING = 84;
const HUMIDITY_OPEN = 97;
/** How fast it goes there, in s. */
const HUMIDITY_SECONDS = 240;
const HUMIDITY_OPEN_SECONDS = 25;

/** A walk-in cold room beside the pump hall. */
export class ColdRoom {
  temperature = 4;
  humidity = 81;
  readonly #random: Random;
  readonly #unrest: Wander;
  #compressor = false;
  #doorSeconds = 0;

  constructor(random: Random) {
    this.#random = random;
    this.#unrest = new Wander(random.fork("humidity"), 1, 60);
  }

  step(hall: number): void {
    if (this.#doorSeconds > 0) this.#doorSeconds--;
    else if (this.#random.next() < 1 / DOOR_EVERY) {
      this.#doorSeconds = DOOR_SHORTEST + Math.floor(this.#random.next() * (DOOR_LONGEST - DOOR_SHORTEST + 1));
    }
    const open = this.#doorSeconds > 0;
    if (this.temperature > COMPRESSOR_ON) this.#compressor = true;
    else if (this.temperature < COMPRESSOR_OFF) this.#compressor = false;
    this.temperature += (open ? LEAK_OPEN : LEAK_CLOSED) * (hall - this.temperature) - (this.#compressor ? COOLING : 0);
    const target = open ? HUMIDITY_OPEN : this.#compressor ? HUMIDITY_COOLING : HUMIDITY_RESTING;
    const seconds = open ? HUMIDITY_OPEN_SECONDS : HUMIDITY_SECONDS;
    const humidity = this.humidity + (target + this.#unrest.next() - this.humidity) / seconds;
    this.humidity = Math.min(Math.max(humidity, 0), 100);
  }
}
