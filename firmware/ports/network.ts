/** ECMA-419 TCP socket: what lwIP on ESP32 gives. Callbacks never run inside the constructor, `read`, `write` or `close`. */
export interface TCPOptions {
  /** Dotted IPv4 address; names go through {@link Resolver} first. */
  address: string;
  port: number;
  nodelay?: boolean;
  /** `bytes` can be read now. */
  onReadable?: (bytes: number) => void;
  /** `bytes` can be written now; the first call says that the connection is open. */
  onWritable?: (bytes: number) => void;
  /** Refused, reset or closed by the other side; the socket is dead, `close` it. */
  onError?: () => void;
}

export interface TCP {
  /** Up to `byteLength` bytes of what has arrived (all of it by default); `undefined` when there is none. */
  read(byteLength?: number): ArrayBuffer | undefined;
  /** Takes all of `bytes`, or throws when they are more than the writable count last announced (less what was written since). */
  write(bytes: Uint8Array): void;
  close(): void;
}
export type TCPConstructor = new (options: TCPOptions) => TCP;

/** ECMA-419 DNS resolver: one A record, cancelled by `close`. */
export interface Resolver {
  resolve(request: { host: string; onResolved: (host: string, address: string) => void; onError: () => void }): void;
  close(): void;
}
export type ResolverConstructor = new (options: object) => Resolver;

/** The network classes of a host. */
export interface Network {
  TCP: TCPConstructor;
  Resolver: ResolverConstructor;
}
