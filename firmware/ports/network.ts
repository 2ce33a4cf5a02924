/** ECMA-419 TCP socket: what lwIP on ESP32 gives. Callbacks never run inside the constructor, `read`, `write` or `close`. */
export interface TCPOptions {
  /** Dotted IPv4 address; names go through {@link Resolver} first. */
  address: string;
  port: number;
  nodelay?: boolean;
  /** `bytes` can be read now: all that has arrived and was not read. */
  onReadable?: (bytes: number) => void;
  /** `bytes` can be written now; the first call says that the connection is open. */
  onWritable?: (bytes: number) => void;
  /**
   * Refused, reset or closed by the other side; the socket is dead, `close` it. Comes once, after everything that had
   * arrived was read; writing in the meantime does nothing.
   */
  onError?: () => void;
}

export interface TCP {
  /**
   * `byteLength` bytes of what has arrived, or all of it; `undefined` when there is none. Asking for more than has
   * arrived throws (as lwIP under Moddable does), so does asking for 0.
   */
  read(byteLength?: number): ArrayBuffer | undefined;
  /** Takes all of `bytes`, or throws when they are more than the writable count last announced (less what was written since). */
  write(bytes: Uint8Array): void;
  close(): void;
}
export type TCPConstructor = new (options: TCPOptions) => TCP;

/** A datagram as it arrived: its bytes, and the dotted IPv4 address and port that it came from. */
export type Datagram = ArrayBuffer & { readonly address: string; readonly port: number };

/** ECMA-419 UDP socket: what lwIP on ESP32 gives. Callbacks never run inside the constructor, `read`, `write` or `close`. */
export interface UDPOptions {
  /** Port to receive at; absent or 0: any that is free. */
  port?: number;
  /** So many datagrams can be read now. Several may have come since the last call, and one call may be the only one. */
  onReadable?: (datagrams: number) => void;
}

/**
 * Whoever knows the port can send to it: the holder looks at where a datagram came from. No error is ever told: what is
 * lost, or refused by the other side, is silence.
 */
export interface UDP {
  /** The oldest datagram that was not read, `undefined` when there is none. */
  read(): Datagram | undefined;
  /** Sends one datagram to a dotted IPv4 address. Throws when it could not be sent. */
  write(bytes: Uint8Array, address: string, port: number): void;
  close(): void;
}
export type UDPConstructor = new (options: UDPOptions) => UDP;

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
  /** Absent where the host has no datagrams. */
  UDP?: UDPConstructor;
}
