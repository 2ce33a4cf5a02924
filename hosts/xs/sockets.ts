import type { Network, Resolver, TCP } from "../../firmware/ports/network.js";
import type { Rpc } from "./rpc.js";
import type { SocketCalls, SocketEvents } from "./socket-methods.js";

export interface ServeSocketsOptions {
  /** Called just before an event is queued: the place to queue what must come first, such as the clock's advance. */
  beforeEvent?: () => void;
  /** A callback inside XS threw, or the worker ended with events in the queue. */
  onFault: (error: Error) => void;
}

interface Socket {
  tcp: TCP;
  bytesRead: number;
  bytesWritten: number;
}

/**
 * Serves inside/network.ts out of `network`. Events go in as requests, in the order in which they came, so none runs
 * inside XS while another request does. A script's top level may open sockets when this is called in `prepare`.
 * @returns closes whatever the script left open, and tells nothing more
 */
export function serveSockets(network: Network, rpc: Rpc, options: ServeSocketsOptions): { close(): void } {
  const sockets = new Map<number, Socket>();
  const resolvers = new Map<number, Resolver>();
  let closed = false;
  const tell = <Name extends keyof SocketEvents>(method: Name, params: SocketEvents[Name]["params"]): void => {
    if (closed) return;
    options.beforeEvent?.();
    rpc.request(method, params).catch((error: Error) => {
      if (!closed) options.onFault(error);
    });
  };

  rpc.serve<SocketCalls>({
    "socket.open": ({ id, ...target }) => {
      const socket: Socket = { tcp: undefined as unknown as TCP, bytesRead: 0, bytesWritten: 0 };
      socket.tcp = new network.TCP({
        ...target,
        onReadable: (bytes) => tell("socket.readable", { id, total: socket.bytesRead + bytes }),
        onWritable: (bytes) => tell("socket.writable", { id, total: socket.bytesWritten + bytes }),
        onError: () => tell("socket.error", { id }),
      });
      sockets.set(id, socket);
    },
    "socket.read": ({ id, byteLength }) => {
      const socket = open(sockets, id, "socket");
      const bytes = socket.tcp.read(byteLength);
      if (bytes === undefined) return;
      socket.bytesRead += bytes.byteLength;
      return { bytes: new Uint8Array(bytes) };
    },
    "socket.write": ({ id }, bytes) => {
      const socket = open(sockets, id, "socket");
      // The bytes lie in the message's buffer: the network may keep what it is given.
      socket.tcp.write(bytes.slice());
      socket.bytesWritten += bytes.byteLength;
    },
    "socket.close": ({ id }) => closeOne(sockets.get(id)?.tcp, () => sockets.delete(id)),
    "resolver.open": ({ id }) => {
      resolvers.set(id, new network.Resolver({}));
    },
    "resolver.resolve": ({ id, request, host }) => {
      open(resolvers, id, "resolver").resolve({
        host,
        onResolved: (host, address) => tell("resolver.resolved", { id, request, host, address }),
        onError: () => tell("resolver.error", { id, request }),
      });
    },
    "resolver.close": ({ id }) => closeOne(resolvers.get(id), () => resolvers.delete(id)),
  });

  return {
    close() {
      closed = true;
      for (const { tcp } of sockets.values()) tcp.close();
      for (const resolver of resolvers.values()) resolver.close();
      sockets.clear();
      resolvers.clear();
    },
  };
}

function open<T>(table: Map<number, T>, id: number, kind: string): T {
  const found = table.get(id);
  if (found === undefined) throw new Error(`sockets: ${kind} ${id} is not open`);
  return found;
}

function closeOne(thing: { close(): void } | undefined, forget: () => void): void {
  forget();
  thing?.close();
}
