import type { Random } from "../../simulator/random.js";
import { CLASSES } from "./log.js";
import type { Delivered, Log, NewRecord, RecordClass } from "./log.js";

/** Where a record is in its life, as one knows it who saw every call return. */
const IN_FLIGHT = 0;
const ACCEPTED = 1;
const ACKNOWLEDGED = 2;
/** Was in flight when the power went: it may be there or not. */
const DOUBTFUL = 3;

/** Class and number, before what is drawn. */
const HEADER = 5;
const MAXIMUM_PAYLOAD = 160;

interface ClassState {
  /** By record number. Payloads of acknowledged records are kept too: they may come again. */
  readonly payloads: Uint8Array[];
  readonly states: number[];
  /** Records in the state ACCEPTED. */
  waiting: number;
  /** Gap records that were acknowledged, by sequence, and the losses that they stated, in all. */
  readonly gaps: Map<number, number>;
  toldBefore: number;
}

/** What a reading of a whole log showed. */
export interface Verdict {
  /** Corrupt records and broken order, in one sentence each. */
  readonly problems: string[];
  /** Losses that are not what they are said to be. */
  readonly losses: string[];
  /** Records that came although their acknowledgement had been taken. */
  readonly duplicates: number;
  /** Losses in gap records that came although their acknowledgement had been taken. */
  readonly statedAgain: number;
  readonly delivered: number;
  /** Records that are gone, and said to be. */
  readonly lost: number;
  /** Records that are gone and not said to be; negative where more are said to be gone than are. */
  readonly unstated: number;
}

/**
 * What must be in a journal, kept beside it in plain arrays: every record accepted and not acknowledged is delivered,
 * whole and in order, or is counted in a gap.
 */
export class Reference {
  readonly #classes: ClassState[] = CLASSES.map(() => ({
    payloads: [],
    states: [],
    waiting: 0,
    gaps: new Map(),
    toldBefore: 0,
  }));

  /** Records accepted so far, of both classes. */
  get accepted(): number {
    return this.#classes.reduce((sum, { states }) => sum + states.length, 0);
  }

  /** Records that were accepted and have not been acknowledged. */
  get neverArrived(): number {
    return this.#classes.reduce((sum, { waiting }) => sum + waiting, 0);
  }

  /** Records that were in flight at a power cut. */
  get doubtful(): number {
    return this.#count(DOUBTFUL);
  }

  get acknowledged(): number {
    return this.#count(ACKNOWLEDGED);
  }

  /** Losses that acknowledged gap records stated. */
  get stated(): number {
    return this.#classes.reduce((sum, { toldBefore }) => sum + toldBefore, 0);
  }

  /**
   * The next record of a class, in flight from now on. What follows its number is noise, ones or zeros, or a piece of
   * `image`, which may look like a record of the journal's own.
   */
  draw(cls: RecordClass, random: Random, image: Uint8Array): NewRecord {
    const state = this.#classes[cls]!;
    const id = state.states.length;
    const length = HEADER + (random.integer() % 8 === 0 ? random.integer() % MAXIMUM_PAYLOAD : random.integer() % 60);
    const payload = new Uint8Array(length);
    const kind = random.integer() % 6;
    if (kind === 0) payload.fill(0xff);
    else if (kind === 2) payload.set(image.subarray(random.integer() % (image.length - length)).subarray(0, length));
    else if (kind > 2) for (let i = 0; i < length; i++) payload[i] = random.integer();
    payload.set([cls, id & 0xff, (id >>> 8) & 0xff, (id >>> 16) & 0xff, id >>> 24]);
    state.payloads.push(payload);
    state.states.push(IN_FLIGHT);
    return { cls, payload };
  }

  /** Everything in flight is accepted. */
  commit(): void {
    for (const state of this.#classes) {
      for (let id = state.states.length - 1; id >= 0 && state.states[id] === IN_FLIGHT; id--) {
        state.states[id] = ACCEPTED;
        state.waiting++;
      }
    }
  }

  /** The power went: what was in flight may be there or not. Returns how many that are. */
  doubt(): number {
    let count = 0;
    for (const { states } of this.#classes) {
      for (let id = states.length - 1; id >= 0 && states[id] === IN_FLIGHT; id--, count++) states[id] = DOUBTFUL;
    }
    return count;
  }

  /** One of its own, for what happens after a cut that is only tried. */
  clone(): Reference {
    const clone = new Reference();
    for (const [cls, { payloads, states, waiting, gaps, toldBefore }] of this.#classes.entries()) {
      clone.#classes[cls] = {
        payloads: payloads.slice(),
        states: states.slice(),
        waiting,
        gaps: new Map(gaps),
        toldBefore,
      };
    }
    return clone;
  }

  /** The journal was told that these items, the oldest of the class, have arrived. */
  acknowledge(cls: RecordClass, items: readonly Delivered[]): void {
    const state = this.#classes[cls]!;
    for (const { sequence, payload, lost } of items) {
      if (payload === undefined && state.gaps.get(sequence) !== lost) {
        state.gaps.set(sequence, lost);
        state.toldBefore += lost;
      }
      const id = payload === undefined ? undefined : this.#identify(cls, payload);
      if (id === undefined) continue;
      if (state.states[id] === ACCEPTED) state.waiting--;
      state.states[id] = ACKNOWLEDGED;
    }
  }

  /** Reads all that waits in a log and says what is wrong with it. */
  check(log: Log): Verdict {
    const problems: string[] = [];
    const losses: string[] = [];
    let duplicates = 0;
    let delivered = 0;
    let lost = 0;
    let unstated = 0;
    let statedAgain = 0;
    for (const cls of CLASSES) {
      const state = this.#classes[cls]!;
      const name = cls === 0 ? "alarm" : "data";
      let sequence = -1;
      let last = -1;
      let waiting = 0;
      let told = 0;
      for (const item of log.read(cls)) {
        if (item.sequence <= sequence) problems.push(`${name}: sequence ${item.sequence} after ${sequence}`);
        sequence = item.sequence;
        if (item.payload === undefined) {
          if (state.gaps.get(sequence) === item.lost) statedAgain += item.lost;
          else told += item.lost;
          continue;
        }
        delivered++;
        const id = this.#identify(cls, item.payload);
        if (id === undefined) {
          problems.push(`${name}: corrupt record delivered, sequence ${sequence}`);
          continue;
        }
        if (id <= last) problems.push(`${name}: record ${id} after ${last}`);
        last = id;
        if (state.states[id] === ACCEPTED) waiting++;
        else if (state.states[id] === ACKNOWLEDGED) duplicates++;
      }
      const missing = state.waiting - waiting - state.toldBefore - told;
      if (missing !== 0) {
        const first = missing > 0 ? `, first missing ${this.#firstMissing(cls, log)}` : "";
        losses.push(`${name}: ${missing} records lost and not stated${first}`);
      }
      unstated += missing;
      lost += told;
    }
    return { problems, losses, duplicates, statedAgain, delivered, lost, unstated };
  }

  #count(wanted: number): number {
    let count = 0;
    for (const { states } of this.#classes) for (const state of states) if (state === wanted) count++;
    return count;
  }

  #identify(cls: RecordClass, payload: Uint8Array): number | undefined {
    if (payload.length < HEADER || payload[0] !== cls) return undefined;
    const id = numberOf(payload);
    const expected = this.#classes[cls]!.payloads[id];
    if (expected === undefined || expected.length !== payload.length) return undefined;
    for (let i = 0; i < payload.length; i++) if (payload[i] !== expected[i]) return undefined;
    return id;
  }

  #firstMissing(cls: RecordClass, log: Log): number {
    const there = new Set(log.read(cls).map(({ payload }) => (payload === undefined ? -1 : numberOf(payload))));
    return this.#classes[cls]!.states.findIndex((state, id) => state === ACCEPTED && !there.has(id));
  }
}

function numberOf(payload: Uint8Array): number {
  return (payload[1]! | (payload[2]! << 8) | (payload[3]! << 16) | (payload[4]! << 24)) >>> 0;
}
