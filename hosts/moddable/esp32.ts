import { feedWatchdog, restart, stopWatchdog, watchdogHasBitten } from "board-control";
import getResetReason from "resetReason";
import type { System } from "../../firmware/ports/system.js";
import { SdkClock } from "./clock.js";
import { definition } from "./definition.js";
import { openPartition } from "./flash.js";
import { keepAborts } from "./guard.js";
import { heapMeter } from "./heap.js";
import { openIO } from "./io.js";
import { Link } from "./link.js";
import { startNode } from "./start-node.js";
import { NvsKeyValue } from "./storage.js";

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

/** The watchdog restarts the board when the node has not fed it for so long. */
const WATCHDOG_MS = 30_000;

/** ESP32: real pins (or simulated ones, as the manifest says), Wi-Fi or Ethernet, NVS, a partition for what waits. */
export default function main(): void {
  const storage = new NvsKeyValue("millwright");
  const resetReason = watchdogHasBitten() ? "watchdog" : (RESET_REASONS[getResetReason().reason] ?? "unknown");
  keepAborts(storage);
  // The SDK takes it from the hardware generator.
  const random = () => Math.random();
  const clock = new SdkClock();
  const link = new Link({ clock, random, onUp: () => node.link(true), onDown: () => node.link(false) });
  const system: System = {
    resetReason,
    random,
    restart,
    feedWatchdog: () => feedWatchdog(WATCHDOG_MS),
    stopWatchdog,
    heap: heapMeter(),
    rssi: () => link.rssi,
  };
  const io = openIO(definition, clock, random);
  const node = startNode({ clock, storage, system, io, flash: openPartition("outbox") });
  node.link(false);
  link.open();
}
