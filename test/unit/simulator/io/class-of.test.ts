import test from "ava";
import { classOf } from "../../../../simulator/io/class-of.js";

class Shared {
  static readonly Rising = 1;
  readonly owner: string;
  readonly pin: number;

  constructor(owner: string, options: { pin: number }) {
    this.owner = owner;
    this.pin = options.pin;
  }

  read(): string {
    return `${this.owner} ${this.pin}`;
  }
}

test("two boards have a class each, whose instances are of one class", (t) => {
  const First = classOf(Shared, "first");
  const Second = classOf(Shared, "second");
  const [one, other] = [new First({ pin: 1 }), new Second({ pin: 2 })];
  t.deepEqual([one.read(), other.read()], ["first 1", "second 2"]);
  t.true(one instanceof First && one instanceof Shared);
  t.is(Object.getPrototypeOf(one), Object.getPrototypeOf(other));
});

test("a driver may extend the class of its board, and ask it for its constants", (t) => {
  const Owned = classOf(Shared, "board");
  class Louder extends Owned {
    override read(): string {
      return `${super.read()}!`;
    }
  }
  const louder = new Louder({ pin: 3 });
  t.is(louder.read(), "board 3!");
  t.true(louder instanceof Louder && louder instanceof Owned);
  t.deepEqual([Owned.Rising, Louder.Rising], [1, 1]);
});
