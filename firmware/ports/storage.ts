/** ECMA-419 key-value storage (NVS on ESP32): small, one commit per write. Keys are 1 to 15 ASCII characters. */
export interface KeyValue {
  /** `undefined` when the key is missing. */
  read(key: string): string | number | undefined;
  write(key: string, value: string | number): void;
  delete(key: string): void;
}

/** What a flash partition is like. */
export interface FlashStatus {
  /** Bytes of the partition. */
  readonly size: number;
  /** Blocks that can be erased, and the bytes of one. */
  readonly blocks: number;
  readonly blockLength: number;
  /** Offset and length of a write are multiples of so many bytes: 1 on ESP32. */
  readonly writeAlign: number;
  /** What each erased byte reads as: 0xff. */
  readonly eraseValue: number;
}

/**
 * ECMA-419 flash storage: one partition of NOR flash. A write turns ones into zeros and nothing back; only an erase, of
 * whole blocks, makes ones again. Both are done when they return, which for an erase takes some 50 ms. A part may lose
 * its power in the middle of either: see firmware/outbox/README.md for what is left then.
 */
export interface Flash {
  status(): FlashStatus;
  /** Erases blocks `from` up to, not including, `to`. ESP32's class takes a missing `to` for 0: always give it. */
  eraseBlock(from: number, to: number): void;
  /** Fills `into` with the bytes at `offset`. */
  read(into: Uint8Array, offset: number): unknown;
  /** Programs `bytes` at `offset`. */
  write(bytes: Uint8Array, offset: number): void;
  close(): void;
}
