import type { Clock } from "../ports/clock.js";
import type { Network } from "../ports/network.js";
import type { Message, QoS } from "./packets.js";

/** Where a session stands: `waiting` is the time before the next attempt. */
export type SessionState = "idle" | "resolving" | "connecting" | "connected" | "waiting";

/** What a session is made of. */
export interface SessionOptions {
  readonly network: Network;
  /** A name, or a dotted IPv4 address. */
  readonly host: string;
  readonly port: number;
  readonly clientId: string;
  readonly user?: string;
  readonly password?: string;
  /** Seconds, 0 to 65,535; 0: no keep alive, and a broker that falls silent is only noticed when it owes an answer. */
  readonly keepAliveS: number;
  /** Whether the broker forgets subscriptions and what waits for this client when the connection ends (default true). */
  readonly cleanSession?: boolean;
  readonly will?: Message;
  readonly clock: Clock;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  /** So many messages with quality of service 1 may be unacknowledged at a time (default 8). */
  readonly inflightLimit?: number;
  /** Longest packet sent or stored, fixed header included (default 4096); a longer incoming message is passed over. */
  readonly maximumPacketBytes?: number;
  /** From the start of an attempt to the broker's CONNACK (default 10,000). */
  readonly connectTimeoutMs?: number;
  /** A broker that owes a PUBACK or SUBACK and makes no progress for so long is taken for gone (default 20,000). */
  readonly acknowledgeTimeoutMs?: number;
  /** Waits before reconnecting, full jitter (default 1,000 and 60,000). */
  readonly backoff?: { readonly firstMs: number; readonly capMs: number };
  /**
   * The first wait before reconnecting is this client's own place within so many ms, given by its identifier; later
   * waits are drawn below three times this and more (default 0: the first wait is drawn like the others).
   */
  readonly reconnectSpreadMs?: number;
  /** Until there was a connection, `open` waits for this client's own place within so many ms (default 0: no wait). */
  readonly startSpreadMs?: number;
}

/**
 * Who is told. Called from the network's callbacks and from the clock, never from inside the session's own methods, any
 * of which may be called. One that throws is counted and told to `onFault`.
 */
export interface SessionListener {
  /**
   * The broker has accepted the connection. A message published from here goes ahead of those that are sent again, and
   * one is taken even when the window is full: the place for a birth message.
   */
  onConnected?(sessionPresent: boolean): void;
  /** A connection, or an attempt at one, has ended; the next attempt follows by itself. */
  onDisconnected?(reason: string): void;
  /** A message has arrived; quality of service 1 may bring it more than once. `payload` is the receiver's to keep. */
  onMessage?(topic: string, payload: Uint8Array, retain: boolean): void;
  /** The broker has this message, which was published with quality of service 1. */
  onAcknowledged?(message: Message): void;
  /** `publish` may take a message again, after connecting or after having refused one. */
  onReady?(): void;
  /** The broker does not grant this subscription, or only with less; it is asked for again at the next connection. */
  onRefused?(filter: string, wanted: QoS): void;
  /** One of the callbacks above has thrown this. */
  onFault?(fault: unknown): void;
}
