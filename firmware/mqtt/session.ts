import { isAddress } from "./address.js";
import { Connection, sendBuffer } from "./connection.js";
import type { ConnectionListener } from "./connection.js";
import { checkSize, Delivery } from "./delivery.js";
import { HostLookup } from "./host-lookup.js";
import { KeepAlive } from "./keep-alive.js";
import { connectBytes, writeConnect, writeDisconnect, writePingreq, writePuback } from "./packet-writer.js";
import { MqttError } from "./packets.js";
import type { ConnectOptions, Message, Packet, QoS } from "./packets.js";
import type { Clock } from "../ports/clock.js";
import type { Network } from "../ports/network.js";
import { Reconnection } from "./reconnection.js";
import { SessionCallbacks } from "./session-callbacks.js";
import type { SessionListener, SessionOptions, SessionState } from "./session-options.js";
import { WakeTimer } from "./wake-timer.js";
import type { WakeOwner } from "./wake-timer.js";

export type { Message, QoS } from "./packets.js";
export type { SessionListener, SessionOptions, SessionState } from "./session-options.js";

/** §3.2.2.3: why a broker does not accept a connection. */
const REFUSALS: readonly string[] = Object.freeze([
  "",
  "unacceptable protocol version",
  "client identifier rejected",
  "server unavailable",
  "bad user name or password",
  "not authorised",
]);

/**
 * An MQTT 3.1.1 client that stays connected: it connects, keeps alive, subscribes and sends again what the broker has
 * not acknowledged, over one connection after the other, until it is closed. Messages with quality of service 1 reach
 * the broker at least once as long as the session lives, and in order.
 */
export class MqttSession implements ConnectionListener, WakeOwner {
  readonly #network: Network;
  readonly #host: string;
  readonly #port: number;
  readonly #clock: Clock;
  readonly #callbacks: SessionCallbacks;
  readonly #connect: ConnectOptions;
  readonly #maximumPacketBytes: number;
  readonly #connectTimeoutMs: number;
  readonly #acknowledgeTimeoutMs: number;
  readonly #buffer: Uint8Array;
  readonly #delivery: Delivery;
  readonly #keepAlive: KeepAlive;
  readonly #reconnection: Reconnection;
  readonly #wake: WakeTimer;
  #state: SessionState = "idle";
  /** The host has not said that there is no way out. */
  #linked = true;
  #lookup: HostLookup | undefined;
  #connection: Connection | undefined;
  /** When the wait or the attempt ends. */
  #deadline = 0;
  #connectedAt = 0;
  /** `onConnected` is being called and has not published yet. */
  #greeting = false;
  /** `onReady` is to be called once a message can be taken. */
  #readyDue = false;
  #connections = 0;
  #published = 0;
  #acknowledged = 0;
  #oversized = 0;
  #bytesSent = 0;
  #bytesReceived = 0;

  /** Throws MqttError or RangeError when the options cannot make a CONNECT of up to `maximumPacketBytes`. */
  constructor(options: SessionOptions, listener: SessionListener = {}) {
    const { clientId, keepAliveS, cleanSession = true, will, user, password, clock, random } = options;
    const { maximumPacketBytes = 4096, inflightLimit = 8, reconnectSpreadMs = 0, startSpreadMs = 0 } = options;
    this.#network = options.network;
    this.#host = options.host;
    this.#port = options.port;
    this.#clock = clock;
    this.#callbacks = new SessionCallbacks(listener);
    this.#connect = { clientId, keepAliveS, cleanSession, will, user, password };
    this.#maximumPacketBytes = maximumPacketBytes;
    this.#connectTimeoutMs = options.connectTimeoutMs ?? 10_000;
    this.#acknowledgeTimeoutMs = options.acknowledgeTimeoutMs ?? 20_000;
    checkSize("CONNECT", connectBytes(this.#connect), maximumPacketBytes);
    this.#buffer = sendBuffer(maximumPacketBytes);
    this.#delivery = new Delivery({ clock, inflightLimit, maximumPacketBytes });
    this.#keepAlive = new KeepAlive(keepAliveS);
    this.#reconnection = new Reconnection({
      clientId,
      clock,
      random,
      backoff: options.backoff ?? { firstMs: 1000, capMs: 60_000 },
      spreadMs: reconnectSpreadMs,
      startSpreadMs,
    });
    this.#wake = new WakeTimer(clock, this);
  }

  get state(): SessionState {
    return this.#state;
  }
  /** Connections that the broker accepted, after the first. */
  get reconnects(): number {
    return Math.max(0, this.#connections - 1);
  }
  /** Messages that `publish` took. */
  get published(): number {
    return this.#published;
  }
  /** Messages with quality of service 1 that the broker has acknowledged. */
  get acknowledged(): number {
    return this.#acknowledged;
  }
  /** Messages with quality of service 1 that it has not. */
  get inflight(): number {
    return this.#delivery.inflight;
  }
  /** Incoming messages passed over because they were too long. */
  get oversized(): number {
    return this.#oversized;
  }
  /** Callbacks that threw. */
  get faults(): number {
    return this.#callbacks.faults;
  }
  /** Bytes given to and taken from the network, on all connections. */
  get bytesSent(): number {
    return this.#bytesSent + (this.#connection?.bytesSent ?? 0);
  }
  get bytesReceived(): number {
    return this.#bytesReceived + (this.#connection?.bytesReceived ?? 0);
  }

  /** Begins to connect, and reconnects for ever; does nothing when that has begun. */
  open(): void {
    if (this.#state === "idle") this.wait(this.#reconnection.openMs);
  }

  /** The host has lost its way out: the connection is given up now, and none is attempted until {@link linkUp}. */
  linkDown(): void {
    if (!this.#linked) return;
    this.#linked = false;
    if (this.#state !== "idle") this.#wake.by(this.#clock.ticks());
  }

  /**
   * The host has its way out again: connects after the wait of a first reconnection, or of a start if there was no
   * connection yet, since many may have lost the same way out; later where the broker itself was being waited for.
   */
  linkUp(): void {
    if (this.#linked) return;
    this.#linked = true;
    if (this.#state !== "waiting") return;
    this.wait(Math.max(this.#reconnection.openMs, this.#deadline - this.#clock.ticks()));
  }

  /**
   * Sends a message and, with quality of service 1, keeps it until the broker has it. `false`: not now (not connected,
   * the window full, or the socket not taking more); `onReady` says when to try again. Throws MqttError for a topic that
   * cannot be published to and RangeError for a message longer than `maximumPacketBytes`.
   */
  publish(message: Message): boolean {
    if (!this.#delivery.publish(message, this.#greeting)) {
      this.#readyDue = true;
      return false;
    }
    this.#greeting = false;
    this.#published++;
    this.watch();
    return true;
  }

  /**
   * Subscribes as soon as there is a connection, and again whenever the broker has forgotten. Throws MqttError for a
   * filter that MQTT does not allow and RangeError for one longer than `maximumPacketBytes`.
   */
  subscribe(filter: string, qos: QoS): void {
    this.#delivery.subscribe(filter, qos);
    this.#delivery.pump();
    this.watch();
  }

  /**
   * Disconnects, so that the broker drops the last will, and stays so until it is opened again; idempotent. Messages
   * that are not acknowledged are kept for then. A `farewell` goes out first, if the socket takes it; it is not kept.
   */
  close(farewell?: Message): void {
    const connection = this.#connection;
    if (this.#state === "connected" && connection !== undefined) {
      if (farewell !== undefined) this.#delivery.bidFarewell(farewell);
      if (connection.ready) connection.commit(writeDisconnect(connection.buffer, connection.reserve(2)));
    }
    this.release();
    this.#wake.clear();
    this.#state = "idle";
  }

  // One attempt after the other.

  private wait(delayMs: number): void {
    this.#state = "waiting";
    this.#deadline = this.#clock.ticks() + delayMs;
    this.#wake.clear();
    this.#wake.by(this.#deadline);
  }

  private attempt(): void {
    const host = this.#host;
    this.#deadline = this.#clock.ticks() + this.#connectTimeoutMs;
    this.#wake.by(this.#deadline);
    if (isAddress(host)) return this.dial(host);
    this.#state = "resolving";
    try {
      this.#lookup = new HostLookup(
        this.#network.Resolver,
        host,
        (address) => this.dial(address),
        () => this.onLost(`no address for ${host}`),
      );
    } catch {
      this.onLost(`no address for ${host}`);
    }
  }

  private dial(address: string): void {
    this.#state = "connecting";
    this.#reconnection.dialled();
    try {
      this.#connection = new Connection(
        {
          TCP: this.#network.TCP,
          address,
          port: this.#port,
          buffer: this.#buffer,
          maximumPacketBytes: this.#maximumPacketBytes,
          clock: this.#clock,
        },
        this,
      );
    } catch {
      this.onLost(`no connection to ${address} could be opened`);
    }
  }

  onOpen(): void {
    const connection = this.#connection!;
    const waitMs = this.#reconnection.opened();
    if (waitMs !== undefined) return this.endAttempt("let in late, like others: gives way once", waitMs);
    const at = connection.reserve(connectBytes(this.#connect));
    connection.commit(writeConnect(connection.buffer, at, this.#connect));
  }

  /** The connection or the attempt is over; only from callbacks of the network and the clock. */
  onLost(reason: string): void {
    const lived = this.#state === "connected" ? this.#clock.ticks() - this.#connectedAt : 0;
    // Without a link the broker is not to blame, and `linkUp` says when to go on.
    this.endAttempt(reason, this.#linked ? this.#reconnection.next(lived) : 0);
  }

  private endAttempt(reason: string, waitMs: number): void {
    this.release();
    this.wait(waitMs);
    this.#callbacks.disconnected(reason);
  }

  private release(): void {
    this.#bytesSent = this.bytesSent;
    this.#bytesReceived = this.bytesReceived;
    this.#delivery.end();
    this.#lookup?.close();
    this.#connection?.close();
    this.#lookup = this.#connection = undefined;
  }

  // What the broker says.

  onPacket(packet: Packet): void {
    if (this.#state !== "connected") {
      if (packet.kind !== "connack") throw new MqttError(`mqtt: ${packet.kind} instead of CONNACK`);
      return this.onConnack(packet.sessionPresent, packet.returnCode);
    }
    switch (packet.kind) {
      case "puback":
        return this.onPuback(packet.id);
      case "publish":
        this.#callbacks.message(packet.topic, packet.payload, packet.retain);
        return this.acknowledge(packet.qos, packet.id);
      case "oversized":
        this.#oversized++;
        return this.acknowledge(packet.qos, packet.id);
      case "suback":
        return this.onSuback(packet.id, packet.granted);
      case "connack":
        throw new MqttError("mqtt: a second CONNACK");
      case "unsuback":
      case "pingresp":
        return;
    }
  }

  private onConnack(sessionPresent: boolean, returnCode: number): void {
    if (returnCode !== 0)
      throw new MqttError(`mqtt: the broker refused the connection: ${REFUSALS[returnCode] ?? `code ${returnCode}`}`);
    const present = sessionPresent && !this.#connect.cleanSession;
    this.#state = "connected";
    this.#connectedAt = this.#clock.ticks();
    this.#connections++;
    this.#reconnection.accepted();
    this.#keepAlive.rewind();
    this.#delivery.begin(this.#connection!, present);
    this.#readyDue = true;
    this.#greeting = true;
    this.#callbacks.connected(present);
    this.#greeting = false;
    this.watch();
  }

  private onPuback(id: number): void {
    const message = this.#delivery.acknowledge(id);
    if (message === undefined) return;
    this.#acknowledged++;
    this.#callbacks.acknowledged(message);
  }

  private onSuback(id: number, granted: Uint8Array): void {
    const subscription = this.#delivery.answer(id);
    if (subscription === undefined || (granted[0]! <= 1 && granted[0]! >= subscription.qos)) return;
    this.#callbacks.refused(subscription.filter, subscription.qos);
  }

  /** PUBACK, once the message has been handed over, unless the receiver closed the session. */
  private acknowledge(qos: QoS, id: number): void {
    const connection = this.#connection;
    if (qos === 0 || connection === undefined) return;
    connection.commit(writePuback(connection.buffer, connection.reserve(4), id));
  }

  /** Everything that arrived has been handled, or there is room to send. */
  onSettled(): void {
    if (this.#state !== "connected") return;
    this.#delivery.pump();
    this.watch();
    if (!this.#readyDue || !this.#delivery.canTake(1, false)) return;
    this.#readyDue = false;
    this.#callbacks.ready();
  }

  // Time.

  onWake(): void {
    const now = this.#clock.ticks();
    if (this.#state === "idle") return;
    if (!this.#linked) {
      if (this.#state !== "waiting") this.onLost("the link is down");
      return;
    }
    if (this.#state === "connected") return this.check(this.#connection!, now);
    if (now < this.#deadline) this.#wake.by(this.#deadline);
    else if (this.#state === "waiting") this.attempt();
    else this.onLost(`no connection within ${this.#connectTimeoutMs} ms`);
  }

  private check(connection: Connection, now: number): void {
    const since = this.#delivery.owedSince;
    if (this.#keepAlive.isDead(connection, now)) return this.onLost("nothing received for one and a half keep alives");
    if (since !== undefined && now >= since + this.#acknowledgeTimeoutMs)
      return this.onLost(`nothing acknowledged for ${this.#acknowledgeTimeoutMs} ms`);
    if (connection.flushed && this.#keepAlive.isPingDue(connection, now)) {
      this.#keepAlive.pinged(now);
      connection.commit(writePingreq(connection.buffer, connection.reserve(2)));
    }
    this.watch();
  }

  /** Makes sure that the next deadline is noticed. */
  private watch(): void {
    if (this.#state !== "connected") return;
    const next = this.#keepAlive.next(this.#connection!, this.#clock.ticks());
    if (next !== undefined) this.#wake.by(next);
    const since = this.#delivery.owedSince;
    if (since !== undefined) this.#wake.by(since + this.#acknowledgeTimeoutMs);
  }
}
