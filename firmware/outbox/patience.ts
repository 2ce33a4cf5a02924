/** The most times that `confirmS` is waited. */
const MOST_TIMES = 64;

/**
 * When everything that a consumer has not confirmed is sent again: when that is asked for, or when the consumer has said
 * nothing for `confirmS`. Each time in silence it is waited twice as long: a consumer that is not there need not be sent
 * everything again and again.
 */
export class Patience {
  readonly #confirmMs: number;
  #times = 1;
  #wanted = false;
  /** Since when something is not confirmed, and the consumer has said nothing; `undefined`: nothing is waited for. */
  #silentSince: number | undefined;

  constructor(confirmS: number) {
    this.#confirmMs = confirmS * 1000;
  }

  /** Something waits to be confirmed from now on. */
  waits(ticks: number | undefined): void {
    this.#silentSince ??= ticks;
  }

  /** The consumer has said something. */
  heard(): void {
    this.#times = 1;
  }

  /** Counts its silence from these ticks on; `undefined`: nothing is left to be confirmed. */
  since(ticks: number | undefined): void {
    this.#silentSince = ticks;
  }

  /** Whether something waits to be confirmed. */
  get waiting(): boolean {
    return this.#silentSince !== undefined;
  }

  /** Everything is asked for again; `false`: there is nothing to be sent again. */
  ask(something: boolean): void {
    this.#times = 1;
    this.#wanted = something;
  }

  /** Whether everything is to be sent again, from now until {@link begun}. */
  isOver(ticks: number | undefined): boolean {
    const since = this.#silentSince;
    const silentMs = since === undefined || ticks === undefined ? undefined : ticks - since;
    if (silentMs !== undefined && silentMs >= this.#times * this.#confirmMs) {
      this.#wanted = true;
      this.#times = Math.min(2 * this.#times, MOST_TIMES);
    }
    return this.#wanted;
  }

  /** It is being sent again. */
  begun(): void {
    this.#wanted = false;
    this.#silentSince = undefined;
  }
}
