import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import type { Clock } from "../../firmware/ports/clock.js";
import { decode } from "../../hosts/node/decode.js";
import type { Decoded } from "../../hosts/node/decoded.js";
import { READY_MADE, resolutionsOf } from "../../hosts/simulated/nodes.js";
import { seeded } from "../../hosts/simulated/options.js";
import { SimulatedNode } from "../../hosts/simulated/simulated-node.js";
import type { SimulatedParts } from "../../hosts/simulated/simulated-node.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { FaultyTimers } from "../../simulator/faults/timers.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { SntpServer } from "../../simulator/io/sntp-server.js";
import { Random } from "../../simulator/random.js";
import { START_UTC } from "./virtual-node.js";

type EventLine = Extract<Decoded, { event: string }>;
type HealthLine = Extract<Decoded, { health: object }>;

export interface SupervisedOptions {
  readonly settings?: SettingsOverrides;
  /** Ticks at which the host knows the time (default 0; Infinity: never, the node must ask). */
  readonly synchronisedAt?: number;
  /** Between the node and its timers, beside the faults. */
  readonly wrapClock?: (clock: Clock) => Clock;
  readonly parts?: SimulatedParts;
}

/** A pump room that can be reset, with its broker, three time servers, and timers that can fail. */
export function supervisedNode({ settings = {}, synchronisedAt = 0, wrapClock, parts }: SupervisedOptions = {}) {
  const clock = new VirtualClock(START_UTC, synchronisedAt);
  const network = new VirtualNetwork({ clock, random: new Random(1), latencyMs: 20 });
  const lines: (Decoded & { at: number; stream: string; epoch: number | undefined })[] = [];
  const seen = new Set<string>();
  const resolutions = resolutionsOf(READY_MADE["pump-room"].definition);
  const utc = () => START_UTC + clock.ticks();
  const broker = new Broker({
    clock,
    network,
    onPublish: (_, topic, payload) => {
      const { header, lines: decoded } = decode(topic, payload, utc() / 1000, resolutions);
      const stream = topic.slice(topic.lastIndexOf("/") + 1);
      // A power cut may bring what the broker has had: at least once is what is promised.
      const message = `${stream} ${header.epoch} ${header.sequence}`;
      if (header.sequence !== undefined && seen.has(message)) return;
      seen.add(message);
      for (const line of decoded) lines.push({ epoch: header.epoch, ...line, at: clock.ticks(), stream });
    },
  });
  const servers = ["one", "two", "three"].map((name, i) => {
    const address = `192.168.1.${21 + i}`;
    network.names.set(`${name}.time.example`, address);
    return new SntpServer({ datagrams: network.datagrams, address, clock, startUtc: START_UTC });
  });
  const faults: FaultyTimers[] = [];
  const machine = new SimulatedNode(
    {
      node: "pump-room",
      seed: 1,
      ...seeded(1),
      startUtc: START_UTC,
      identity: { site: "plant", node: "p1" },
      settings: {
        ...settings,
        time: { servers: "one.time.example,two.time.example,three.time.example", ...settings.time },
      },
      broker: { host: "192.168.1.10", port: 1883 },
    },
    clock,
    network.client(),
    {
      ...parts,
      wrapClock: (inner) => {
        const faulty = new FaultyTimers(wrapClock === undefined ? inner : wrapClock(inner));
        faults.push(faulty);
        return faulty;
      },
    },
  );
  return {
    clock,
    network,
    broker,
    servers,
    machine,
    lines,
    utc,
    /** Those of the present start. */
    timers: () => faults.at(-1)!,
    run: (ms: number) => clock.advanceTo(clock.ticks() + ms),
    events: (event: string) =>
      lines.filter((line): line is (typeof lines)[number] & EventLine => "event" in line && line.event === event),
    health: () => lines.findLast((line): line is (typeof lines)[number] & HealthLine => "health" in line)!.health,
  };
}
