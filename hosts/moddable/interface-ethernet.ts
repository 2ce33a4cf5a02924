import Ethernet from "embedded:network/interface/ethernet";
import { stateOf } from "./interface-state.js";
import type { InterfaceState } from "./interface-state.js";

/** The board's way out: Ethernet, with the PHY that the board's own manifest names. */
export class NetworkInterface {
  readonly #ethernet: Ethernet;

  constructor(onChanged: () => void) {
    this.#ethernet = new Ethernet({ onChanged });
  }

  get state(): InterfaceState {
    return stateOf(this.#ethernet);
  }

  get address(): string | undefined {
    return this.#ethernet.address;
  }

  /** There is no radio. */
  get rssi(): undefined {
    return undefined;
  }

  /** @throws what the SDK throws */
  connect(): void {
    this.#ethernet.connect();
  }

  disconnect(): void {
    this.#ethernet.disconnect();
  }
}
