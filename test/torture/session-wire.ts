import { PacketStream } from "../../simulator/broker/packet-stream.js";
import type { ClientPacket } from "../../simulator/broker/packets.js";

type Publish = Extract<ClientPacket, { type: "publish" }>;

interface Sent {
  readonly id: number;
  readonly number: number;
  connection: number;
}

/**
 * Looks at every byte that a session writes, and says where it breaks MQTT 3.1.1: a packet identifier that is used while
 * it is in flight (§2.3.1), a message sent again without DUP or under another identifier, or DUP where there is nothing
 * to repeat (§3.3.1.1), messages sent again or for the first time out of order (§4.4, §4.6), anything before CONNECT.
 * Messages are told apart by the first two bytes of their payload, their number; a number from `birth` on goes ahead.
 */
export class SessionWire {
  readonly problems: string[] = [];
  /** Messages that were sent again. */
  resent = 0;
  readonly #birth: number;
  /** In flight, in the order of their first sending. */
  readonly #inflight = new Map<number, Sent>();
  #stream = new PacketStream();
  #connection = -1;
  #connected = false;
  #lastOnConnection = -1;
  #highest = -1;

  constructor(birth: number) {
    this.#birth = birth;
  }

  /** What the session wrote to its connection of this number. */
  written(connection: number, bytes: Uint8Array): void {
    if (connection !== this.#connection) {
      this.#stream = new PacketStream();
      this.#connection = connection;
      this.#connected = false;
      this.#lastOnConnection = -1;
    }
    this.#stream.push(bytes, (packet) => {
      this.#look(packet);
      return true;
    });
  }

  /** The session says that the broker has this message. */
  acknowledged(number: number): void {
    if (!this.#inflight.delete(number)) this.#complain(`message ${number} acknowledged, which is not in flight`);
  }

  #look(packet: ClientPacket): void {
    if (packet.type === "connect") {
      if (this.#connected) this.#complain("a second CONNECT");
      this.#connected = true;
      return;
    }
    if (!this.#connected) this.#complain(`${packet.type} before CONNECT`);
    if (packet.type === "subscribe") this.#expectFree(packet.id, "SUBSCRIBE");
    if (packet.type === "publish" && packet.qos > 0) this.#onPublish(packet);
  }

  #onPublish({ payload, dup, id }: Publish): void {
    const number = 256 * payload[0]! + payload[1]!;
    const sent = this.#inflight.get(number);
    if (sent === undefined) {
      if (dup) this.#complain(`message ${number} has DUP and was never sent`);
      this.#expectFree(id, `message ${number}`);
      this.#inflight.set(number, { id, number, connection: this.#connection });
      if (number < this.#birth) {
        if (number !== this.#highest + 1) this.#complain(`message ${number} sent after ${this.#highest}`);
        this.#highest = number;
        for (const other of this.#inflight.values())
          if (other.number < number && other.connection !== this.#connection)
            this.#complain(`message ${number} sent before ${other.number} was sent again`);
      }
    } else {
      this.resent++;
      if (!dup) this.#complain(`message ${number} sent again without DUP`);
      if (sent.id !== id) this.#complain(`message ${number} sent again as ${id}, not ${sent.id}`);
      if (sent.connection === this.#connection) this.#complain(`message ${number} sent twice on one connection`);
      sent.connection = this.#connection;
    }
    if (number >= this.#birth) return;
    if (number < this.#lastOnConnection) this.#complain(`message ${number} after ${this.#lastOnConnection}`);
    this.#lastOnConnection = number;
  }

  #expectFree(id: number, what: string): void {
    for (const { id: used, number } of this.#inflight.values())
      if (used === id) this.#complain(`${what} takes the identifier ${id} of message ${number}, which is in flight`);
  }

  #complain(problem: string): void {
    this.problems.push(`connection ${this.#connection}: ${problem}`);
  }
}
