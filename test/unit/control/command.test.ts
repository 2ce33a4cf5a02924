import { Encoder } from "cbor-x";
import test from "ava";
import { CommandError, parseCommand } from "../../../firmware/control/command.js";
import { Random } from "../../../simulator/random.js";

const encoder = new Encoder({ mapsAsObjects: false, useRecords: false });
const encode = (content: unknown): Uint8Array => encoder.encode(content);

test("a command is read with its members, nested maps as plain objects", (t) => {
  const settings = { channels: { "tank.level": { filters: [{ kind: "median", samples: 5 }] } } };
  t.deepEqual(parseCommand(encode({ id: 3, command: "settings.set", settings })), {
    id: 3,
    command: "settings.set",
    settings,
  });
  t.deepEqual(parseCommand(encode({ id: 4, command: "settings.get" })), { id: 4, command: "settings.get" });
});

const wrong: [content: unknown, message: string, id: number | undefined][] = [
  [7, "not a command: a CBOR map is right", undefined],
  [{ id: 1.5, command: "settings.get" }, "the command has no id that is a whole number", undefined],
  [{ id: 2, command: "settings.get", channel: 9 }, "settings.get: channel is not a text", 2],
  [
    { id: 2, command: "settings.get", chanel: "x" },
    "settings.get has no chanel; it has id, channel, analysis, detector",
    2,
  ],
  [{ id: 2, command: "settings.set" }, "settings.set: settings is missing", 2],
  [{ id: 2, command: "settings.set", settings: 7 }, "settings.set: settings is not a map", 2],
  [{ id: 2, command: "settings.set", settings: [7] }, "settings.set: settings is not a map", 2],
  [{ id: 2, command: "settings.get", channel: null }, "settings.get: channel is not a text", 2],
  [{ id: 2, command: "calibration.get" }, "calibration.get: channel is missing", 2],
  [{ id: 2, command: "calibration.get", chanel: "x" }, "calibration.get has no chanel; it has id, channel", 2],
  [{ id: 2, command: "node.restart", 7: 1 }, "node.restart has no 7; it has id", 2],
  [{ id: 2, command: "alarm.shelve", channel: "x", forMs: "1 h" }, "alarm.shelve: forMs is not a number", 2],
  [
    Uint8Array.of(0xa1, 0x69, ...[..."__proto__"].map((c) => c.charCodeAt(0)), 1),
    "not a command: it has a member __proto__",
    undefined,
  ],
];
for (const [content, message, id] of wrong) {
  test(`refused: ${JSON.stringify(content)}: ${message}`, (t) => {
    const error = t.throws(() => parseCommand(content instanceof Uint8Array ? content : encode(content)), {
      instanceOf: CommandError,
    });
    t.is(error.message, message);
    t.is(error.id, id);
  });
}

test("a command is one of those that there are, whatever an object has else", (t) => {
  for (const command of ["toString", "__proto__", "settings", "", null, 7, undefined]) {
    const error = t.throws(() => parseCommand(encode({ id: 3, command })), { instanceOf: CommandError });
    t.regex(error.message, /^command .* is not one of settings\.get, /);
    t.is(error.id, 3);
  }
});

test("__proto__ is no member, in maps inside the command either", (t) => {
  const settings = new Map([["mqtt", new Map([["__proto__", 1]])]]);
  const message = "not a command: it has a member __proto__";
  t.throws(() => parseCommand(encode({ id: 1, command: "settings.set", settings })), { message });
  t.throws(
    () =>
      parseCommand(
        encode(
          new Map<string, unknown>([
            ["id", 1],
            ["command", "node.restart"],
            ["__proto__", 1],
          ]),
        ),
      ),
    { message },
  );
});

test("random and oversized bytes are refused in one way, and nothing else is thrown", (t) => {
  const seed = Number(process.env.MILLWRIGHT_SEED ?? Math.floor(Math.random() * 2 ** 32));
  t.log(`again with: MILLWRIGHT_SEED=${seed} npx ava test/unit/control/command.test.ts`);
  const random = new Random(seed);
  const valid = encode({ id: 1, command: "settings.set", settings: { mqtt: { keepAliveS: 30 } } });
  for (let i = 0; i < 20_000; i++) {
    const bytes = Uint8Array.from(valid);
    for (let k = 0; k <= random.integer() % 4; k++) bytes[random.integer() % bytes.length] = random.integer() & 0xff;
    try {
      parseCommand(bytes.subarray(0, 1 + (random.integer() % bytes.length)));
    } catch (error) {
      if (!(error instanceof CommandError)) throw error;
    }
  }
  t.throws(() => parseCommand(new Uint8Array(100_000)), { instanceOf: CommandError });
});
