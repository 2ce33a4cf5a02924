import type { Clock } from "../../firmware/ports/clock.js";
import { seeded } from "../../hosts/simulated/options.js";
import { SimulatedNode } from "../../hosts/simulated/simulated-node.js";
import type { PumpRoomBoard } from "../../simulator/boards/pump-room.js";
import { Broker } from "../../simulator/broker/broker.js";
import { VirtualClock } from "../../simulator/clock.js";
import { DriftingClock } from "../../simulator/faults/clock.js";
import { damageOf, partlyErased, sometimes } from "../../simulator/faults/flash.js";
import { FaultyTimers } from "../../simulator/faults/timers.js";
import { FlashModel } from "../../simulator/io/flash.js";
import { VirtualNetwork } from "../../simulator/io/network.js";
import { SntpServer } from "../../simulator/io/sntp-server.js";
import { Random } from "../../simulator/random.js";
import { AcceptedData } from "./accepted-data.js";
import { CountedClock } from "./counted-clock.js";
import { MonthReceiver } from "./month-receiver.js";

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const START_UTC = 1_793_491_200_000; // 2026-11-01
const BROKER = "192.168.1.10";
/** Between two faults, on the average. */
const FAULTS_MS = 2 * HOUR;
/** At the end everything works for so long, so that all that waits can come. */
const CALM_MS = 4 * HOUR;
/** A power cut may take the last messages of a stream that were in memory only: data of 10 s, in batches. */
const MOST_LOST_AT_A_CUT = 4;

export interface MonthOptions {
  readonly seed: number;
  readonly days: number;
  /** Bytes of heap in use after a collection, where there is such a number. */
  readonly heapBytes?: () => number;
}

type Kind = "network" | "half-open" | "reset" | "bus" | "power" | "torn" | "brown-out" | "clock" | "liar" | "hang";
const KINDS: readonly Kind[] = [
  "network",
  "half-open",
  "reset",
  "bus",
  "power",
  "torn",
  "brown-out",
  "clock",
  "liar",
  "hang",
];

/** A pump room over so many days, with a fault of any kind every two hours, its message stream checked one by one. */
export class Month {
  readonly #random: Random;
  readonly #clock = new VirtualClock(START_UTC, Infinity);
  readonly #network: VirtualNetwork;
  readonly #servers: readonly SntpServer[];
  readonly #flash: FlashModel;
  readonly #machine: SimulatedNode;
  readonly #receiver = new MonthReceiver();
  readonly #accepted = new AcceptedData();
  #crystal: DriftingClock | undefined;
  #counted: CountedClock | undefined;
  #timers: FaultyTimers | undefined;
  /** A board on whose bus a part is missing. */
  #without: PumpRoomBoard | undefined;
  #faults = 0;

  constructor({ seed }: MonthOptions) {
    this.#random = new Random(seed).fork("month");
    const clock = this.#clock;
    const network = new VirtualNetwork({
      clock,
      random: new Random(seed).fork("network"),
      latencyMs: 20,
      jitterMs: 30,
      loss: 0.01,
    });
    this.#network = network;
    this.#servers = ["one", "two", "three"].map((name, i) => {
      const address = `192.168.1.${21 + i}`;
      network.names.set(`${name}.time.example`, address);
      return new SntpServer({ datagrams: network.datagrams, address, clock, startUtc: START_UTC });
    });
    new Broker({ clock, network, onPublish: (_, topic, payload) => this.#receiver.take(topic, payload) });
    this.#flash = new FlashModel({ blocks: 64, random: new Random(seed).fork("flash") });
    this.#flash.disturb = sometimes(new Random(seed).fork("disturb"), 0.02, partlyErased);
    this.#observe();
    this.#machine = new SimulatedNode(
      {
        node: "pump-room",
        seed,
        ...seeded(seed),
        identity: { site: "plant", node: "p1" },
        settings: { time: { servers: "one.time.example,two.time.example,three.time.example" } },
        broker: { host: BROKER, port: 1883 },
      },
      clock,
      network.client(),
      { flash: this.#flash, wrapClock: (inner) => this.#wrap(inner) },
    );
  }

  run({ days, heapBytes, seed }: MonthOptions) {
    const clock = this.#clock;
    const failures: string[] = [];
    const pending: number[] = [];
    const heap: number[] = [];
    this.#machine.start();
    let nextFault = this.#wait();
    for (let day = 0; day < days; day++) {
      while (nextFault < (day + 1) * DAY) {
        clock.advanceTo(nextFault);
        this.#fault();
        nextFault += this.#wait();
      }
      clock.advanceTo((day + 1) * DAY);
      pending.push(this.#counted!.pending);
      if (heapBytes !== undefined) heap.push(heapBytes());
    }
    this.#calm();
    clock.advanceTo(days * DAY + CALM_MS);
    const { delivered, duplicates, outOfOrder, toldLost, health } = this.#receiver;
    const fail = (text: string) => failures.push(`seed ${seed}: ${text}`);
    if (outOfOrder > 0) fail(`${outOfOrder} messages came out of order`);
    let gone = 0;
    for (const { of, missing, last } of this.#receiver.gaps()) {
      gone += missing.length;
      const early = missing.filter((sequence) => sequence <= last - MOST_LOST_AT_A_CUT);
      if (early.length > toldLost) fail(`${of}: ${early.slice(0, 5).join(", ")} … of ${last} are missing`);
    }
    const never = this.#accepted.without((epoch, sequence) => this.#receiver.hasData(epoch, sequence));
    if (never.length > toldLost) fail(`accepted and not delivered: ${never.length}, ${never.slice(0, 5).join(", ")}`);
    const queued = Number(health.get("queued"));
    if (!(queued <= 2)) fail(`${queued} messages wait at the end`);
    if (health.get("synchronised") !== true) fail("the time is not known at the end");
    const half = Math.floor(pending.length / 2);
    const most = (of: readonly number[]) => of.reduce((high, value) => Math.max(high, value), 0);
    if (half > 1 && most(pending.slice(half)) > most(pending.slice(0, half)) + 4) {
      fail(`timers grow: ${pending.join(" ")}`);
    }
    const growth = heap.length < 4 ? 0 : heap.at(-1)! - heap[Math.floor(heap.length / 3)]!;
    if (growth > 2_000_000) fail(`the heap grows by ${growth} bytes: ${heap.join(" ")}`);
    if (this.#flash.violations.length > 0) fail(`the flash was misused: ${this.#flash.violations[0]!.message}`);
    return {
      days,
      faults: this.#faults,
      resets: this.#machine.resets.length,
      watchdogResets: this.#machine.resets.filter(({ reason }) => reason === "watchdog").length,
      delivered,
      duplicates,
      acceptedData: this.#accepted.count,
      missing: gone,
      toldLost,
      timersAtMost: most(pending),
      heapGrowthBytes: growth,
      failures,
    };
  }

  #wrap(inner: Clock): Clock {
    this.#crystal = new DriftingClock(inner, this.#ppm());
    this.#counted = new CountedClock(this.#crystal);
    this.#timers = new FaultyTimers(this.#counted);
    return this.#timers;
  }

  #ppm(): number {
    return Math.round(80 * this.#random.next() - 40);
  }

  #wait(): number {
    return Math.ceil(2 * FAULTS_MS * this.#random.next());
  }

  /** Calls after up to so many ms. */
  #later(mostMs: number, callback: () => void): void {
    this.#clock.schedule(callback, Math.ceil(mostMs * this.#random.next()));
  }

  #fault(): void {
    this.#faults++;
    const random = this.#random;
    const network = this.#network;
    const machine = this.#machine;
    switch (KINDS[random.integer() % KINDS.length]!) {
      case "network":
        network.down(BROKER);
        return this.#later(2 * HOUR, () => network.up(BROKER));
      case "half-open":
        return network.cut();
      case "reset":
        return network.reset();
      case "bus": {
        const board = machine.board as PumpRoomBoard;
        if (this.#without === board) return;
        this.#without = board;
        board.i2c.detach(0x44);
        return this.#later(HOUR, () => {
          board.i2c.attach(0x44, board.hall);
          this.#without = undefined;
        });
      }
      case "power":
        machine.cutPower();
        return this.#later(20 * MINUTE, () => machine.reset("power-on"));
      case "torn":
        return this.#tear();
      case "brown-out":
        return machine.reset("brown-out");
      case "clock":
        return this.#crystal!.setPpm(this.#ppm());
      case "liar": {
        const server = this.#servers[random.integer() % 3]!;
        server.offsetMs = HOUR;
        return this.#later(6 * HOUR, () => (server.offsetMs = 0));
      }
      case "hang": {
        const timers = this.#timers!;
        return timers.lose();
      }
    }
  }

  /** The power goes in the middle of one of the next operations of the flash. */
  #tear(): void {
    const flash = this.#flash;
    const at = flash.operations + (this.#random.integer() % 8);
    const damage = this.#random.integer() % 3;
    flash.observe = (operation) => {
      const cut = flash.operations >= at;
      this.#accepted.observe(operation, cut);
      if (!cut) return;
      this.#observe();
      flash.cutAt(flash.operations, damageOf(operation, damage));
      this.#clock.schedule(() => {
        flash.cutAt(Infinity);
        flash.powerUp();
        this.#machine.reset("power-on");
      }, 0);
    };
  }

  #observe(): void {
    this.#flash.observe = (operation) => this.#accepted.observe(operation);
  }

  /** Everything works again. */
  #calm(): void {
    this.#network.up(BROKER);
    this.#observe();
    for (const server of this.#servers) server.offsetMs = 0;
  }
}

export function month(options: MonthOptions) {
  return new Month(options).run(options);
}
