import WiFi from "embedded:network/interface/wifi";
import { wifi } from "./image.js";
import { stateOf } from "./interface-state.js";
import type { InterfaceState } from "./interface-state.js";

/** The board's way out: Wi-Fi. `manifests/ethernet.json` puts interface-ethernet.ts in this file's place. */
export class NetworkInterface {
  readonly #wifi: WiFi;

  constructor(onChanged: () => void) {
    this.#wifi = new WiFi({ onChanged });
  }

  get state(): InterfaceState {
    return stateOf(this.#wifi);
  }

  get address(): string | undefined {
    return this.#wifi.address;
  }

  /** In dBm. */
  get rssi(): number | undefined {
    return this.#wifi.RSSI;
  }

  /** @throws Error when the image has no Wi-Fi name, or what the SDK throws */
  connect(): void {
    if (wifi === undefined) throw new Error("no Wi-Fi name in this image; build it with --wifi-ssid");
    const { ssid, password } = wifi;
    this.#wifi.connect(password === undefined ? { SSID: ssid } : { SSID: ssid, password });
  }

  disconnect(): void {
    this.#wifi.disconnect();
  }
}
