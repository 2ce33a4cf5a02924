import type { FlashModel } from "../../simulator/io/flash.js";

/** 0: alarms, 1: data. */
export type RecordClass = 0 | 1;
export const CLASSES: readonly RecordClass[] = [0, 1];

export interface NewRecord {
  readonly cls: RecordClass;
  readonly payload: Uint8Array;
}

/** What a consumer gets: a record, or the statement that `lost` records are gone. */
export interface Delivered {
  readonly sequence: number;
  readonly payload: Uint8Array | undefined;
  readonly lost: number;
}

/** What the campaigns need of a journal, so that they can also be turned on one that is known to be flawed. */
export interface Log {
  /** All or nothing is accepted when it returns. */
  append(records: readonly NewRecord[]): void;
  /** The first `most` items of a class that wait, from the oldest unacknowledged one on. */
  read(cls: RecordClass, most?: number): Delivered[];
  acknowledge(cls: RecordClass, sequence: number): void;
  /** Records that the mount found to be damaged. */
  readonly damaged: number;
}

export type OpenLog = (flash: FlashModel) => Log;
