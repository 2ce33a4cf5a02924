import { generate, parser } from "mqtt-packet";
import type { Packet } from "mqtt-packet";
import { setTimeout as sleep } from "node:timers/promises";
import type { Network, TCP } from "../../firmware/ports/network.js";
import { ADDRESS, MqttBench } from "./mqtt-bench.js";

/** One side of a conversation: who sends what, what each then hears, as text. */
export type Step =
  | { readonly client: string; readonly send: Packet | Uint8Array }
  | { readonly client: string; readonly leave: true }
  /** Everything that `client` hears in this step, in any order (§4.6 leaves much of it open); "closed" for the end. */
  | { readonly client: string; readonly hears: readonly string[] };

export interface Script {
  readonly title: string;
  readonly steps: readonly Step[];
}

/** How long a client must hear nothing, after what it was to hear, for the step to be over. */
const QUIET_MS = 60;
const PATIENCE_MS = 3000;

/** Where a script is run: the network, and how to let time pass there. */
export interface Stage {
  readonly network: Network;
  readonly address: string;
  readonly port: number;
  pass(ms: number): Promise<void>;
}

/** The synchronous broker in virtual time. */
export function virtualStage(): Stage {
  const bench = new MqttBench();
  bench.broker();
  return { network: bench.network.client(), address: ADDRESS, port: 1883, pass: async (ms) => bench.run(ms) };
}

/** A broker on this computer. */
export function realStage(network: Network, port: number): Stage {
  return { network, address: "127.0.0.1", port, pass: (ms) => sleep(ms).then(() => {}) };
}

class RawClient {
  readonly heard: string[] = [];
  readonly #tcp: TCP;
  readonly #unsent: Uint8Array[] = [];
  #open = false;
  #closed = false;

  constructor({ network, address, port }: Stage) {
    const stream = parser({ protocolVersion: 4 });
    stream.on("packet", (packet) => this.heard.push(describe(packet)));
    this.#tcp = new network.TCP({
      address,
      port,
      nodelay: true,
      onReadable: () => {
        const bytes = this.#tcp.read();
        if (bytes !== undefined) stream.parse(Buffer.from(bytes));
      },
      onWritable: () => {
        this.#open = true;
        for (const bytes of this.#unsent.splice(0)) this.#tcp.write(bytes);
      },
      onError: () => {
        if (!this.#closed) this.heard.push("closed");
        this.leave();
      },
    });
  }

  send(bytes: Uint8Array): void {
    if (this.#open && !this.#closed) this.#tcp.write(bytes);
    else this.#unsent.push(bytes);
  }

  leave(): void {
    this.#closed = true;
    this.#tcp.close();
  }
}

/** Runs a script; returns what was heard at each step that listens, sorted, beside what was expected. */
export async function runScript(script: Script, stage: Stage): Promise<{ heard: string[]; expected: string[] }[]> {
  const clients = new Map<string, RawClient>();
  const results: { heard: string[]; expected: string[] }[] = [];
  try {
    for (const step of script.steps) {
      let client = clients.get(step.client);
      if (client === undefined) clients.set(step.client, (client = new RawClient(stage)));
      if ("send" in step)
        client.send(step.send instanceof Uint8Array ? step.send : Uint8Array.from(generate(step.send)));
      else if ("leave" in step) {
        client.leave();
        clients.delete(step.client);
        await stage.pass(QUIET_MS);
      } else {
        for (let waited = 0; client.heard.length < step.hears.length && waited < PATIENCE_MS; waited += 5)
          await stage.pass(5);
        await stage.pass(QUIET_MS);
        results.push({ heard: client.heard.splice(0).sort(), expected: [...step.hears].sort() });
        if (step.hears.includes("closed")) clients.delete(step.client);
      }
    }
  } finally {
    for (const client of clients.values()) client.leave();
  }
  return results;
}

function describe(packet: Packet): string {
  if (packet.cmd === "connack") return `connack ${packet.returnCode} ${packet.sessionPresent ? "present" : "new"}`;
  if (packet.cmd === "publish") {
    const flags = `${packet.retain ? " retain" : ""}${packet.dup ? " dup" : ""}`;
    return `publish ${packet.topic} "${packet.payload}" q${packet.qos}${flags}`;
  }
  if (packet.cmd === "puback" || packet.cmd === "unsuback") return `${packet.cmd} ${packet.messageId}`;
  return packet.cmd === "suback" ? `suback ${packet.messageId} ${packet.granted.join()}` : packet.cmd;
}
