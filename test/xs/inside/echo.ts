import { network } from "../../../hosts/xs/inside/network.js";
import { serve } from "../../../hosts/xs/inside/rpc.js";
import type { TCP } from "../../../firmware/ports/network.js";

export interface Echo {
  /** Resolves `host`, connects and sends back whatever arrives, until the other side closes. */
  start: { params: { host: string; port: number; atMost?: number } };
  write: { params: { text: string } };
  read: { params: { byteLength: number } };
  stop: { result: undefined };
  /** What happened, in order. */
  log: { result: string[] };
}

const log: string[] = [];
let running = false;
let socket: TCP | undefined;

/** Notes `what`, and that nothing else was running. */
function during(what: string, action: () => void): void {
  log.push(running ? `${what} (within another)` : what);
  running = true;
  try {
    action();
  } finally {
    running = false;
  }
}

function connect(address: string, port: number, atMost: number | undefined): void {
  const connection = new network.TCP({
    address,
    port,
    nodelay: true,
    onReadable: (bytes) =>
      during(`readable ${bytes}`, () => {
        const data = connection.read(atMost && Math.min(atMost, bytes));
        if (data === undefined) return void log.push("nothing to read");
        connection.write(new Uint8Array(data));
      }),
    onWritable: (bytes) => during(`writable ${bytes}`, () => {}),
    onError: () => during("error", () => connection.close()),
  });
  socket = connection;
}

serve<Echo>({
  start: ({ host, port, atMost }) =>
    during("start", () => {
      const resolver = new network.Resolver({});
      resolver.resolve({
        host,
        onResolved: (name, address) =>
          during(`resolved ${name} ${address}`, () => {
            resolver.close();
            connect(address, port, atMost);
          }),
        onError: () => during("unresolved", () => resolver.close()),
      });
    }),
  write: ({ text }) => during("write", () => socket!.write(new TextEncoder().encode(text))),
  read: ({ byteLength }) => during("read", () => void socket!.read(byteLength)),
  stop: () => during("stop", () => socket!.close()),
  log: () => ({ result: log }),
});
