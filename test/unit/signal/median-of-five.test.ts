import test from "ava";
import { MedianOfFive } from "../../../firmware/signal/median-of-five.js";
import { Random } from "../../../simulator/random.js";

function medianOf(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

test("every order of five, ties included, has its middle value", (t) => {
  for (let code = 0; code < 5 ** 5; code++) {
    const five = [0, 1, 2, 3, 4].map((place) => Math.floor(code / 5 ** place) % 5);
    const median = new MedianOfFive();
    let last = NaN;
    for (const value of five) last = median.update(value);
    if (last !== medianOf(five)) return t.fail(`${five.join()}: ${last}`);
  }
  t.pass();
});

test("it is the median of the last five, and of all while they are fewer, also after a fresh start", (t) => {
  const random = new Random(7);
  const median = new MedianOfFive();
  for (let round = 0; round < 20; round++) {
    const values: number[] = [];
    for (let i = 0; i < 30; i++) {
      values.push(random.normal());
      t.is(median.update(values[i]!), medianOf(values.slice(-5)));
    }
    median.reset();
  }
});
