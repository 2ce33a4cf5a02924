/** What inside/network.ts asks of the host. `id` is given out inside, and never again. */
export interface SocketCalls {
  "socket.open": { params: { id: number; address: string; port: number; nodelay?: boolean } };
  /** Answers with the bytes; none when nothing has arrived. */
  "socket.read": { params: { id: number; byteLength?: number } };
  /** Carries the bytes. */
  "socket.write": { params: { id: number } };
  "socket.close": { params: { id: number } };
  "resolver.open": { params: { id: number } };
  "resolver.resolve": { params: { id: number; request: number; host: string } };
  "resolver.close": { params: { id: number } };
}

/**
 * What the host tells inside/network.ts. Events wait until the script is idle, so their counts are totals since the
 * socket was opened: what was read or written meanwhile is subtracted inside, and an event that came too late is known.
 */
export interface SocketEvents {
  /** So many bytes have arrived so far. */
  "socket.readable": { params: { id: number; total: number } };
  /** So many bytes may have been written. */
  "socket.writable": { params: { id: number; total: number } };
  "socket.error": { params: { id: number } };
  "resolver.resolved": { params: { id: number; request: number; host: string; address: string } };
  "resolver.error": { params: { id: number; request: number } };
}
