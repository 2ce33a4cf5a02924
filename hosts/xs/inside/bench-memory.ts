/**
 * The pump room from before its first line to a reconnection with a full queue, stage by stage. `stages` names them;
 * handleCommand takes the number of one (uint32), goes there, and collects garbage: what is in use is then seen from
 * outside.
 */
import { SensorNode } from "../../../firmware/node.js";
import { pumpRoom } from "../../../firmware/nodes/pump-room.js";
import { pumpRoomBoard } from "../../../simulator/boards/pump-room.js";
import { Broker } from "../../../simulator/broker/broker.js";
import type { TCP } from "../../../firmware/ports/network.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { FlashModel } from "../../../simulator/io/flash.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";
import { VirtualNetwork } from "../../../simulator/io/network.js";
import { Random } from "../../../simulator/random.js";
import { PumpRoomWorld } from "../../../simulator/world/pump-room.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** 256 KB, as `npm start` has. */
const BLOCKS = 64;

const clock = new VirtualClock(1_767_225_600_000);
let make: (() => SensorNode) | undefined;
let node: SensorNode | undefined;
let broker: Broker | undefined;
let network: VirtualNetwork | undefined;
const others: TCP[] = [];

// CONNECT for ten minutes as "zz", clean, and SUBSCRIBE to "a/b/c/d" at QoS 1 (MQTT 3.1.1 §3.1, §3.8).
const CONNECT = Uint8Array.of(0x10, 14, 0, 4, 77, 81, 84, 84, 4, 2, 2, 88, 0, 2, 122, 122);
const SUBSCRIBE = Uint8Array.of(0x82, 12, 0, 1, 0, 7, 97, 47, 98, 47, 99, 47, 100, 1);

const pass = (ms: number) => clock.advanceTo(clock.ticks() + ms);

const stages: Readonly<Record<string, () => void>> = {
  bench: () => {
    const random = new Random(1);
    const virtual = new VirtualNetwork({ clock, random: random.fork("network"), latencyMs: 20 });
    network = virtual;
    broker = new Broker({ clock, network: virtual });
    const world = new PumpRoomWorld({ random: random.fork("world") });
    const { io } = pumpRoomBoard({ clock, random: random.fork("board"), world });
    const jitter = random.fork("jitter");
    const flash = new FlashModel({ blocks: BLOCKS });
    // All of it at once: what the model keeps of a block that is programmed later would count as the node's.
    void flash.image;
    make = () =>
      new SensorNode({
        definition: pumpRoom,
        identity: { site: "plant", node: "p1" },
        broker: { host: "192.168.1.10", port: 1883 },
        clientId: "p1",
        io,
        network: virtual.client(),
        clock,
        system: { resetReason: "power-on", random: () => jitter.next() },
        storage: new MemoryKeyValue(),
        flash,
      });
    // A second of the world, so that it has grown to its size.
    pass(SECOND);
  },
  made: () => {
    node = make!();
  },
  started: () => {
    node!.start();
    pass(10 * SECOND);
  },
  // What the simulator makes of any client's connection: no part of the node.
  "another client": () => {
    let greeted = false;
    const socket: TCP = new (network!.client().TCP)({
      address: "192.168.1.10",
      port: 1883,
      onReadable: (bytes) => void socket.read(bytes),
      onWritable: () => {
        if (greeted) return;
        greeted = true;
        socket.write(CONNECT);
        socket.write(SUBSCRIBE);
      },
    });
    others.push(socket);
    pass(10 * SECOND);
  },
  "ten minutes": () => pass(10 * MINUTE),
  hour: () => pass(HOUR),
  day: () => pass(24 * HOUR),
  "broker gone": () => {
    broker!.stop();
    pass(6 * HOUR);
  },
  "broker back": () => broker!.start(),
  // One of many: whoever measures takes the worst.
  reconnecting: () => pass(100),
  "hour after": () => pass(HOUR),
};

const engine = globalThis as unknown as {
  gc: () => void;
  stages: readonly string[];
  handleCommand: (request: ArrayBuffer) => void;
};
const list = Object.values(stages);
engine.stages = Object.keys(stages);
engine.handleCommand = (request) => {
  list[new DataView(request).getUint32(0, true)]!();
  engine.gc();
};
