/** CBOR (RFC 8949), as far as a node needs it: see the writer and the reader. */
export { CborWriter } from "./cbor-writer.js";
export { decode } from "./cbor-reader.js";
export { CborError } from "./cbor-value.js";
export type { CborLimits, CborMap, CborTag, CborValue } from "./cbor-value.js";
