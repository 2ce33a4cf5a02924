import { MqttSession } from "../../firmware/mqtt/session.js";
import type { MqttSettings } from "../../firmware/mqtt/settings.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";
import { inBrief } from "./failure.js";
import { MQTT_DEFAULTS, sessionOptions } from "./session-settings.js";

const ADDRESS = "10.0.0.1";
const SERVER_UNAVAILABLE = 3;
const BINS = 12;
/** The highest peak, in uniform spreads. */
const HIGHEST = 1.5;
/** Before the broker goes everybody has been connected for at least so long. */
const CALM_MS = 120_000;
/** Each node publishes so often, at its own times. */
const PUBLISH_MS = 20_000;

/**
 * How the broker goes: its process ends (everybody is told, and refused until it is back), its host loses power (nobody
 * is told, and nothing is answered), or both (everybody is told, and then nothing is answered), or the fleet's way out
 * is gone and each node's host tells it.
 */
export const OUTAGES = ["process ends", "power fails", "told, then silence", "link down"] as const;
export type Outage = (typeof OUTAGES)[number];

export interface FleetOptions {
  readonly seed: number;
  readonly nodes: number;
  readonly outage: Outage;
  readonly goneMs: number;
  /** CONNECTs per second that the broker accepts once it is back; it answers others with "server unavailable". */
  readonly acceptsPerS?: number;
  /** Other settings than a node's own. */
  readonly settings?: Partial<MqttSettings>;
}

export interface FleetResult {
  nodes: number;
  /** CONNECTs that reached the broker once it was back, and those that it refused. */
  connects: number;
  refused: number;
  /** CONNECTs in the fullest bin, and as many times the number of a uniform spread. */
  peak: number;
  peakRatio: number;
  /** Attempts to connect while the broker was gone, per node and minute. */
  attemptsPerMinute: number;
  /** Those that found the broker's host back before they had given up, and came again later. */
  gaveWay: number;
  /** From the broker's return until half of the nodes, and all of them, were connected. */
  halfBackS: number;
  allBackS: number;
  failures: string[];
}

/** Takes the broker away from a whole fleet, gives it back, and counts who comes when. */
export function loseBroker(options: FleetOptions): FleetResult {
  const { seed, outage, goneMs, nodes } = options;
  const result: FleetResult = {
    nodes,
    connects: 0,
    refused: 0,
    peak: 0,
    peakRatio: 0,
    attemptsPerMinute: 0,
    gaveWay: 0,
    halfBackS: 0,
    allBackS: 0,
    failures: [],
  };
  const fail = (what: string) => result.failures.push(`seed ${seed}: ${outage}, gone for ${goneMs / 1000} s: ${what}`);
  try {
    const fleet = new Fleet(options);
    fleet.play(result);
    for (const problem of fleet.problems) fail(problem);
  } catch (error) {
    fail(inBrief(error));
  }
  // Chance alone makes more of a difference in a small fleet.
  const uniform = nodes / BINS;
  if (result.peak > Math.max(HIGHEST * uniform, uniform + 4 * Math.sqrt(uniform)))
    fail(`${result.peak} CONNECTs in one bin, ${result.peakRatio} times the uniform spread`);
  return result;
}

class Fleet {
  readonly problems: string[] = [];
  readonly #options: FleetOptions;
  readonly #clock = new VirtualClock(0);
  readonly #network: VirtualNetwork;
  readonly #broker: Broker;
  readonly #sessions: MqttSession[] = [];
  readonly #binMs: number;
  /** When CONNECTs came. */
  readonly #connects: number[] = [];
  readonly #accepted = new Map<number, number>();
  #limited = false;
  #refused = 0;
  #attempts = 0;
  #gaveWay = 0;

  constructor(options: FleetOptions) {
    this.#options = options;
    const clock = this.#clock;
    const random = new Random(options.seed);
    const settings = { ...MQTT_DEFAULTS, ...options.settings };
    this.#binMs = (settings.reconnectSpreadMs || MQTT_DEFAULTS.reconnectSpreadMs) / BINS;
    this.#network = new VirtualNetwork({ clock, random: random.fork("network"), latencyMs: 10, jitterMs: 20 });
    this.#broker = new Broker({ clock, network: this.#network, authenticate: () => this.#onConnect() });
    for (let index = 0; index < options.nodes; index++) this.#add(random.fork(`node ${index}`), settings);
  }

  play(result: FleetResult): void {
    const clock = this.#clock;
    const { goneMs, nodes } = this.#options;
    clock.advanceTo(CALM_MS);
    if (this.#connected() !== nodes) this.problems.push(`${this.#connected()} nodes are connected before it begins`);
    this.#attempts = 0;
    this.#leave();
    clock.advanceTo(CALM_MS + goneMs);
    result.attemptsPerMinute = this.#attempts / nodes / (goneMs / 60_000);
    this.#connects.length = 0;
    this.#refused = 0;
    this.#limited = this.#options.acceptsPerS !== undefined;
    const since = clock.ticks();
    this.#return();
    this.#watch(result, since);
    result.connects = this.#connects.length;
    result.refused = this.#refused;
    result.gaveWay = this.#gaveWay;
    result.peak = this.#peak(since);
    result.peakRatio = result.peak / (nodes / BINS);
  }

  /** Until everybody is connected and nobody can still have to notice that the connection is dead. */
  #watch(result: FleetResult, since: number): void {
    const clock = this.#clock;
    const { nodes } = this.#options;
    const latest = since + 3_600_000;
    while (clock.ticks() < latest) {
      clock.advanceTo(clock.ticks() + 100);
      const connected = this.#connected();
      const tookS = (clock.ticks() - since) / 1000;
      if (connected < nodes) result.allBackS = 0;
      else if (result.allBackS === 0) result.allBackS = tookS;
      if (connected < nodes / 2) result.halfBackS = 0;
      else if (result.halfBackS === 0) result.halfBackS = tookS;
      if (result.allBackS > 0 && tookS > result.allBackS + 200) return;
    }
    this.problems.push(`${nodes - this.#connected()} nodes are not connected after an hour`);
  }

  #add(random: Random, settings: MqttSettings): void {
    const clock = this.#clock;
    const network = this.#network.client();
    const count = () => this.#attempts++;
    const { TCP } = network;
    const session = new MqttSession(
      {
        ...sessionOptions(settings),
        network: {
          ...network,
          TCP: class extends TCP {
            constructor(options: ConstructorParameters<typeof TCP>[0]) {
              super(options);
              count();
            }
          },
        },
        host: ADDRESS,
        port: 1883,
        // As a board draws it at its first start.
        clientId: `millwright-${random.integer().toString(16).padStart(8, "0")}`,
        maximumPacketBytes: 256,
        clock,
        random: () => random.next(),
      },
      {
        onDisconnected: (reason) => {
          if (reason.startsWith("let in late")) this.#gaveWay++;
        },
        onFault: (thrown) => this.problems.push(`thrown: ${inBrief(thrown)}`),
      },
    );
    session.subscribe("command", 1);
    this.#sessions.push(session);
    // Long before the outage, each at its own time.
    clock.schedule(() => session.open(), Math.floor((random.next() * CALM_MS) / 2));
    const publish = (): void => {
      session.publish({ topic: "data", payload: new Uint8Array(40), qos: 1, retain: false });
      clock.schedule(publish, PUBLISH_MS);
    };
    clock.schedule(publish, Math.floor(random.next() * PUBLISH_MS));
  }

  #connected(): number {
    let count = 0;
    for (const { state } of this.#sessions) if (state === "connected") count++;
    return count;
  }

  #leave(): void {
    const { outage } = this.#options;
    if (outage === "process ends") return this.#broker.stop();
    if (outage === "told, then silence") this.#network.reset();
    else this.#network.cut();
    if (outage === "link down") for (const session of this.#sessions) session.linkDown();
    this.#network.down(ADDRESS);
  }

  #return(): void {
    this.#network.up(ADDRESS);
    this.#broker.start();
    for (const session of this.#sessions) session.linkUp();
  }

  #onConnect(): number {
    const now = this.#clock.ticks();
    this.#connects.push(now);
    const { acceptsPerS = Infinity } = this.#options;
    if (!this.#limited) return 0;
    const second = Math.floor(now / 1000);
    const accepted = this.#accepted.get(second) ?? 0;
    if (accepted >= acceptsPerS) {
      this.#refused++;
      return SERVER_UNAVAILABLE;
    }
    this.#accepted.set(second, accepted + 1);
    return 0;
  }

  /** CONNECTs in the fullest bin, the bins beginning when the broker returns. */
  #peak(since: number): number {
    const bins: number[] = [];
    for (const at of this.#connects) {
      const bin = Math.floor((at - since) / this.#binMs);
      bins[bin] = (bins[bin] ?? 0) + 1;
    }
    return bins.reduce((most, count) => Math.max(most, count ?? 0), 0);
  }
}
