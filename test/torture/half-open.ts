import { MqttSession } from "../../firmware/mqtt/session.js";
import type { MqttSettings } from "../../firmware/mqtt/settings.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";
import { inBrief } from "./failure.js";
import { MQTT_DEFAULTS, sessionOptions } from "./session-settings.js";

const ADDRESS = "10.0.0.1";

/** What the node does when its connection dies; with `full` the socket takes no more and nothing is ever acknowledged. */
export const HALF_OPEN_RUNS = [
  "idle",
  "at most once",
  "at least once",
  "full",
  "commands arrive",
  "bad network",
] as const;
export type HalfOpenRun = (typeof HALF_OPEN_RUNS)[number];

/** Of these, one after the other. The second is a node's own. */
const KEEP_ALIVES_S = [5, 60, 17, 600];

export interface HalfOpenOptions {
  readonly seed: number;
  /** Connections that die. */
  readonly deaths: number;
  readonly run: HalfOpenRun;
  /** Other settings than a node's own. */
  readonly settings?: Partial<MqttSettings>;
}

export interface HalfOpenResult {
  deaths: number;
  /** From death to its detection, as a part of the keep alive. */
  worst: number;
  mean: number;
  /** Connections given up that were not dead, per day. */
  falseAlarms: number;
  failures: string[];
}

/**
 * Lets one connection after the other die without a word at a random moment, and measures how long the session takes to
 * notice. The session's other time-out, for acknowledgements, is so long that the keep alive alone is judged.
 */
export function dieSilently({ seed, deaths, run, settings }: HalfOpenOptions): HalfOpenResult {
  const random = new Random(seed);
  const result: HalfOpenResult = { deaths: 0, worst: 0, mean: 0, falseAlarms: 0, failures: [] };
  const perKeepAlive = Math.ceil(deaths / KEEP_ALIVES_S.length);
  let days = 0;
  for (const keepAliveS of KEEP_ALIVES_S) {
    const victim = new Victim(random.fork(`${keepAliveS} s`), run, {
      ...MQTT_DEFAULTS,
      acknowledgeTimeoutMs: 86_400_000,
      keepAliveS,
      ...settings,
    });
    for (let death = 0; death < perKeepAlive && result.failures.length < 20; death++) {
      const fail = (what: string) =>
        result.failures.push(`seed ${seed}: ${run}, keep alive ${keepAliveS} s, death ${death}: ${what}`);
      try {
        const fraction = victim.die();
        result.deaths++;
        result.mean += fraction;
        result.worst = Math.max(result.worst, fraction);
        if (!(fraction <= 1.5)) fail(`noticed after ${fraction} keep alives`);
      } catch (error) {
        fail(inBrief(error));
      }
    }
    for (const thrown of victim.thrown) result.failures.push(`seed ${seed}: ${run}: thrown: ${thrown}`);
    result.falseAlarms += victim.falseAlarms;
    days += victim.ticks / 86_400_000;
  }
  result.mean /= result.deaths;
  // On a bad network bytes may stay away for longer than any keep alive.
  if (result.falseAlarms > 0 && run !== "bad network")
    result.failures.push(`seed ${seed}: ${run}: ${result.falseAlarms} false alarms`);
  result.falseAlarms /= days;
  return result;
}

/** One session whose connections die. */
class Victim {
  readonly thrown: string[] = [];
  falseAlarms = 0;
  readonly #clock = new VirtualClock(0);
  readonly #random: Random;
  readonly #network: VirtualNetwork;
  readonly #broker: Broker;
  readonly #session: MqttSession;
  readonly #run: HalfOpenRun;
  readonly #keepAliveMs: number;
  #diedAt: number | undefined;
  #noticedAt: number | undefined;

  constructor(random: Random, run: HalfOpenRun, settings: MqttSettings) {
    const clock = this.#clock;
    this.#random = random;
    this.#run = run;
    this.#keepAliveMs = 1000 * settings.keepAliveS;
    this.#network = new VirtualNetwork({
      clock,
      random: random.fork("network"),
      latencyMs: 20,
      ...(run === "bad network" && { jitterMs: 300, loss: 0.02 }),
    });
    this.#broker = new Broker({ clock, network: this.#network });
    const draws = random.fork("session");
    this.#session = new MqttSession(
      {
        ...sessionOptions(settings),
        network: this.#network.client(),
        host: ADDRESS,
        port: 1883,
        clientId: "millwright-00000001",
        maximumPacketBytes: 2560,
        clock,
        random: () => draws.next(),
      },
      {
        onDisconnected: () => this.#onDisconnected(),
        onFault: (thrown) => this.thrown.push(inBrief(thrown)),
      },
    );
    this.#session.subscribe("command", 1);
    this.#session.open();
    this.#act();
  }

  get ticks(): number {
    return this.#clock.ticks();
  }

  /** Kills the connection at a random moment of its life; gives the time until that is noticed, in keep alives. */
  die(): number {
    const keepAliveMs = this.#keepAliveMs;
    this.#advanceUntil(() => this.#session.state === "connected", 3_600_000);
    this.#clock.advanceTo(this.ticks + Math.floor(this.#random.next() * 3 * keepAliveMs));
    this.#advanceUntil(() => this.#session.state === "connected", 3_600_000);
    this.#noticedAt = undefined;
    this.#diedAt = this.ticks;
    this.#network.cut();
    this.#advanceUntil(() => this.#noticedAt !== undefined, 4 * keepAliveMs);
    const took = this.#noticedAt! - this.#diedAt;
    this.#diedAt = undefined;
    return took / keepAliveMs;
  }

  #advanceUntil(done: () => boolean, withinMs: number): void {
    const clock = this.#clock;
    const latest = clock.ticks() + withinMs;
    while (!done()) {
      const due = clock.nextDue();
      if (due === undefined || due > latest) throw new Error(`${this.#session.state} after ${withinMs} ms`);
      clock.advanceTo(due);
    }
  }

  #onDisconnected(): void {
    if (this.#diedAt === undefined) this.falseAlarms++;
    else this.#noticedAt ??= this.ticks;
  }

  /** What the node does all the time, dead or alive, at random intervals. */
  readonly #act = (): void => {
    const [qos, bytes] =
      this.#run === "full" ? ([1, 2400] as const) : ([this.#run === "at most once" ? 0 : 1, 40] as const);
    if (this.#run === "commands arrive") {
      const payload = new Uint8Array(20);
      this.#broker.publish({ topic: "command", payload, qos: 1, retain: false });
    } else if (this.#run !== "idle") {
      const message = { topic: "data", payload: new Uint8Array(bytes), qos, retain: false };
      if (this.#run === "full") while (this.#session.publish(message));
      else this.#session.publish(message);
    }
    this.#clock.schedule(this.#act, 1 + Math.floor((this.#random.next() * this.#keepAliveMs) / 3));
  };
}
