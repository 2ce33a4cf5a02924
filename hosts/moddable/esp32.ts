import getResetReason from "resetReason";
import { SdkClock } from "./clock.js";
import { keepAborts, lastAbort } from "./guard.js";
import { timeServers } from "./image.js";
import { Link } from "./link.js";
import { startNode } from "./start-node.js";
import { NvsKeyValue } from "./storage.js";
import { TimeSync } from "./time-sync.js";

/** `esp_reset_reason_t` in the node's words. */
const RESET_REASONS = Object.freeze([
  "unknown",
  "power-on",
  "external",
  "software",
  "panic",
  "watchdog",
  "watchdog",
  "watchdog",
  "deep-sleep",
  "brown-out",
  "sdio",
]);

/** ESP32: real pins (or simulated ones, as the manifest says), Wi-Fi or Ethernet, time from SNTP, NVS. */
export default function main(): void {
  const storage = new NvsKeyValue("millwright");
  const resetReason = lastAbort(storage) ?? RESET_REASONS[getResetReason().reason] ?? "unknown";
  keepAborts(storage);
  // The SDK takes it from the hardware generator.
  const random = () => Math.random();
  const clock = new SdkClock();
  const time = new TimeSync({ clock, servers: timeServers, random, onTime: (utc) => clock.synchronise(utc) });
  new Link({ clock, random, onUp: () => time.start() }).open();
  startNode({ clock, storage, system: { resetReason, random } });
}
