import type { NodeDefinition } from "../../firmware/definition.js";
import { SensorNode } from "../../firmware/node.js";
import type { Clock, Timer } from "../../firmware/ports/clock.js";
import type { Flash, KeyValue } from "../../firmware/ports/storage.js";
import type { Network } from "../../firmware/ports/network.js";
import type { Board } from "../../simulator/boards/board.js";
import type { VirtualClock } from "../../simulator/clock.js";
import { PowerCycle } from "../../simulator/faults/power.js";
import { FlashModel } from "../../simulator/io/flash.js";
import { MemoryKeyValue } from "../../simulator/io/key-value.js";
import { Random } from "../../simulator/random.js";
import type { World } from "../../simulator/world/world.js";
import { READY_MADE } from "./nodes.js";
import type { SimulationOptions } from "./options.js";

/** 256 KiB, where the owner gives none. */
const FLASH_BLOCKS = 64;

/** What a node keeps while it is switched off. */
export interface KeptParts {
  /** What an earlier start has kept; without it the node starts for the first time. */
  readonly storage?: KeyValue | undefined;
  /** Where messages wait; without it a part of its own that is new. "none": in memory. */
  readonly flash?: Flash | "none" | undefined;
}

/** What a node is given beside its options. */
export interface SimulatedParts extends KeptParts {
  /** Puts something before the node's own world (a recording, say). */
  readonly wrap?: ((world: World) => World) | undefined;
  /** Puts something between the node and its timers: a crystal that drifts, calls that never come. */
  readonly wrapClock?: ((clock: Clock) => Clock) | undefined;
  /** Puts other drivers in the place of the definition's, ones that misbehave, say. */
  readonly wrapDefinition?: ((definition: NodeDefinition) => NodeDefinition) | undefined;
}

/** From a reset to the start of the firmware. */
const BOOT_MS = 300;
/** A watchdog that was fed once resets the machine when it is not fed for so long. */
const WATCHDOG_MS = 30_000;

/**
 * The firmware on a simulated board in a simulated world, with whatever network the host has. Time is the owner's. The
 * machine can be reset: what the node keeps, the world and its time go on, everything else begins anew.
 */
export class SimulatedNode {
  readonly clock: VirtualClock;
  /** Of every start but the first: the reason, and the owner's ticks. */
  readonly resets: { readonly reason: string; readonly ticks: number }[] = [];
  readonly #options: SimulationOptions;
  readonly #network: Network;
  readonly #parts: SimulatedParts;
  readonly #storage: KeyValue;
  readonly #flash: Flash | "none";
  readonly #random: Random;
  readonly #world: World;
  /** What was asked of the node; it is again after a reset. */
  #asked: "nothing" | "connect" | "start" = "nothing";
  #cycle!: PowerCycle;
  #board!: Board;
  #node!: SensorNode;
  #watchdog: Timer | undefined;

  /** @throws SettingsError when the settings are not right, RangeError when the flash is not */
  constructor(options: SimulationOptions, clock: VirtualClock, network: Network, parts: SimulatedParts = {}) {
    const { wrap = (world) => world, storage = new MemoryKeyValue(), flash } = parts;
    const random = new Random(options.seed);
    const draws = { board: random.fork("board"), world: random.fork("world"), jitter: random.fork("jitter") };
    const flashDraws = random.fork("flash");
    if (storage.read("epoch") === undefined) storage.write("epoch", options.epoch - 1);
    this.clock = clock;
    this.#options = options;
    this.#network = network;
    this.#storage = storage;
    this.#flash = flash ?? new FlashModel({ blocks: FLASH_BLOCKS, random: flashDraws });
    this.#parts = parts;
    this.#random = random;
    this.#world = wrap(READY_MADE[options.node].world(draws.world));
    this.#boot("power-on", draws);
  }

  /** Those of the present start. */
  get node(): SensorNode {
    return this.#node;
  }
  get board(): Board {
    return this.#board;
  }

  /** Has the node measure and publish, now and after every reset. */
  start(): void {
    this.#asked = "start";
    this.#node.start();
  }

  /** As {@link start}, but the owner asks for each sample. */
  connect(): void {
    this.#asked = "connect";
    this.#node.connect();
  }

  /** The node says goodbye; nothing starts it again. */
  stop(): void {
    this.#asked = "nothing";
    this.#node.stop();
  }

  /** Switches the machine off at once, whatever it is doing. */
  cutPower(): void {
    this.#cycle.end();
    this.#starve();
  }

  /**
   * Resets the machine at once, or switches it on again.
   *
   * @param reason what the node is told of it: `power-on`, `watchdog`, `brown-out`, `panic` …
   */
  reset(reason = "power-on"): void {
    this.cutPower();
    this.clock.schedule(() => {
      // It may have been reset again meanwhile.
      if (this.#cycle.on) return;
      this.resets.push({ reason, ticks: this.clock.ticks() });
      try {
        this.#boot(reason, { board: this.#random.fork("board"), jitter: this.#random.fork("jitter") });
        if (this.#asked === "start") this.#node.start();
        else if (this.#asked === "connect") this.#node.connect();
      } catch {
        // A program that ends by an exception is started again, as on a board.
        this.reset("panic");
      }
    }, BOOT_MS);
  }

  /** @param draws noise and jitter, other ones at every start */
  #boot(resetReason: string, draws: { board: Random; jitter: Random }): void {
    const { node, settings, identity, broker, clientId } = this.#options;
    const { definition, board } = READY_MADE[node];
    const { wrapClock = (inner) => inner, wrapDefinition = (own) => own } = this.#parts;
    const cycle = new PowerCycle(this.clock, this.#network);
    this.#cycle = cycle;
    this.#board = board({ clock: cycle.boardClock, random: draws.board, world: this.#world });
    this.#node = new SensorNode({
      definition: wrapDefinition(definition),
      settings,
      identity,
      broker,
      clientId,
      io: this.#board.io,
      network: cycle.network,
      clock: wrapClock(cycle.clock),
      system: {
        resetReason,
        random: () => draws.jitter.next(),
        restart: () => this.reset("software"),
        feedWatchdog: () => this.#feed(),
        stopWatchdog: () => this.#starve(),
      },
      storage: this.#storage,
      flash: this.#flash === "none" ? undefined : this.#flash,
    });
  }

  #feed(): void {
    this.#starve();
    this.#watchdog = this.clock.schedule(() => this.reset("watchdog"), WATCHDOG_MS);
  }

  /** There is no watchdog until it is fed. */
  #starve(): void {
    if (this.#watchdog !== undefined) this.clock.cancel(this.#watchdog);
    this.#watchdog = undefined;
  }
}
