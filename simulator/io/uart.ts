import type { Clock, Timer } from "../../firmware/ports/clock.js";
import type { Serial, SerialOptions } from "../../firmware/ports/io.js";

/** Bytes in either FIFO (ESP32 Technical Reference Manual, §13.3.3: 128 × 8 bits each). */
export const FIFO_BYTES = 128;
/** Received bytes that interrupt (UART_RXFIFO_FULL_THRHD, 0x60 after reset, which the SDK leaves as it is). */
export const FULL_BYTES = 96;
/** Silence that interrupts when less has come: the SDK sets 4 characters, of about 11 bits each (ESP-IDF, uart_set_rx_timeout). */
const SILENCE_BITS = 44;
/** Bytes left to send, below which `onWritable` is called (SDK, kTransmitTreshold). */
const EMPTY_BYTES = 10;

/**
 * The FIFOs and interrupts of one UART, as the SDK's class on ESP32 uses them (modules/io/serial/esp32/serial.c):
 * `onReadable` comes when 96 bytes wait, or fewer and nothing has come for 4 characters; what a callback leaves unread
 * calls again only when more arrives. A byte takes room in the FIFO until it is sent.
 */
export class UART {
  readonly options: SerialOptions;
  overruns = 0;
  readonly #clock: Clock;
  readonly #instance: Serial;
  readonly #received = new Uint8Array(FIFO_BYTES);
  #head = 0;
  #count = 0;
  #sending = 0;
  #closed = false;
  /** When the last byte came, and whether its silence has been told. */
  #heardAt = -Infinity;
  #silenceTold = true;
  #silence: Timer | undefined;
  #readablePosted = false;
  #writableArmed: boolean;

  constructor(clock: Clock, options: SerialOptions, instance: Serial) {
    this.#clock = clock;
    this.options = { ...options };
    this.#instance = instance;
    this.#writableArmed = options.onWritable !== undefined;
    this.#checkWritable();
  }

  get readable(): number {
    return this.#count;
  }

  /** How many more bytes received make it interrupt. Infinity: none does. */
  get untilFull(): number {
    return this.options.onReadable && this.#count < FULL_BYTES ? FULL_BYTES - this.#count : Infinity;
  }

  /** How many more bytes sent make it interrupt. Infinity: none does. */
  get untilEmpty(): number {
    return this.#writableArmed ? this.#sending - EMPTY_BYTES + 1 : Infinity;
  }

  /** Takes the first `count` bytes out. */
  read(into: Uint8Array, count: number): void {
    for (let i = 0; i < count; i++) into[i] = this.#received[(this.#head + i) % FIFO_BYTES]!;
    this.#head = (this.#head + count) % FIFO_BYTES;
    this.#count -= count;
  }

  /** Makes room for `count` bytes to send, or throws. */
  write(count: number): void {
    if (count > FIFO_BYTES - this.#sending) throw new Error("output full");
    this.#sending += count;
    this.#writableArmed = this.options.onWritable !== undefined;
    this.#checkWritable();
  }

  /** One byte has left. */
  sent(): void {
    // Bytes of an instance that was closed since are none of this one's.
    if (this.#sending > 0) this.#sending--;
    this.#checkWritable();
  }

  /** One byte has come, at a time in ms. */
  hear(byte: number, at: number): void {
    if (this.#count === FIFO_BYTES) this.overruns++;
    else this.#received[(this.#head + this.#count++) % FIFO_BYTES] = byte;
    this.#heardAt = at;
    this.#silenceTold = false;
    if (this.#count >= FULL_BYTES) this.#postReadable();
  }

  /** Nothing more is under way for now. */
  fallSilent(): void {
    if (this.#silenceTold || this.#silence || !this.options.onReadable) return;
    const until = this.#heardAt + (SILENCE_BITS * 1000) / this.options.baud;
    this.#silence = this.#clock.schedule(this.#onSilence, Math.max(0, Math.ceil(until - this.#clock.ticks())));
  }

  close(): void {
    this.#closed = true;
    if (this.#silence) this.#clock.cancel(this.#silence);
  }

  readonly #onSilence = (): void => {
    this.#silence = undefined;
    if (this.#closed) return;
    // More may have come in the meantime.
    if (this.#heardAt + (SILENCE_BITS * 1000) / this.options.baud > this.#clock.ticks()) return this.fallSilent();
    this.#silenceTold = true;
    this.#postReadable();
  };

  #postReadable(delayMs = 0): void {
    if (!this.options.onReadable || this.#readablePosted) return;
    this.#readablePosted = true;
    this.#clock.schedule(this.#onReadable, delayMs);
  }

  readonly #onReadable = (): void => {
    this.#readablePosted = false;
    if (this.#closed || this.#count === 0) return;
    this.options.onReadable!.call(this.#instance, this.#count);
    // The interrupt stays: the chip would call without end.
    if (this.#count >= FULL_BYTES) this.#postReadable(1);
  };

  #checkWritable(): void {
    if (!this.#writableArmed || this.#sending >= EMPTY_BYTES) return;
    this.#writableArmed = false;
    this.#clock.schedule(this.#onWritable, 0);
  }

  readonly #onWritable = (): void => {
    if (!this.#closed) this.options.onWritable!.call(this.#instance, FIFO_BYTES - this.#sending);
  };
}
