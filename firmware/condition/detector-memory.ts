/** One hour, in ms. */
export const HOUR = 3600000;
/** Memory of what is usual: level, mean size of the rest and of each view. In values, */
const USUAL = 1000;
/** or a day. */
export const USUAL_TIME = 24 * HOUR;

/** Values that a mean stands for: its age, until that is `time` or 1,000, whichever is longer; all in values. */
export function memory(age: number, time: number): number {
  if (age <= USUAL || age <= time) return age;
  return time > USUAL ? time : USUAL;
}
