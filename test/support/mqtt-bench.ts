import { MqttSession } from "../../firmware/mqtt/session.js";
import type { Message, QoS, SessionListener, SessionOptions } from "../../firmware/mqtt/session.js";
import { Broker } from "../../simulator/broker/broker.js";
import type { BrokerOptions } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import type { VirtualNetworkOptions } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";

export const ADDRESS = "10.0.0.1";

export function message(topic: string, qos: QoS = 1, payload: Uint8Array = new Uint8Array([1])): Message {
  return { topic, payload, qos, retain: false };
}

/** A session, a network and a broker in virtual time, with a log of what the session said and the broker took. */
export class MqttBench {
  readonly clock = new VirtualClock(0);
  readonly network: VirtualNetwork;
  /** `ticks what detail` in the order in which it happened. */
  readonly log: string[] = [];
  /** Topics that the broker took, in order. */
  readonly taken: string[] = [];
  /** What the session wrote. */
  readonly written: Uint8Array[] = [];
  readonly session: MqttSession;

  constructor(options: Partial<SessionOptions & SessionListener> = {}, network: Partial<VirtualNetworkOptions> = {}) {
    this.network = new VirtualNetwork({ clock: this.clock, random: new Random(1), latencyMs: 10, ...network });
    this.session = new MqttSession(
      {
        network: this.network.client((bytes) => this.written.push(bytes)),
        host: ADDRESS,
        port: 1883,
        clientId: "bench",
        keepAliveS: 60,
        clock: this.clock,
        random: () => 0.5,
        ...options,
      },
      {
        onConnected: (present) => this.note(`connected ${present}`),
        onDisconnected: (reason) => this.note(`disconnected ${reason}`),
        onMessage: (topic, payload) => this.note(`message ${topic} ${payload.join()}`),
        onAcknowledged: ({ topic }) => this.note(`acknowledged ${topic}`),
        onReady: () => this.note("ready"),
        onFault: (fault) => this.note(`fault ${fault instanceof Error ? fault.message : fault}`),
        ...options,
      },
    );
  }

  broker(options: Partial<BrokerOptions> = {}): Broker {
    const { clock, network } = this;
    return new Broker({ clock, network, onPublish: (_client, topic) => this.taken.push(topic), ...options });
  }

  note(text: string): void {
    this.log.push(`${this.clock.ticks()} ${text}`);
  }

  /** What was logged that begins with `word`, without its ticks. */
  heard(word: string): string[] {
    return this.log.map((line) => line.slice(line.indexOf(" ") + 1)).filter((line) => line.startsWith(word));
  }

  /** Ticks of what was logged that begins with `word`. */
  when(word: string): number[] {
    const lines = this.log.filter((line) => line.slice(line.indexOf(" ") + 1).startsWith(word));
    return lines.map((line) => Number(line.slice(0, line.indexOf(" "))));
  }

  run(ms: number): void {
    this.clock.advanceTo(this.clock.ticks() + ms);
  }
}
