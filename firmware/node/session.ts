import { longestWaitMs } from "../mqtt/reconnection.js";
import { MqttSession } from "../mqtt/session.js";
import type { Message, SessionOptions } from "../mqtt/session.js";
import type { MqttSettings } from "../mqtt/settings.js";
import type { SensorNodeOptions } from "./options.js";
import type { Clock } from "../ports/clock.js";

type Told = "onConnected" | "onReady" | "onAcknowledged" | "onMessage";

/** What the owner of the session does. */
export interface SessionOwner extends Required<Pick<SessionOptions, Told>> {
  readonly will: Message;
  /** As the stage that publishes has it. */
  readonly clock: Clock;
  /** One of the callbacks has thrown this. */
  readonly onFault: (fault: unknown) => void;
}

/** The session with the broker, and when it last gave a sign of life. */
export class NodeSession {
  readonly session: MqttSession;
  readonly #settings: MqttSettings;
  readonly #clock: Clock;
  #signTicks: number;
  #linked = true;

  /** @param settings in force; they hold until the next start */
  constructor({ network, broker, clientId, system }: SensorNodeOptions, settings: MqttSettings, owner: SessionOwner) {
    const { clock, onConnected, onReady, onAcknowledged, onMessage } = owner;
    this.#settings = settings;
    this.#clock = clock;
    this.#signTicks = clock.ticks();
    this.session = new MqttSession({
      network,
      host: broker.host,
      port: broker.port,
      user: broker.user,
      password: broker.password,
      clientId,
      keepAliveS: settings.keepAliveS,
      inflightLimit: settings.inflightLimit,
      connectTimeoutMs: settings.connectTimeoutMs,
      acknowledgeTimeoutMs: settings.acknowledgeTimeoutMs,
      backoff: { firstMs: settings.backoffFirstMs, capMs: settings.backoffCapMs },
      reconnectSpreadMs: settings.reconnectSpreadMs,
      startSpreadMs: settings.startSpreadMs,
      will: owner.will,
      clock,
      random: () => system.random(),
      onConnected: (present) => {
        this.sign();
        onConnected(present);
      },
      onDisconnected: () => this.sign(),
      onReady: () => {
        this.sign();
        onReady();
      },
      onAcknowledged: (message) => {
        this.sign();
        onAcknowledged(message);
      },
      onMessage,
      onFault: owner.onFault,
    });
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

  /**
   * By how many ms an attempt, or an acknowledgement, is later than the settings allow.
   *
   * @param waiting messages wait for a session that could take them
   */
  lateMs(ticks: number, waiting: boolean): number {
    const { session } = this;
    const idle = session.state === "connected" && session.inflight === 0 && !waiting;
    if (idle || !this.#linked || session.state === "idle") this.#signTicks = ticks;
    return ticks - this.#signTicks - this.longestSilenceMs;
  }

  private get longestSilenceMs(): number {
    const { connectTimeoutMs, acknowledgeTimeoutMs, ...mqtt } = this.#settings;
    const waitMs = longestWaitMs({
      backoff: { firstMs: mqtt.backoffFirstMs, capMs: mqtt.backoffCapMs },
      spreadMs: mqtt.reconnectSpreadMs,
      startSpreadMs: mqtt.startSpreadMs,
    });
    return Math.max(waitMs + connectTimeoutMs, acknowledgeTimeoutMs);
  }

  private sign(): void {
    this.#signTicks = this.#clock.ticks();
  }
}
