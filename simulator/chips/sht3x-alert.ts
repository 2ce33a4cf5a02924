/*
 * The alert limits of SHT3x-DIS. Sensirion, Alert Mode of SHT3x-DIS, version 1 (May 2015), §2: each limit is one 16-bit
 * word, the upper 7 bits of the humidity word above the upper 9 bits of the temperature word.
 */
const HIGH_SET = 0;
const HIGH_CLEAR = 1;
const LOW_CLEAR = 2;
const LOW_SET = 3;

const WRITE = new Map([
  [0x611d, HIGH_SET],
  [0x6116, HIGH_CLEAR],
  [0x610b, LOW_CLEAR],
  [0x6100, LOW_SET],
]);
const READ = new Map([
  [0xe11f, HIGH_SET],
  [0xe114, HIGH_CLEAR],
  [0xe109, LOW_CLEAR],
  [0xe102, LOW_SET],
]);

/** %RH and °C after power-up, in the order above. */
const DEFAULTS = [limit(80, 60), limit(79, 58), limit(22, -9), limit(20, -10)];

export class AlertLimits {
  readonly #words = DEFAULTS.slice();
  readonly #alerts = { temperature: false, humidity: false };

  static isRead(command: number): boolean {
    return READ.has(command);
  }

  static isWrite(command: number): boolean {
    return WRITE.has(command);
  }

  reset(): void {
    for (let i = 0; i < DEFAULTS.length; i++) this.#words[i] = DEFAULTS[i]!;
    this.#alerts.temperature = this.#alerts.humidity = false;
  }

  /** The limit that this command reads. */
  get(command: number): number {
    return this.#words[READ.get(command)!]!;
  }

  /** Sets the limit that this command writes. */
  set(command: number, word: number): void {
    this.#words[WRITE.get(command)!] = word;
  }

  /** After a periodic measurement: which alerts stand, from its two 16-bit words. */
  update(temperature: number, humidity: number): Readonly<{ temperature: boolean; humidity: boolean }> {
    const alerts = this.#alerts;
    alerts.temperature = this.#stands(alerts.temperature, temperature >> 7, 0, 0x1ff);
    alerts.humidity = this.#stands(alerts.humidity, humidity >> 9, 9, 0x7f);
    return alerts;
  }

  #stands(before: boolean, value: number, shift: number, mask: number): boolean {
    const at = (index: number) => (this.#words[index]! >> shift) & mask;
    // Low above high switches the alert off (§1).
    if (at(LOW_SET) > at(HIGH_SET)) return false;
    if (value > at(HIGH_SET) || value < at(LOW_SET)) return true;
    return before && (value > at(HIGH_CLEAR) || value < at(LOW_CLEAR));
  }
}

function limit(humidity: number, celsius: number): number {
  const upper7 = Math.round(((humidity / 100) * 65535) / 512);
  const upper9 = Math.round((((celsius + 45) / 175) * 65535) / 128);
  return (upper7 << 9) | upper9;
}
