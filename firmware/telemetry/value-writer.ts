import type { CborWriter } from "../data/cbor.js";
import type { Batch, Profile } from "./batch.js";
import { DenseWriter } from "./dense.js";
import { writeDenseQuality } from "./dense-messages.js";
import { writeQuality } from "./senml.js";
import type { MessageHeader, SenmlChannel } from "./senml.js";
import { SenmlWriter } from "./senml-writer.js";

/** Writes values and changes of quality in the profile that the settings ask for. Times are UTC seconds; 0: not known yet. */
export class ValueWriter {
  readonly #writer: CborWriter;
  readonly #buffer: Uint8Array;
  readonly #channels: readonly SenmlChannel[];
  #senml: SenmlWriter | undefined;
  #dense: DenseWriter | undefined;
  #capacity = 0;

  /** @param writer where messages go; it writes into `buffer` */
  constructor(writer: CborWriter, buffer: Uint8Array, channels: readonly SenmlChannel[]) {
    this.#writer = writer;
    this.#buffer = buffer;
    this.#channels = channels;
  }

  /**
   * Writes in this profile from now on.
   *
   * @param capacity values that a batch holds at most
   * @returns whether channels have numbers now, and had none before
   */
  use(profile: Profile, capacity: number): boolean {
    const before = this.#dense;
    if (profile !== "dense") this.#dense = undefined;
    else if (before === undefined || capacity !== this.#capacity) {
      this.#dense = new DenseWriter(this.#writer, this.#buffer, this.#channels, capacity);
    }
    this.#capacity = capacity;
    return before === undefined && this.numbered;
  }

  /** Channels go by their numbers, which the consumer must be told. */
  get numbered(): boolean {
    return this.#dense !== undefined;
  }

  /** Writes a batch, which must not be empty; returns where its time stands, a double where it is not known. */
  values(batch: Batch, header: MessageHeader, time: number): number {
    if (this.#dense === undefined) {
      this.#senml ??= new SenmlWriter(this.#writer, this.#buffer, this.#channels);
      return this.#senml.values(batch, header, time);
    }
    return this.#dense.values(batch, header, time === 0 ? undefined : time);
  }

  /** Writes a change of quality of the channel of this number; returns as {@link values}. */
  quality(channel: number, quality: string, header: MessageHeader, time: number): number {
    if (this.#dense === undefined) {
      return writeQuality(this.#writer, this.#channels[channel]!, quality, header, time);
    }
    return writeDenseQuality(this.#writer, channel, quality, header, time === 0 ? undefined : time);
  }
}
