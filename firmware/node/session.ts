import type { Controller } from "./controller.js";
import { longestWaitMs } from "../mqtt/reconnection.js";
import { MqttSession } from "../mqtt/session.js";
import type { Message, SessionListener } from "../mqtt/session.js";
import type { MqttSettings } from "../mqtt/settings.js";
import { FIRMWARE_VERSION } from "./options.js";
import type { SensorNodeOptions } from "./options.js";
import type { Clock } from "../ports/clock.js";
import type { Publisher } from "../publishing/publisher.js";
import type { Reports } from "./reports.js";
import type { NodeSettings } from "../settings/settings.js";
import type { NodeSupervision } from "./supervision.js";

export interface SessionParts {
  /** As the stage that publishes has it. */
  readonly clock: Clock;
  readonly publisher: Publisher;
  readonly controller: Controller;
  readonly reports: Reports;
  readonly supervision: NodeSupervision;
}

/**
 * The session with the broker: hands on what the publisher has and what it is told, has commands carried out, and knows
 * when it last gave a sign of life.
 */
export class NodeSession implements SessionListener {
  readonly session: MqttSession;
  readonly #parts: SessionParts;
  readonly #settings: MqttSettings;
  readonly #definition: string;
  /** Topic of the consumer's acknowledgements. */
  readonly #acknowledge: string;
  #signTicks: number;
  #linked = true;

  /**
   * @param options of the node, with its randomness
   * @param settings in force; they hold until the next start
   */
  constructor(
    options: Pick<SensorNodeOptions, "network" | "broker" | "clientId" | "definition">,
    random: () => number,
    { mqtt, outbox }: NodeSettings,
    parts: SessionParts,
  ) {
    const { clock, publisher } = parts;
    const { host, port, user, password } = options.broker;
    this.#parts = parts;
    this.#settings = mqtt;
    this.#definition = options.definition.name;
    this.#acknowledge = publisher.topic("acknowledge");
    this.#signTicks = clock.ticks();
    const session = new MqttSession(
      {
        network: options.network,
        host,
        port,
        user,
        password,
        clientId: options.clientId,
        keepAliveS: mqtt.keepAliveS,
        inflightLimit: mqtt.inflightLimit,
        connectTimeoutMs: mqtt.connectTimeoutMs,
        acknowledgeTimeoutMs: mqtt.acknowledgeTimeoutMs,
        backoff: { firstMs: mqtt.backoffFirstMs, capMs: mqtt.backoffCapMs },
        reconnectSpreadMs: mqtt.reconnectSpreadMs,
        startSpreadMs: mqtt.startSpreadMs,
        will: this.status("offline"),
        clock,
        random,
      },
      this,
    );
    this.session = session;
    publisher.attach(session);
    session.subscribe(publisher.topic("command"), 1);
    if (outbox.promise === "consumer") session.subscribe(this.#acknowledge, 1);
  }

  /** Whether there is a way out, as far as the host says. */
  link(up: boolean): void {
    this.#linked = up;
    this.sign();
    if (up) this.session.linkUp();
    else this.session.linkDown();
  }

  /** Closes what there is, without a farewell, and connects anew. */
  restart(): void {
    this.sign();
    this.session.close();
    this.session.open();
  }

  /** Says goodbye. */
  close(): void {
    this.session.close(this.status("offline"));
  }

  /**
   * By how many ms an attempt, or an acknowledgement, is later than the settings allow.
   *
   * @param waiting messages wait for a session that could take them
   */
  lateMs(ticks: number, waiting: boolean): number {
    const { session } = this;
    const idle = session.state === "connected" && session.inflight === 0 && !waiting;
    if (idle || !this.#linked || session.state === "idle") this.#signTicks = ticks;
    return ticks - this.#signTicks - longestSilenceMs(this.#settings);
  }

  onConnected(): void {
    this.sign();
    this.sayOnline();
    // What was measured meanwhile has waited long enough.
    this.#parts.publisher.connected();
  }

  onDisconnected(): void {
    this.sign();
  }

  onReady(): void {
    this.sign();
    this.#parts.publisher.pump();
  }

  onAcknowledged(message: Message): void {
    this.sign();
    this.#parts.publisher.acknowledged(message);
    this.#parts.reports.onSnapshot();
  }

  onMessage(topic: string, payload: Uint8Array): void {
    if (topic === this.#acknowledge) this.onAcknowledge(payload);
    else this.onCommand(payload);
  }

  onFault(fault: unknown): void {
    this.#parts.supervision.failed("publishing", fault);
  }

  private onAcknowledge(payload: Uint8Array): void {
    const { publisher, reports } = this.#parts;
    if (publisher.acknowledge(payload)) this.sayOnline();
    reports.onSnapshot();
  }

  private onCommand(payload: Uint8Array): void {
    const { controller, publisher } = this.#parts;
    const reply = controller.execute(payload);
    try {
      publisher.reply(reply);
    } catch (error) {
      if (!(error instanceof RangeError)) throw error;
      publisher.reply({ id: reply.id, ok: false, error: "the answer is too long; ask for one channel" });
    }
  }

  private sayOnline(): void {
    this.session.publish(this.status("online"));
  }

  private status(state: "online" | "offline"): Message {
    const { publisher, supervision } = this.#parts;
    return publisher.status(state, FIRMWARE_VERSION, this.#definition, supervision.safeMode);
  }

  private sign(): void {
    this.#signTicks = this.#parts.clock.ticks();
  }
}

function longestSilenceMs({ connectTimeoutMs, acknowledgeTimeoutMs, ...mqtt }: MqttSettings): number {
  const waitMs = longestWaitMs({
    backoff: { firstMs: mqtt.backoffFirstMs, capMs: mqtt.backoffCapMs },
    spreadMs: mqtt.reconnectSpreadMs,
    startSpreadMs: mqtt.startSpreadMs,
  });
  return Math.max(waitMs + connectTimeoutMs, acknowledgeTimeoutMs);
}
