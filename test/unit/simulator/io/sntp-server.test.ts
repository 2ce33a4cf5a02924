import test from "ava";
import { VirtualClock } from "../../../../simulator/clock.js";
import { VirtualNetwork } from "../../../../simulator/io/network.js";
import { SntpServer } from "../../../../simulator/io/sntp-server.js";
import { Random } from "../../../../simulator/random.js";

const ADDRESS = "10.0.0.1";
const CLIENT = { address: "10.9.9.9", port: 4000 };
/** 2036-02-07T06:28:16Z: second 0 of era 1. */
const ERA_1 = 2_085_978_496_000;

function open(startUtc: number) {
  const clock = new VirtualClock();
  const { datagrams } = new VirtualNetwork({ clock, random: new Random(1), latencyMs: 10 });
  const server = new SntpServer({ datagrams, address: ADDRESS, clock, startUtc });
  const answers: DataView[] = [];
  datagrams.bind(CLIENT, (bytes) => void answers.push(new DataView(bytes.buffer)));
  const ask = (first = 0x23, length = 48) => {
    const request = new Uint8Array(length).fill(7, 40);
    request[0] = first;
    answers.length = 0;
    datagrams.send(request, CLIENT, { address: ADDRESS, port: 123 });
    clock.advanceTo(clock.ticks() + 1000);
    return answers[0];
  };
  return { clock, server, ask, answers };
}

test("it answers with the version and the transmit timestamp of the request, and its own time", (t) => {
  const { ask } = open(ERA_1 - 1010);
  const answer = ask(0x1b)!;
  t.is(answer.getUint8(0), 0x1c);
  t.is(answer.getUint8(1), 2);
  t.is(answer.getUint32(24), 0x07070707);
  // The request came 1 s before the rollover.
  t.is(answer.getUint32(32), 0xffff_ffff);
  t.is(answer.getUint32(36), 0);
  const later = ask()!;
  t.is(later.getUint32(32), 0);
  t.is(later.getUint32(44), 0);
});

test("its clock is off and drifts as it is told", (t) => {
  const { ask, server, clock } = open(ERA_1 - 10);
  server.offsetMs = 2500;
  t.is(ask()!.getUint32(40), 2);
  t.is(ask()!.getUint32(44), 2 ** 31);
  server.driftPpm = 1e6 / 1000;
  clock.advanceTo(1_000_000);
  t.is(ask()!.getUint32(40), 1000 + 2 + 1);
});

test("a kiss has stratum 0 and its code; silence is silence; no client, no answer", (t) => {
  const { ask, server, answers } = open(ERA_1);
  server.kiss = "RATE";
  const answer = ask()!;
  t.is(answer.getUint8(1), 0);
  t.is(answer.getUint32(12), 0x52415445);
  server.kiss = undefined;
  server.copies = 3;
  ask();
  t.is(answers.length, 3);
  t.true(ask(0x24) === undefined);
  t.true(ask(0x23, 47) === undefined);
  server.silent = true;
  t.true(ask() === undefined);
  server.silent = false;
  server.close();
  t.true(ask() === undefined);
  t.is(server.requests.length, 3);
});
