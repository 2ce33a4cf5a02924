import type { Clock } from "../../firmware/ports/clock.js";
import type { VirtualNetwork, VirtualSocket } from "../io/network.js";
import { ClientConnection } from "./client-connection.js";
import { ClientSession } from "./client-session.js";
import { connack, pingresp, ProtocolError, puback, suback, unsuback } from "./packets.js";
import type { ClientPacket, Connect, Publication } from "./packets.js";
import { Subscriptions } from "./subscriptions.js";
import { matches } from "./topics.js";

export interface BrokerOptions {
  readonly clock: Clock;
  readonly network: VirtualNetwork;
  /** Default 1883. */
  readonly port?: number;
  /** A message was accepted; of a last will, `clientId` is the one who left it; "" for the broker's own. */
  readonly onPublish?: (clientId: string, topic: string, payload: Uint8Array, qos: 0 | 1, retain: boolean) => void;
  /** CONNACK's return code (MQTT 3.1.1 §3.2.2.3) for who knocks; by default everybody is let in with 0. */
  readonly authenticate?: (clientId: string, user: string | undefined, password: Uint8Array | undefined) => number;
  /** A packet of a client has arrived, and has been handled: here the broker may be stopped. */
  readonly onPacket?: (phase: "arrived" | "handled") => void;
  /** Longest packet taken from a client (default 65,536). */
  readonly maximumPacketBytes?: number;
}

interface Client {
  readonly session: ClientSession;
  will: Publication | undefined;
}

/** A network with a clock of its own. */
type Place = Pick<BrokerOptions, "clock" | "network">;

/** A retained message, and who left it; `undefined`: the broker's owner. */
interface Retained extends Publication {
  readonly by: ClientSession | undefined;
}

/**
 * A small MQTT 3.1.1 broker for virtual time: quality of service 0 and 1, retained messages, last wills, sessions. All
 * it does happens within the network's and the clock's callbacks, in order, so that a run repeats exactly.
 */
export class Broker {
  readonly #options: BrokerOptions;
  readonly #sessions = new Map<string, ClientSession>();
  readonly #subscriptions = new Subscriptions<ClientSession>();
  readonly #clients = new Map<ClientConnection, Client>();
  readonly #connections = new Set<ClientConnection>();
  readonly #retained = new Map<string, Retained>();
  readonly #places: Place[] = [];
  #stopListening: (() => void)[] | undefined;
  #unnamed = 0;

  /** Listens at once. */
  constructor(options: BrokerOptions) {
    this.#options = options;
    this.#places.push(options);
    this.start();
  }

  /**
   * Listens on one more network, whose time may be ahead of that of the others, or behind it. A message for a client on
   * another network than its publisher's would come at a wrong time, so it throws; messages of the owner may go anywhere.
   */
  join(place: Place): void {
    this.#places.push(place);
    this.#stopListening?.push(this.#listen(place));
  }

  /** Retained messages by topic. */
  get retained(): ReadonlyMap<string, Publication> {
    return this.#retained;
  }

  /** What is kept of each client, connected or not. */
  get sessions(): ReadonlyMap<string, ClientSession> {
    return this.#sessions;
  }

  /** Identifiers of the clients that are connected. */
  get connected(): readonly string[] {
    return [...this.#clients.values()].map((client) => client.session.clientId);
  }

  start(): void {
    this.#stopListening ??= this.#places.map((place) => this.#listen(place));
  }

  /**
   * Dies as if killed, or is shut down: connections break or are closed, wills are not sent; sessions and retained messages
   * stay for `start`.
   */
  stop(how: "killed" | "shut down" = "killed"): void {
    for (const stop of this.#stopListening ?? []) stop();
    this.#stopListening = undefined;
    for (const client of this.#clients.values()) client.will = undefined;
    for (const connection of [...this.#connections]) {
      if (how === "killed") connection.reset();
      else connection.close("broker shut down");
    }
  }

  /** Loses sessions and retained messages; only when stopped. */
  forget(): void {
    if (this.#stopListening !== undefined) throw new Error("broker: forget() while it runs; stop() it first");
    for (const session of this.#sessions.values()) this.#end(session);
    this.#retained.clear();
  }

  /** Publishes a message of the broker's own. */
  publish(publication: Publication): void {
    this.#route(undefined, publication);
  }

  #listen({ clock, network }: Place): () => void {
    return network.listen(this.#options.port ?? 1883, (socket) => this.#accept(socket, clock));
  }

  #accept(socket: VirtualSocket, clock: Clock): void {
    const owner = {
      onPacket: (connection: ClientConnection, packet: ClientPacket) => {
        this.#options.onPacket?.("arrived");
        if (connection.closed) return;
        this.#onPacket(connection, packet);
        this.#options.onPacket?.("handled");
      },
      onClosed: (connection: ClientConnection) => this.#onClosed(connection),
    };
    this.#connections.add(new ClientConnection(socket, clock, owner, this.#options.maximumPacketBytes));
  }

  #onPacket(connection: ClientConnection, packet: ClientPacket): void {
    const client = this.#clients.get(connection);
    if (client === undefined) {
      if (packet.type !== "connect") throw new ProtocolError(`${packet.type} before CONNECT`);
      return this.#onConnect(connection, packet);
    }
    const { session } = client;
    switch (packet.type) {
      case "connect":
        throw new ProtocolError("a second CONNECT");
      case "publish":
        this.#route(session, packet);
        if (packet.qos > 0) connection.send(puback(packet.id));
        return;
      case "puback":
        return session.acknowledge(packet.id);
      case "subscribe":
        return this.#onSubscribe(connection, session, packet);
      case "unsubscribe":
        for (const filter of packet.filters) this.#unsubscribe(session, filter);
        return connection.send(unsuback(packet.id));
      case "pingreq":
        return connection.send(pingresp());
      case "disconnect":
        client.will = undefined;
        return connection.close("disconnected");
    }
  }

  /** §3.1.4. */
  #onConnect(connection: ClientConnection, packet: Connect): void {
    const { clean, will, keepAliveS, user, password } = packet;
    const refusal = this.#refusal(packet, user, password);
    if (refusal !== 0) {
      connection.send(connack(false, refusal));
      return connection.close(`refused with ${refusal}`);
    }
    const clientId = packet.clientId === "" ? `unnamed-${++this.#unnamed}` : packet.clientId;
    const known = this.#sessions.get(clientId);
    if (known !== undefined) {
      if (known.clock !== connection.clock) throw new Error(`broker: ${clientId} connects from two networks`);
      for (const [other, { session }] of this.#clients) if (session === known) other.close("taken over");
    }
    const resumed = known !== undefined && !clean && !known.clean ? known : undefined;
    if (known !== undefined && resumed === undefined) this.#end(known);
    const session = resumed ?? new ClientSession(clientId, clean, connection.clock);
    this.#sessions.set(clientId, session);
    this.#clients.set(connection, { session, will });
    connection.keepAlive(keepAliveS);
    connection.send(connack(resumed !== undefined, 0));
    session.attach((bytes) => connection.send(bytes));
  }

  #refusal({ level, clientId, clean }: Connect, user: string | undefined, password: Uint8Array | undefined): number {
    if (level !== 4) return 1;
    if (clientId === "" && !clean) return 2;
    return this.#options.authenticate?.(clientId, user, password) ?? 0;
  }

  /** §3.8.4: SUBACK, then the retained messages that each filter matches. */
  #onSubscribe(
    connection: ClientConnection,
    session: ClientSession,
    { id, filters }: Extract<ClientPacket, { type: "subscribe" }>,
  ): void {
    const granted = filters.map(({ qos }) => (qos > 0 ? 1 : 0));
    filters.forEach(({ filter }, index) => {
      session.filters.add(filter);
      this.#subscriptions.add(filter, session, granted[index]!);
    });
    connection.send(suback(id, granted));
    filters.forEach(({ filter }, index) => {
      for (const publication of this.#retainedFor(filter)) {
        deliver(publication.by, publication, session, granted[index]!);
      }
    });
  }

  #retainedFor(filter: string): Retained[] {
    if (!filter.includes("+") && !filter.includes("#")) {
      const only = this.#retained.get(filter);
      return only === undefined ? [] : [only];
    }
    return [...this.#retained.values()].filter(({ topic }) => matches(filter, topic));
  }

  #onClosed(connection: ClientConnection): void {
    this.#connections.delete(connection);
    const client = this.#clients.get(connection);
    if (client === undefined) return;
    this.#clients.delete(connection);
    const { session, will } = client;
    session.detach();
    if (session.clean) this.#end(session);
    if (will !== undefined) this.#route(session, will);
  }

  #route(by: ClientSession | undefined, { topic, payload, qos, retain }: Publication): void {
    if (retain && payload.length === 0) this.#retained.delete(topic);
    else if (retain) this.#retained.set(topic, { topic, payload, qos, retain, by });
    this.#options.onPublish?.(by?.clientId ?? "", topic, payload, qos, retain);
    const delivered = { topic, payload, qos, retain: false };
    for (const [session, granted] of this.#subscriptions.of(topic)) deliver(by, delivered, session, granted);
  }

  #unsubscribe(session: ClientSession, filter: string): void {
    if (session.filters.delete(filter)) this.#subscriptions.remove(filter, session);
  }

  /** Nothing is kept of it any more. */
  #end(session: ClientSession): void {
    for (const filter of session.filters) this.#unsubscribe(session, filter);
    if (this.#sessions.get(session.clientId) === session) this.#sessions.delete(session.clientId);
  }
}

function deliver(by: ClientSession | undefined, publication: Publication, to: ClientSession, granted: number): void {
  if (by !== undefined && by.clock !== to.clock) {
    const { topic } = publication;
    throw new Error(`broker: ${to.clientId} subscribes to ${topic} of ${by.clientId}, which is on another network`);
  }
  to.deliver(publication, granted);
}
