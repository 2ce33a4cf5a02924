/** CBOR (RFC 8949), as far as a node needs it: see the writer and the reader. */
export { CborWriter } from "./cbor-writer.js";
export { CborError, decode } from "./cbor-reader.js";
export type { CborLimits, CborMap, CborTag, CborValue } from "./cbor-reader.js";
