import { createServer } from "node:net";
import type { AddressInfo, Server, Socket } from "node:net";
import { Aedes } from "aedes";

export interface EmbeddedBroker {
  /** Where it listens, on 127.0.0.1. */
  readonly port: number;
  /** Ends every connection, then resolves. */
  close(): Promise<void>;
}

/** How many ports after the wanted one are tried. */
const ATTEMPTS = 100;
/** A client that takes nothing for so long is cut off. */
const DRAIN_TIMEOUT_MS = 30_000;

/**
 * An MQTT broker (aedes) in this process, on 127.0.0.1 only.
 *
 * @param port where to listen, or the next free port after it; 0: any free port
 */
export async function startEmbeddedBroker(port: number): Promise<EmbeddedBroker> {
  const broker = await Aedes.createBroker({ drainTimeout: DRAIN_TIMEOUT_MS });
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    broker.handle(socket);
  });
  // A client that breaks the protocol is disconnected by aedes; that is no concern of ours.
  broker.on("clientError", () => {});
  broker.on("connectionError", () => {});
  try {
    await listen(server, port);
  } catch (error) {
    await new Promise<void>((resolve) => broker.close(resolve));
    throw error;
  }
  return {
    port: (server.address() as AddressInfo).port,
    async close() {
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      await new Promise<void>((resolve) => broker.close(resolve));
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await new Promise((resolve, reject) => {
        server.once("error", reject);
        server.listen(port === 0 ? 0 : port + attempt, "127.0.0.1", () => {
          server.off("error", reject);
          resolve();
        });
      });
    } catch (error) {
      server.removeAllListeners("error");
      const taken = (error as NodeJS.ErrnoException).code === "EADDRINUSE";
      if (!taken || attempt + 1 === ATTEMPTS || port + attempt + 1 > 65_535) throw error;
    }
  }
}
