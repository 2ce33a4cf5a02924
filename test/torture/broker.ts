import type { SettingsOverrides } from "../../firmware/settings/settings.js";
import { FlashOutbox } from "../../firmware/outbox/flash-outbox.js";
import type { OutboxMessage } from "../../firmware/outbox/outbox.js";
import { QUEUED_STREAMS } from "../../firmware/publishing/streams.js";
import { composeSettings } from "../../firmware/settings/settings.js";
import { decode } from "../../hosts/node/decode.js";
import { READY_MADE } from "../../hosts/simulated/nodes.js";
import { seeded } from "../../hosts/simulated/options.js";
import { SimulatedNode } from "../../hosts/simulated/simulated-node.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { FlashModel } from "../../simulator/io/flash.js";
import { MemoryKeyValue } from "../../simulator/io/key-value.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { Random } from "../../simulator/random.js";
import { VirtualConsumer } from "../support/virtual-consumer.js";
import { inBrief } from "./failure.js";

export interface BrokerRun {
  readonly promise: "broker" | "consumer";
  readonly seed: number;
  /** Times that the broker is killed. */
  readonly kills: number;
}

export interface BrokerResult {
  kills: number;
  /** Of those: connections closed in order; everything forgotten; power of the node cut a moment later. */
  shutDown: number;
  forgetful: number;
  powerCuts: number;
  /** Messages that the broker took, and that came out of the consumer. */
  accepted: number;
  delivered: number;
  /** Messages that the broker took more than once, and that the consumer was sent more than once. */
  resent: number;
  duplicates: number;
  /** Messages that the broker had acknowledged and the consumer never got: promised to the broker only. */
  forgotten: number;
  hours: number;
  readonly failures: string[];
}

const START_UTC = Date.UTC(2026, 10, 1);
const SETTLE_MS = 240_000;
/** Of kills, one in so many is followed by a power cut of the node. */
const POWER_CUT_EACH = 12;
const FLASH_BLOCKS = 64;

function settingsFor(promise: "broker" | "consumer"): SettingsOverrides {
  return {
    // Every value is a message, and every message is on flash at once.
    batch: { maximumRecords: 1 },
    outbox: { promise, confirmS: 30, exposedBytes: 0, acknowledgeEvery: 4 },
    mqtt: { reconnectSpreadMs: 1000, backoffFirstMs: 500, backoffCapMs: 5000, acknowledgeTimeoutMs: 5000 },
    health: { intervalMs: 10_000 },
  };
}

/**
 * Kills the broker at packets, in every way: before or after one was handled or some ms later, closing connections or
 * breaking them, with or without what it has kept. What the node has accepted must have reached the broker; promised to the
 * consumer, the consumer, once.
 */
export function killBroker({ promise, seed, kills }: BrokerRun): BrokerResult {
  const random = new Random(seed);
  const clock = new VirtualClock(START_UTC);
  const network = new VirtualNetwork({ clock, random: random.fork("network"), latencyMs: 10, jitterMs: 20 });
  const flash = new FlashModel({ blocks: FLASH_BLOCKS, random: random.fork("flash") });
  const settings = settingsFor(promise);
  const result: BrokerResult = {
    kills: 0,
    shutDown: 0,
    forgetful: 0,
    powerCuts: 0,
    accepted: 0,
    delivered: 0,
    resent: 0,
    duplicates: 0,
    forgotten: 0,
    hours: 0,
    failures: [],
  };
  const fail = (what: string): void => {
    const again = `seed ${seed}, promise ${promise}`;
    if (result.failures.length < 10) result.failures.push(`${again}: after ${result.kills} kills: ${what}`);
  };
  /** By name: what the broker took, and what was on the node's flash when its power went. */
  const accepted = new Map<string, string>();
  const kept = new Set<string>();
  let left = 20;
  let phase: "arrived" | "handled" | "later" = "later";
  const broker: Broker = new Broker({
    clock,
    network,
    onPublish: (_, topic, payload) => {
      const { header } = decode(topic, payload, 0);
      const stream = topic.slice(topic.lastIndexOf("/") + 1);
      if (!(QUEUED_STREAMS as readonly string[]).includes(stream)) return;
      const name = nameOf(stream, header.epoch!, header.sequence!);
      const bytes = payload.join();
      const before = accepted.get(name);
      if (before !== undefined) result.resent++;
      if (before !== undefined && before !== bytes) fail(`${name} was sent with other bytes than before`);
      accepted.set(name, bytes);
    },
    onPacket: (now) => {
      if (now === "arrived") left--;
      if (left > 0 || result.kills >= kills) return;
      if (phase === "later") {
        left = Infinity;
        clock.schedule(kill, random.integer() % 40);
      } else if (phase === now) kill();
    },
  });
  const kill = (): void => {
    result.kills++;
    const shutDown = random.integer() % 3 === 0;
    broker.stop(shutDown ? "shut down" : "killed");
    if (shutDown) result.shutDown++;
    if (random.integer() % 2 === 0) {
      broker.forget();
      result.forgetful++;
    }
    if (random.integer() % POWER_CUT_EACH === 0) {
      clock.schedule(cutPower, random.integer() % 3000);
      result.powerCuts++;
    }
    // Often while a connection is being made; mostly late enough for what has piled up.
    left = 1 + (random.integer() % (random.integer() % 4 === 0 ? 12 : 240));
    phase = (["arrived", "handled", "later"] as const)[random.integer() % 3]!;
    clock.schedule(() => broker.start(), 100 + (random.integer() % 8000));
  };
  const node = new SimulatedNode(
    {
      node: "pump-room",
      seed,
      ...seeded(seed),
      startUtc: START_UTC,
      identity: { site: "plant", node: "p1" },
      settings,
      broker: { host: "192.168.1.10", port: 1883 },
    },
    clock,
    network.client(),
    { storage: new MemoryKeyValue(), flash },
  );
  const cutPower = (): void => {
    for (const { stream, epoch, sequence } of contentOf(flash, settings)) {
      kept.add(nameOf(QUEUED_STREAMS[stream]!, epoch, sequence));
    }
    node.reset();
  };
  const consumer = new VirtualConsumer(clock, network, random.fork("consumer"));
  try {
    node.start();
    while (result.kills < kills && result.failures.length === 0) clock.advanceTo(clock.ticks() + 60_000);
    clock.advanceTo(clock.ticks() + SETTLE_MS);
    node.node.flush();
    clock.advanceTo(clock.ticks() + 5000);
    check();
  } catch (error) {
    fail(inBrief(error));
  }
  result.accepted = accepted.size;
  result.duplicates = consumer.duplicates;
  result.hours = clock.ticks() / 3_600_000;
  return result;

  function check(): void {
    for (const name of holesIn(accepted.keys())) fail(`${name} never came to the broker`);
    for (const name of kept) if (!accepted.has(name)) fail(`${name} was on flash, and never came to the broker`);
    const taken = new Set<string>();
    for (const { stream, epoch, sequence } of consumer.taken) {
      if (!(QUEUED_STREAMS as readonly string[]).includes(stream)) continue;
      const name = nameOf(stream, epoch!, sequence!);
      if (taken.has(name)) fail(`${name} came out of the consumer twice`);
      taken.add(name);
    }
    result.delivered = taken.size;
    const missing = [...accepted.keys()].filter((name) => !taken.has(name));
    if (promise === "broker") result.forgotten = missing.length;
    else for (const name of missing) fail(`${name} never came out of the consumer`);
    const lost = consumer.notices.filter(({ notice }) => notice.kind === "lost");
    if (promise === "consumer" && lost.length > 0) fail(`${JSON.stringify(lost[0])} was told to be lost`);
    for (const { reason, ticks } of node.resets)
      if (reason !== "power-on") fail(`the node restarted by itself: ${reason} at ${ticks} ms`);
    for (const violation of flash.violations) fail(violation.message);
  }
}

function nameOf(stream: string, epoch: number, sequence: number): string {
  return `${stream} ${epoch}:${sequence}`;
}

/** Numbers that an epoch of a stream leaves out, up to the last one that is there. */
function holesIn(names: Iterable<string>): string[] {
  const last = new Map<string, number>();
  const all = new Set(names);
  for (const name of all) {
    const [counter, sequence] = name.split(":") as [string, string];
    last.set(counter, Math.max(last.get(counter) ?? -1, Number(sequence)));
  }
  return [...last].flatMap(([counter, to]) =>
    Array.from({ length: to + 1 }, (_, i) => `${counter}:${i}`).filter((name) => !all.has(name)),
  );
}

/** What is in a journal and waits, read by another outbox on a copy of the flash. */
function contentOf(flash: FlashModel, settings: SettingsOverrides): OutboxMessage[] {
  const copy = new FlashModel({ blocks: flash.blocks }).restore(flash.snapshot());
  const outbox = new FlashOutbox<OutboxMessage>(
    {
      flash: copy,
      clock: new VirtualClock(),
      settings: composeSettings(READY_MADE["pump-room"].definition, settings).outbox,
      epoch: 0,
    },
    {
      revive: (stored) => stored,
    },
  );
  const found: OutboxMessage[] = [];
  for (let message = outbox.peek(); message !== undefined; message = outbox.peek()) {
    found.push(message);
    outbox.markSent();
  }
  return found;
}
