import { parser } from "mqtt-packet";
import type { Packet } from "mqtt-packet";
import { generate } from "mqtt-packet";
import type { VirtualNetwork, VirtualSocket } from "../../simulator/io/network.js";

/** A broker's side of the connection in the hands of a test: it does what it is told, right or wrong. */
export class ScriptedBroker {
  /** Packets of all connections, in order. */
  readonly packets: Packet[] = [];
  /** Called with each packet. */
  onPacket: (packet: Packet) => void = () => {};
  readonly sockets: VirtualSocket[] = [];
  closed = 0;
  #reads = true;

  constructor(network: VirtualNetwork, port = 1883) {
    network.listen(port, (socket) => {
      this.sockets.push(socket);
      const stream = parser();
      stream.on("packet", (packet) => {
        this.packets.push(packet);
        this.onPacket(packet);
      });
      socket.onReadable = () => {
        if (!this.#reads) return;
        const bytes = socket.read();
        if (bytes !== undefined) stream.parse(Buffer.from(bytes));
      };
      socket.onError = () => {
        this.closed++;
        socket.close();
      };
    });
  }

  /** Accepts every CONNECT, and answers what has an answer, unless `mute` says that it should not. */
  behave(mute: (packet: Packet) => boolean = () => false): void {
    this.onPacket = (packet) => {
      if (mute(packet)) return;
      if (packet.cmd === "connect") this.send({ cmd: "connack", returnCode: 0, sessionPresent: false });
      if (packet.cmd === "publish" && packet.qos > 0) this.send({ cmd: "puback", messageId: packet.messageId! });
      if (packet.cmd === "subscribe")
        this.send({ cmd: "suback", messageId: packet.messageId!, granted: packet.subscriptions.map(({ qos }) => qos) });
      if (packet.cmd === "pingreq") this.send({ cmd: "pingresp" });
    };
  }

  /** Leaves what arrives where it is, so that the client's send buffer fills. */
  stopReading(): void {
    this.#reads = false;
  }

  startReading(): void {
    this.#reads = true;
    this.sockets.at(-1)?.onReadable?.(0);
  }

  get socket(): VirtualSocket {
    return this.sockets.at(-1)!;
  }

  send(...packets: Packet[]): void {
    for (const packet of packets) this.sendBytes(generate(packet));
  }

  sendBytes(bytes: Uint8Array): void {
    this.socket.write(Uint8Array.from(bytes));
  }

  /** Packets of one kind. */
  of<Command extends Packet["cmd"]>(command: Command): Extract<Packet, { cmd: Command }>[] {
    return this.packets.filter((packet) => packet.cmd === command) as Extract<Packet, { cmd: Command }>[];
  }
}
