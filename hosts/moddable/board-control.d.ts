// Restart and watchdog of an ESP32, for which the SDK has no class; manifests/esp32.json names this file beside it.

declare module "board-control" {
  /** Restarts the board `timeoutMs` from now, unless it is called again before. */
  export function feedWatchdog(timeoutMs: number): void;
  /** Until the next call of `feedWatchdog` nothing is watched. */
  export function stopWatchdog(): void;
  /** Whether the watchdog has restarted the board; told once. */
  export function watchdogHasBitten(): boolean;
  /** Restarts the board; does not return. */
  export function restart(): void;
}
