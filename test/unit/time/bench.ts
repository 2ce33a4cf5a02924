import { NodeTime } from "../../../firmware/time/node-time.js";
import { checkFields } from "../../../firmware/settings/fields.js";
import { TIME_FIELDS } from "../../../firmware/time/settings.js";
import type { TimeSettings } from "../../../firmware/time/settings.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { DriftingClock } from "../../../simulator/faults/clock.js";
import { MemoryKeyValue } from "../../../simulator/io/key-value.js";
import { VirtualNetwork } from "../../../simulator/io/network.js";
import { SntpServer } from "../../../simulator/io/sntp-server.js";
import { Random } from "../../../simulator/random.js";

export const START_UTC = 1_790_000_000_000;
export const SECOND = 1000;
export const MINUTE = 60_000;
export const HOUR = 3_600_000;
export const DAY = 86_400_000;
/** What a node has that was told nothing. */
export const TIME_DEFAULTS = checkFields({}, "time", TIME_FIELDS) as unknown as TimeSettings;

export interface TimeBenchOptions {
  servers?: number;
  ppm?: number;
  latencyMs?: number;
  jitterMs?: number;
  loss?: number;
  startUtc?: number;
  seed?: number;
  settings?: Partial<TimeSettings>;
}

/** A node's time with its crystal, some SNTP servers, and the truth beside. */
export class TimeBench {
  readonly clock = new VirtualClock();
  readonly network: VirtualNetwork;
  readonly servers: SntpServer[] = [];
  readonly storage = new MemoryKeyValue();
  readonly log: string[] = [];
  readonly startUtc: number;
  readonly random: Random;
  readonly #settings: TimeSettings;
  readonly #device;
  ppm: number;
  crystal!: DriftingClock;
  time!: NodeTime;

  constructor(options: TimeBenchOptions = {}) {
    const { servers = 3, ppm = 0, latencyMs = 10, jitterMs = 0, loss = 0, startUtc = START_UTC, seed = 1 } = options;
    this.startUtc = startUtc;
    this.ppm = ppm;
    this.random = new Random(seed);
    this.network = new VirtualNetwork({ clock: this.clock, random: this.random, latencyMs, jitterMs, loss });
    this.#device = this.network.client();
    const names: string[] = [];
    for (let i = 0; i < servers; i++) {
      const address = `10.0.0.${i + 1}`;
      names.push(`time${i}`);
      this.network.names.set(`time${i}`, address);
      this.servers.push(this.server(address));
    }
    this.#settings = { ...TIME_DEFAULTS, servers: names.join(","), ...options.settings };
    this.start();
  }

  server(address: string): SntpServer {
    const { clock, startUtc } = this;
    return new SntpServer({ datagrams: this.network.datagrams, address, clock, startUtc });
  }

  /** Power comes on, again: ticks begin at 0, storage is as it was. */
  start(settings: Partial<TimeSettings> = {}): void {
    this.time?.stop();
    this.crystal = new DriftingClock(this.clock, this.ppm);
    const note = (text: string) => void this.log.push(text);
    this.time = new NodeTime({
      clock: this.crystal,
      network: this.#device,
      storage: this.storage,
      random: () => this.random.next(),
      settings: { ...this.#settings, ...settings },
      listener: {
        onSynchronised: (source) => note(`synchronised by ${source}`),
        onStep: (byMs) => note(`step ${Math.round(byMs / 1000)} s`),
        onLost: () => note("lost"),
        onRefused: (reason) => note(`refused ${reason}`),
      },
    });
    this.time.start();
  }

  run(ms: number): void {
    this.clock.advanceTo(this.clock.ticks() + ms);
  }

  get utc(): number {
    return this.startUtc + this.clock.ticks();
  }

  /** How much too late it is by the node's account, in ms. */
  get errorMs(): number {
    const utc = this.time.utc();
    return utc === undefined ? NaN : utc - this.utc;
  }

  /** Runs for `ms` in steps; the largest error, the largest uncertainty, and whether time ever went back. */
  watch(ms: number, stepMs = 10_000) {
    const end = this.clock.ticks() + ms;
    let worst = 0;
    let uncertain = 0;
    let honest = true;
    let wentBack = false;
    let last = -Infinity;
    while (this.clock.ticks() < end) {
      this.run(Math.min(stepMs, end - this.clock.ticks()));
      const utc = this.time.utc();
      if (utc === undefined) continue;
      if (utc < last) wentBack = true;
      last = utc;
      worst = Math.max(worst, Math.abs(this.errorMs));
      uncertain = Math.max(uncertain, this.time.uncertaintyMs);
      if (Math.abs(this.errorMs) > this.time.uncertaintyMs + 1) honest = false;
    }
    return { worst, uncertain, honest, wentBack };
  }
}
