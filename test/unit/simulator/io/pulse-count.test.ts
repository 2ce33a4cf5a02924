import test from "ava";
import { PulseBank } from "../../../../simulator/io/pulse-count.js";

function counter() {
  const bank = new PulseBank();
  const source = { total: 1000, pulses: () => source.total };
  bank.attach(25, source);
  return { bank, source, input: new bank.PulseCount({ signal: 25 }) };
}

test("it counts from 0 when it is opened, and from what is written", (t) => {
  const { source, input } = counter();
  t.is(input.read(), 0);
  source.total += 7;
  t.is(input.read(), 7);
  t.is(input.read(), 7);
  source.total += 5;
  input.write(100);
  t.is(input.read(), 100);
  source.total += 1;
  t.is(input.read(), 101);
});

test("read at least every 32,767 pulses it loses none; otherwise all of such a round", (t) => {
  const { source, input } = counter();
  for (let i = 1; i <= 3; i++) {
    source.total += 32_766;
    t.is(input.read(), i * 32_766);
  }
  source.total += 32_767 + 3;
  t.is(input.read(), 3 * 32_766 + 3);
});

test("the count wraps at 2^31", (t) => {
  const { source, input } = counter();
  input.write(2 ** 31 - 1);
  source.total += 1;
  t.is(input.read(), -(2 ** 31));
});

test("a pin with nothing on it counts none; a source counts from when it is wired until it is cut off", (t) => {
  const { bank, source, input } = counter();
  source.total += 2;
  bank.detach(25);
  source.total += 10;
  t.is(input.read(), 2);
  bank.attach(25, source);
  source.total += 3;
  t.is(input.read(), 5);
  t.throws(() => bank.attach(25, source), { instanceOf: RangeError, message: "pulse count: pin 25 is taken" });
  t.throws(() => bank.detach(26), { instanceOf: RangeError, message: "pulse count: nothing on pin 26" });
});

test("what the hardware cannot is refused: a pin twice, a ninth counter, a filter that is too long", (t) => {
  const { bank } = counter();
  t.throws(() => new bank.PulseCount({ signal: 25 }), { instanceOf: RangeError, message: "in use: pin 25" });
  t.throws(() => new bank.PulseCount({ signal: 26, filter: 12_788 }), { instanceOf: RangeError });
  t.throws(() => new bank.PulseCount({ signal: -1 }), { instanceOf: RangeError });
  for (let pin = 1; pin < 8; pin++) new bank.PulseCount({ signal: pin, filter: 12_787 });
  t.throws(() => new bank.PulseCount({ signal: 30 }), { message: "no pcnt" });
});

test("close may be repeated; anything else after it throws, and a later owner of the pin keeps it", (t) => {
  const { bank, input } = counter();
  input.close();
  const next = new bank.PulseCount({ signal: 25 });
  input.close();
  t.throws(() => input.read(), { message: "pulse count: used after close" });
  t.throws(() => input.write(0), { message: "pulse count: used after close" });
  t.throws(() => new bank.PulseCount({ signal: 25 }), { message: "in use: pin 25" });
  t.is(next.read(), 0);
});
