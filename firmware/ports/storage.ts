/** ECMA-419 key-value storage (NVS on ESP32): small, one commit per write. Keys are 1 to 15 ASCII characters. */
export interface KeyValue {
  /** `undefined` when the key is missing. */
  read(key: string): string | number | undefined;
  write(key: string, value: string | number): void;
  delete(key: string): void;
}
