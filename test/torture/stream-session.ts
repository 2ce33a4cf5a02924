import { MqttSession } from "../../firmware/mqtt/session.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { faultyNetwork } from "../../simulator/faults/network.js";
import type { StreamFault } from "../../simulator/faults/network.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";
import { inBrief } from "./failure.js";
import { MQTT_DEFAULTS, sessionOptions } from "./session-settings.js";
import { SessionWire } from "./session-wire.js";

const ADDRESS = "10.0.0.1";
/** A run that takes longer than this, in virtual time, has come to a standstill. */
const LONGEST_MS = 1_800_000;
/** Numbers of the birth messages, one for each connection. */
const BIRTH = 60_000;
/** With every so many messages that the broker has taken, a command goes to the node. */
const COMMAND_EVERY = 10;

/** One session: so many messages through a fault, and the commands that come back. */
export interface Played {
  bytesSent: number;
  bytesReceived: number;
  connections: number;
  commands: number;
  resent: number;
  duplicates: number;
  tookMs: number;
  problems: string[];
}

/** @param fault what befalls the connection of that number */
export function playSession(
  seed: number,
  messages: number,
  fault: (connection: number) => StreamFault | undefined,
): Played {
  const run = new Run(seed, messages, fault);
  try {
    run.play();
  } catch (error) {
    run.problems.push(`thrown: ${inBrief(error)}`);
  }
  return run.played();
}

class Run {
  readonly problems: string[] = [];
  readonly #clock = new VirtualClock(0);
  readonly #wire = new SessionWire(BIRTH);
  readonly #broker: Broker;
  readonly #session: MqttSession;
  readonly #messages: number;
  #next = 0;
  #births = 0;
  #taken = 0;
  #duplicates = 0;
  #acknowledged = 0;
  #commandsSent = 0;
  #commandsHeard = 0;
  #lastCommand = -1;

  constructor(seed: number, messages: number, fault: (connection: number) => StreamFault | undefined) {
    const clock = this.#clock;
    const random = new Random(seed);
    const network = new VirtualNetwork({ clock, random: random.fork("network"), jitterMs: 10 });
    this.#messages = messages;
    this.#broker = new Broker({ clock, network, onPublish: (_, topic, payload) => this.#onTaken(topic, payload) });
    const draws = random.fork("session");
    this.#session = new MqttSession(
      {
        ...sessionOptions(MQTT_DEFAULTS),
        network: faultyNetwork(network.client(), {
          clock,
          fault,
          onWritten: (connection, bytes) => this.#wire.written(connection, bytes),
        }),
        host: ADDRESS,
        port: 1883,
        clientId: "millwright-00000001",
        will: { topic: "status", payload: new Uint8Array([255, 255]), qos: 1, retain: true },
        clock,
        random: () => draws.next(),
      },
      {
        onConnected: () => {
          this.#session.publish({ topic: "status", payload: bodyOf(BIRTH + this.#births++, 4), qos: 1, retain: true });
          this.#pump();
        },
        onReady: () => this.#pump(),
        onAcknowledged: ({ topic, payload }) => {
          if (topic === "data") this.#acknowledged++;
          this.#wire.acknowledged(numberOf(payload));
          this.#pump();
        },
        onMessage: (_, payload) => this.#onCommand(payload),
        onFault: (thrown) => this.problems.push(`thrown: ${inBrief(thrown)}`),
      },
    );
    this.#session.subscribe("command", 1);
  }

  play(): void {
    this.#session.open();
    const clock = this.#clock;
    while (!this.#done() && clock.ticks() < LONGEST_MS) {
      const due = clock.nextDue();
      if (due === undefined) break;
      clock.advanceTo(due);
    }
    const { inflight, state } = this.#session;
    if (!this.#done())
      this.problems.push(
        `after ${clock.ticks()} ms ${this.#taken} of ${this.#messages} taken, ${this.#acknowledged} acknowledged, ${inflight} in flight, ${state}`,
      );
  }

  played(): Played {
    const { bytesSent, bytesReceived, reconnects } = this.#session;
    return {
      bytesSent,
      bytesReceived,
      connections: reconnects + 1,
      commands: this.#commandsHeard,
      resent: this.#wire.resent,
      duplicates: this.#duplicates,
      tookMs: this.#clock.ticks(),
      problems: [...this.problems, ...this.#wire.problems],
    };
  }

  #done(): boolean {
    const messages = this.#messages;
    if (this.#taken < messages || this.#acknowledged < messages || this.#session.inflight > 0) return false;
    // The broker keeps nothing for a clean session: commands get lost with a connection, and only then.
    return this.#session.reconnects > 0 || this.#commandsHeard >= this.#commandsSent;
  }

  #pump(): void {
    while (this.#next < this.#messages) {
      const payload = bodyOf(this.#next, 8 + (this.#next % 23));
      if (!this.#session.publish({ topic: "data", payload, qos: 1, retain: false })) return;
      this.#next++;
    }
  }

  #onTaken(topic: string, payload: Uint8Array): void {
    if (topic !== "data") return;
    const number = numberOf(payload);
    if (!isWhole(payload)) this.problems.push(`the broker took ${payload.join()}, which nobody sent`);
    if (number < this.#taken) this.#duplicates++;
    else if (number > this.#taken) this.problems.push(`the broker took ${number}, and ${this.#taken} is missing`);
    else if (++this.#taken % COMMAND_EVERY === 0) {
      const command = bodyOf(this.#commandsSent++, 16);
      this.#broker.publish({ topic: "command", payload: command, qos: 1, retain: false });
    }
  }

  #onCommand(payload: Uint8Array): void {
    const number = numberOf(payload);
    if (!isWhole(payload) || number <= this.#lastCommand)
      this.problems.push(`command ${payload.join()} after ${this.#lastCommand}`);
    this.#lastCommand = number;
    this.#commandsHeard++;
  }
}

/** A message with its number in front, and the rest of it follows from that. */
function bodyOf(number: number, bytes: number): Uint8Array {
  const body = Uint8Array.from({ length: bytes }, (_, index) => number + 7 * index);
  body[0] = number >> 8;
  body[1] = number & 255;
  return body;
}

function numberOf(body: Uint8Array): number {
  return 256 * body[0]! + body[1]!;
}

function isWhole(body: Uint8Array): boolean {
  const number = numberOf(body);
  const expected = bodyOf(number, body.length);
  return body.every((byte, index) => byte === expected[index]);
}
