import { sin } from "../../firmware/data/math.js";
import type { Random } from "../random.js";
import { ColdRoom } from "./cold-room.js";
import { Motor } from "./motor.js";
import { Wander } from "./noise.js";
import { SteppedWorld } from "./world.js";

export interface PumpRoomOptions {
  random: Random;
  /** Seconds from the start until the bearing begins to fail; Infinity: never. */
  failureAfterS?: number;
  /** Seconds from then until nothing is left of its health. */
  failureOverS?: number;
  /** Time of day at the start, in seconds. */
  timeOfDayS?: number;
}

/** Hall: mean of the day, and how far the afternoon is above it; the day is warmest at 15 h. */
const DAY_SECONDS = 86_400;
const WARMEST_AT = 54_000;
const HALL_CELSIUS = 22;
const HALL_SWING = 3;
const HALL_HUMIDITY = 48;
const HALL_HUMIDITY_SWING = 8;
/** The pump lifts water into the tank from the lower level in m to the upper one; consumers take it out all the time. */
const TANK_LOW = 0.9;
const TANK_HIGH = 3.2;
/** m/s, filling while the pump lifts, and drawn off. */
const TANK_FILLING = 0.0075;
const TANK_DRAWN = 0.0035;
const MEAN_PASCAL = 101_325;
const MOST_PASCAL = 500;

const START = {
  "bearing.temperature": 52,
  "winding.temperature": 60,
  "hall.temperature": HALL_CELSIUS,
  "hall.humidity": HALL_HUMIDITY,
  "coldroom.temperature": 4,
  "coldroom.humidity": 81,
  "coldroom.pressure": MEAN_PASCAL,
  "tank.level": 1.6,
  "motor.load": 0.8,
  "bearing.health": 1,
};
export type PumpRoomQuantity = keyof typeof START;

/** A motor with its pump, the tank that it fills, the hall around them, and the cold room next door. */
export class PumpRoomWorld extends SteppedWorld<PumpRoomQuantity> {
  readonly #motor: Motor;
  readonly #coldRoom: ColdRoom;
  readonly #timeOfDay: number;
  readonly #hallDrift: Wander;
  readonly #hallHumidityDrift: Wander;
  readonly #pressure: Wander;
  readonly #demand: Wander;
  #level = START["tank.level"];
  #lifting = true;

  constructor(options: PumpRoomOptions) {
    const { random, failureAfterS = 120, failureOverS = 600, timeOfDayS = 32_400 } = options;
    if (!(failureAfterS >= 0)) throw new RangeError(`pump room: failureAfterS ${failureAfterS} is not 0 or more`);
    if (!(failureOverS > 0)) throw new RangeError(`pump room: failureOverS ${failureOverS} is not more than 0`);
    super({
      ...START,
      "hall.temperature": HALL_CELSIUS + HALL_SWING * day(timeOfDayS),
      "hall.humidity": HALL_HUMIDITY - HALL_HUMIDITY_SWING * day(timeOfDayS),
    });
    this.#motor = new Motor(random.fork("motor"), failureAfterS, failureOverS);
    this.#coldRoom = new ColdRoom(random.fork("cold room"));
    this.#timeOfDay = timeOfDayS;
    this.#hallDrift = new Wander(random.fork("hall temperature"), 0.3, 900);
    this.#hallHumidityDrift = new Wander(random.fork("hall humidity"), 1.5, 900);
    this.#pressure = new Wander(random.fork("pressure"), 200, 6 * 3600);
    this.#demand = new Wander(random.fork("demand"), 0.0006, 45);
  }

  protected step(seconds: number, set: (quantity: PumpRoomQuantity, value: number) => void): void {
    const now = day(this.#timeOfDay + seconds);
    const hall = HALL_CELSIUS + HALL_SWING * now + this.#hallDrift.next();
    if (this.#level < TANK_LOW) this.#lifting = true;
    else if (this.#level > TANK_HIGH) this.#lifting = false;
    this.#level += (this.#lifting ? TANK_FILLING : 0) - TANK_DRAWN + this.#demand.next();
    this.#level = Math.min(Math.max(this.#level, 0), 4);
    const motor = this.#motor;
    motor.step(seconds, hall, this.#lifting);
    this.#coldRoom.step(hall);
    const pressure = Math.min(Math.max(this.#pressure.next(), -MOST_PASCAL), MOST_PASCAL);
    set("bearing.temperature", motor.bearing);
    set("winding.temperature", motor.winding);
    set("hall.temperature", hall);
    set("hall.humidity", HALL_HUMIDITY - HALL_HUMIDITY_SWING * now + this.#hallHumidityDrift.next());
    set("coldroom.temperature", this.#coldRoom.temperature);
    set("coldroom.humidity", this.#coldRoom.humidity);
    set("coldroom.pressure", MEAN_PASCAL + pressure);
    set("tank.level", this.#level);
    set("motor.load", motor.load);
    set("bearing.health", motor.health);
  }
}

/** The course of the day: 1 when it is warmest, −1 half a day later. */
function day(seconds: number): number {
  const turn = (((seconds - WARMEST_AT) % DAY_SECONDS) + DAY_SECONDS) / DAY_SECONDS + 0.25;
  return sin(2 * Math.PI * (turn - Math.floor(turn)));
}
