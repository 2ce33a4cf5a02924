/** Times below this are relative to now (RFC 8428 §4.5.3). */
const RELATIVE_BELOW = 2 ** 28;

/** UTC seconds, to the millisecond, of a time in a message that came at `now`. */
export function absolute(time: number, now: number): number {
  const seconds = time < RELATIVE_BELOW ? now + time : time;
  return Math.round(seconds * 1000) / 1000;
}
