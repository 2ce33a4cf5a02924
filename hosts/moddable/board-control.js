// What the SDK has no class for; board-control.c does it, board-control.d.ts says what.

export function feedWatchdog(timeoutMs) {
  return native("xs_board_feed_watchdog").call(this, timeoutMs);
}

export function stopWatchdog() {
  return native("xs_board_stop_watchdog").call(this);
}

export function watchdogHasBitten() {
  return native("xs_board_watchdog_has_bitten").call(this);
}

export function restart() {
  return native("xs_board_restart").call(this);
}
