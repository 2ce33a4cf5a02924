// The SDK has no typings for its module `resetReason`; manifests/esp32.json names this file beside it.

declare module "resetReason" {
  /** `reason` is ESP-IDF's `esp_reset_reason_t`. */
  export default function getResetReason(): { reason: number; string: string };
}
