import { MqttSession } from "../../firmware/mqtt/session.js";
import type { Network } from "../../firmware/ports/network.js";
import { clientIdOf } from "../simulated/options.js";
import type { BrokerUrl } from "./command-line.js";
import { SystemClock } from "./clock.js";

export interface ConsumerOptions {
  readonly network: Network;
  readonly broker: BrokerUrl;
  /** MQTT topic filters. */
  readonly filters: readonly string[];
  /** @param retained the broker had kept the message: it may be old */
  onMessage(topic: string, payload: Uint8Array, retained: boolean): void;
  /** `publish` may take a message again. */
  onReady?(): void;
  onConnected?(): void;
  onDisconnected?(reason: string): void;
}

/** Longest message a consumer takes, in bytes. */
const MAXIMUM_PACKET_BYTES = 1_048_576;

/** A subscriber at a broker, made of the firmware's own session. It reconnects by itself. */
export class Consumer {
  readonly #session: MqttSession;

  constructor({ network, broker, filters, onMessage, onReady, onConnected, onDisconnected }: ConsumerOptions) {
    const id = Math.floor(Math.random() * 2 ** 32);
    this.#session = new MqttSession(
      {
        network,
        ...broker,
        clientId: clientIdOf(id, "listen-"),
        keepAliveS: 30,
        maximumPacketBytes: MAXIMUM_PACKET_BYTES,
        backoff: { firstMs: 500, capMs: 5000 },
        clock: new SystemClock(),
        random: () => Math.random(),
      },
      {
        onMessage,
        onReady: () => onReady?.(),
        onConnected: () => onConnected?.(),
        onDisconnected: (reason) => onDisconnected?.(reason),
      },
    );
    for (const filter of filters) this.#session.subscribe(filter, 1);
    this.#session.open();
  }

  /** With quality of service 1; `false`: not now, `onReady` says when. */
  publish(topic: string, payload: Uint8Array): boolean {
    return this.#session.publish({ topic, payload, qos: 1, retain: false });
  }

  close(): void {
    this.#session.close();
  }
}
