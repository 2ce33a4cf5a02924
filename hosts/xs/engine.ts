import type { Network } from "../../firmware/ports/network.js";
import { FAREWELL_MS } from "../simulated/engine.js";
import type { Engine, RunningNode, RunningReplay } from "../simulated/engine.js";
import type { SimulationOptions } from "../simulated/options.js";
import type { Taps } from "../simulated/virtual-run.js";
import { bundle } from "./bundle.js";
import type { NodeMethods, TapCalls } from "./node-methods.js";
import { Rpc } from "./rpc.js";
import { serveSockets } from "./sockets.js";

/** The device's own engine: firmware and simulator inside an XS machine, its sockets and taps here. */
export class XsEngine implements Engine {
  readonly #rpc: Rpc;

  /** @param binary path of the worker */
  static async start(binary: string): Promise<XsEngine> {
    return new XsEngine(await Rpc.start({ code: await bundle("hosts/xs/inside/main.ts"), binary }));
  }

  private constructor(rpc: Rpc) {
    this.#rpc = rpc;
  }

  async runVirtual(options: SimulationOptions, taps: Taps): Promise<RunningNode> {
    this.#serveTaps(taps);
    const call = this.#rpc.caller<NodeMethods>();
    await call("node.virtual", { options, traffic: taps.onTraffic !== undefined });
    return {
      advanceTo: async (ticks) => void (await call("node.advance", { ticks })),
      stop: async () => void (await call("node.stop")),
    };
  }

  async runReal(options: SimulationOptions, network: Network): Promise<RunningNode> {
    const call = this.#rpc.caller<NodeMethods>();
    let fault: Error | undefined;
    const sockets = serveSockets(network, this.#rpc, { onFault: (error) => (fault = error) });
    await call("node.real", { options });
    return {
      advanceTo: async (ticks) => {
        if (fault !== undefined) throw fault;
        await call("node.advance", { ticks });
      },
      stop: async () => {
        await call("node.stop");
        await new Promise((resolve) => setTimeout(resolve, FAREWELL_MS));
        sockets.close();
      },
    };
  }

  async runReplay(options: SimulationOptions, channels: readonly string[], taps: Taps): Promise<RunningReplay> {
    this.#serveTaps(taps);
    const call = this.#rpc.caller<NodeMethods>();
    await call("node.replay", { options, channels, traffic: taps.onTraffic !== undefined });
    return {
      rows: async (rows) => void (await call("node.rows", { rows })),
      finish: async () => void (await call("node.stop")),
    };
  }

  close(): Promise<void> {
    return this.#rpc.close();
  }

  #serveTaps({ onPublish, onTraffic }: Taps): void {
    this.#rpc.serve<TapCalls>({
      // The bytes lie in the message's buffer, which is used again.
      publish: ({ topic, ticks }, bytes) => onPublish(topic, bytes.slice(), ticks),
      traffic: (_, bytes) => onTraffic?.(bytes.slice()),
    });
  }
}
