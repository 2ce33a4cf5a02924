import test from "ava";
import fc from "fast-check";
import type { Datagram, Network } from "../../../firmware/ports/network.js";
import { Exchange, isAddress } from "../../../firmware/time/exchange.js";
import type { Outcome } from "../../../firmware/time/exchange.js";
import { readAnswer, writeRequest } from "../../../firmware/time/ntp-packet.js";
import { SntpClient } from "../../../firmware/time/sntp.js";
import type { RoundVerdict } from "../../../firmware/time/sntp.js";
import { VirtualClock } from "../../../simulator/clock.js";
import { VirtualNetwork } from "../../../simulator/io/network.js";
import { SntpServer } from "../../../simulator/io/sntp-server.js";
import { Random } from "../../../simulator/random.js";
import { DAY, HOUR, MINUTE, SECOND, START_UTC, TimeBench } from "./bench.js";

const ADDRESS = "10.0.0.1";

function open(latencyMs = 10) {
  const clock = new VirtualClock();
  const random = new Random(1);
  const network = new VirtualNetwork({ clock, random, latencyMs });
  network.names.set("time", ADDRESS);
  const { UDP, ...others } = network.client();
  const device = { ...others, UDP: UDP! };
  const server = new SntpServer({ datagrams: network.datagrams, address: ADDRESS, clock, startUtc: START_UTC });
  const run = (ms: number) => clock.advanceTo(clock.ticks() + ms);
  return { clock, random, network, device, server, run };
}

function openExchange(latencyMs = 10, mayAsk = (_: string) => true) {
  const bench = open(latencyMs);
  const outcomes: (Outcome | string)[] = [];
  const exchange = new Exchange(
    {
      network: bench.device,
      clock: bench.clock,
      random: () => bench.random.next(),
    },
    {
      mayAsk,
      onOutcome: (outcome, address) => void outcomes.push(outcome, address),
    },
  );
  const ask = (host = "time") => {
    outcomes.length = 0;
    exchange.ask(host);
    bench.run(15 * SECOND);
    return outcomes[0];
  };
  return { ...bench, exchange, outcomes, ask };
}

/** What it believes UTC was at tick 0, less the truth. */
const offBy = (outcome: Outcome | string | undefined) =>
  typeof outcome === "object" ? Math.round(outcome.base - START_UTC) + 0 : outcome;

test("a question by name, and one by address, is answered with the time and how far it can be trusted", (t) => {
  const { ask, outcomes, server } = openExchange();
  server.rootDelayMs = 20;
  server.rootDispersionMs = 5;
  t.is(offBy(ask()), 0);
  t.is(outcomes[1], ADDRESS);
  const sample = outcomes[0] as Exclude<Outcome, string>;
  t.true(Math.abs(sample.halfWidthMs - (10 + 10 + 5 + 1)) < 0.1);
  t.is(offBy(ask(ADDRESS)), 0);
});

test("what a way that is longer in one direction costs is within what is told", (t) => {
  const { ask, outcomes, server } = openExchange();
  server.delayToMs = 80;
  t.is(offBy(ask()), 40);
  t.true((outcomes[0] as Exclude<Outcome, string>).halfWidthMs >= 40);
  server.delayToMs = 0;
  server.delayBackMs = 80;
  t.is(offBy(ask()), -40);
  server.delayBackMs = 0;
  server.workMs = 80;
  t.is(offBy(ask()), 0);
});

test("an answer that is late is not used, and a later question does not take it for its own", (t) => {
  const { ask, server, outcomes, run } = openExchange();
  server.delayBackMs = 1001;
  t.is(ask(), "unanswered");
  server.delayBackMs = 20 * SECOND;
  server.offsetMs = HOUR;
  t.is(ask(), "unanswered");
  server.delayBackMs = 0;
  server.offsetMs = 0;
  t.is(offBy(ask()), 0);
  run(MINUTE);
  t.is(outcomes.length, 2);
});

test("no name server, no such name, no server, no way: unanswered", (t) => {
  const { ask, network, server } = openExchange();
  network.answersNames = false;
  t.is(ask(), "unanswered");
  network.answersNames = true;
  t.is(ask("elsewhere"), "unanswered");
  t.is(ask("10.0.0.77"), "unanswered");
  network.down(ADDRESS);
  t.is(ask(), "unanswered");
  network.up(ADDRESS);
  server.silent = true;
  t.is(ask(), "unanswered");
});

test("a network that throws is a network without an answer", (t) => {
  for (const broken of ["UDP", "Resolver", "write", "read"]) {
    const { device, clock, random, server } = open();
    const fail = () => {
      throw new Error("no network");
    };
    const outcomes: Outcome[] = [];
    const network = {
      ...device,
      ...(broken === "UDP" || broken === "Resolver" ? { [broken]: fail as unknown } : {}),
    } as Network & typeof device;
    if (broken === "write" || broken === "read") {
      network.UDP = class extends device.UDP {
        override write = broken === "write" ? fail : super.write.bind(this);
        override read = broken === "read" ? fail : super.read.bind(this);
      };
    }
    const onOutcome = (outcome: Outcome) => void outcomes.push(outcome);
    const exchange = new Exchange({ network, clock, random: () => random.next() }, { mayAsk: () => true, onOutcome });
    exchange.ask("time");
    t.deepEqual(outcomes, []);
    clock.advanceTo(20 * SECOND);
    t.deepEqual(outcomes, ["unanswered"], broken);
    t.is(server.requests.length, broken === "read" ? 1 : 0);
  }
});

test("servers that have no time of their own are passed over", (t) => {
  const { ask, server } = openExchange();
  const unfit = (spoil: (server: SntpServer) => void, mend: (server: SntpServer) => void, what: string) => {
    spoil(server);
    t.is(ask(), "unanswered", what);
    mend(server);
    t.is(offBy(ask()), 0, what);
  };
  unfit(
    (s) => (s.leap = 3),
    (s) => (s.leap = 0),
    "leap alarm",
  );
  unfit(
    (s) => (s.stratum = 16),
    (s) => (s.stratum = 15),
    "stratum 16",
  );
  unfit(
    (s) => (s.rootDispersionMs = 1500),
    (s) => (s.rootDispersionMs = 1),
    "root dispersion",
  );
  unfit(
    (s) => (s.rootDelayMs = 3000),
    (s) => (s.rootDelayMs = 1),
    "root delay",
  );
  unfit(
    (s) => (s.rootDelayMs = -5),
    (s) => (s.rootDelayMs = 1),
    "negative root delay",
  );
  unfit(
    (s) => (s.mode = 5),
    (s) => (s.mode = 4),
    "broadcast",
  );
  unfit(
    (s) => (s.version = 2),
    (s) => (s.version = 3),
    "version 2",
  );
  for (const [from, to] of [
    [32, 40],
    [40, 48],
  ] as const) {
    unfit(
      (s) => (s.forge = (answer) => answer.fill(0, from, to)),
      (s) => (s.forge = undefined),
      "timestamp 0",
    );
  }
  unfit(
    (s) => (s.workMs = -5),
    (s) => (s.workMs = 0),
    "sent before it was received",
  );
});

test("forged answers are not believed: wrong nonce, wrong address, wrong port, too short, our own request back", (t) => {
  const { ask, server } = openExchange();
  server.offsetMs = HOUR;
  server.forge = (answer) => {
    answer[24]! ^= 1;
    return answer;
  };
  t.is(ask(), "unanswered");
  server.forge = (answer) => {
    answer[31]! ^= 128;
    return answer;
  };
  t.is(ask(), "unanswered");
  server.forge = (answer) => answer.slice(0, 47);
  t.is(ask(), "unanswered");
  server.forge = () => new Uint8Array(0);
  t.is(ask(), "unanswered");
  server.forge = (_, request) => request.slice();
  t.is(ask(), "unanswered");
  server.forge = undefined;
  server.answersFrom = { address: "10.0.0.66", port: 123 };
  t.is(ask(), "unanswered");
  server.answersFrom = { address: ADDRESS, port: 124 };
  t.is(ask(), "unanswered");
});

test("a forged answer that comes first does not keep the right one from being taken; a flood does, for this time", (t) => {
  const { ask, server, network, clock } = openExchange();
  let copies = 3;
  server.forge = (answer) => {
    const false_ = answer.slice();
    false_[24]! ^= 1;
    for (let i = 0; i < copies; i++) network.datagrams.send(false_, server.answersFrom, { ...device!, port });
    return answer;
  };
  // The device's port is found as whoever listens on the wire finds it.
  let device: { address: string } | undefined;
  let port = 0;
  const send = network.datagrams.send.bind(network.datagrams);
  network.datagrams.send = (bytes, from, to, extraMs) => {
    if (to.port === 123) ({ port, ...device } = from);
    send(bytes, from, to, extraMs);
  };
  t.is(offBy(ask()), 0);
  copies = 50;
  t.is(ask(), "unanswered");
  copies = 0;
  t.is(offBy(ask()), 0);
  server.copies = 5;
  t.is(offBy(ask()), 0);
  t.true(clock.ticks() > 0);
});

test("kisses are told, but only those that answer our question", (t) => {
  const { ask, server } = openExchange();
  for (const [kiss, told] of [
    ["DENY", "deny"],
    ["RSTR", "deny"],
    ["RATE", "rate"],
    ["STEP", "unanswered"],
    ["XFUN", "unanswered"],
  ] as const) {
    server.kiss = kiss;
    server.leap = 3;
    t.is(ask(), told);
    server.forge = (answer) => {
      answer[30]! ^= 4;
      return answer;
    };
    t.is(ask(), "unanswered");
    server.forge = undefined;
  }
});

test("an address that may not be asked is not asked, by name or directly", (t) => {
  const { ask, server } = openExchange(10, (address) => address !== ADDRESS);
  t.is(ask(), "barred");
  t.is(ask(ADDRESS), "barred");
  t.is(server.requests.length, 0);
});

test("every request draws another nonce and another port, and says nothing of the node", (t) => {
  const { ask, server, network } = openExchange();
  const nonces = new Set<string>();
  const ports = new Set<number>();
  const send = network.datagrams.send.bind(network.datagrams);
  network.datagrams.send = (bytes, from, to, extraMs) => {
    if (to.port === 123) {
      t.is(bytes.length, 48);
      t.is(bytes[0], 0x23);
      t.true(bytes.subarray(1, 40).every((byte) => byte === 0));
      nonces.add(bytes.subarray(40).join());
      ports.add(from.port);
    }
    send(bytes, from, to, extraMs);
  };
  for (let i = 0; i < 50; i++) ask();
  t.is(server.requests.length, 50);
  t.is(nonces.size, 50);
  t.true(ports.size > 40);
});

test("whatever comes, reading it never throws", (t) => {
  const request = new DataView(new ArrayBuffer(48));
  writeRequest(request, 1, 2);
  const packet = fc.uint8Array({ maxLength: 100, size: "max" });
  const nearly = fc.tuple(packet, fc.boolean()).map(([bytes, answers]) => {
    if (answers && bytes.length >= 48) {
      bytes[0] = (bytes[0]! & 0xc0) | 0x24;
      // A root distance that can be: most random ones cannot.
      bytes[4] = bytes[5] = bytes[8] = bytes[9] = 0;
      new DataView(bytes.buffer, bytes.byteOffset).setUint32(24, 1);
      new DataView(bytes.buffer, bytes.byteOffset).setUint32(28, 2);
    }
    return bytes;
  });
  let times = 0;
  fc.assert(
    fc.property(nearly, (bytes) => {
      const answer = readAnswer(new DataView(bytes.slice().buffer), request);
      if (typeof answer !== "object") return;
      times++;
      t.true(answer.transmittedUtc >= answer.receivedUtc);
      t.true(answer.rootDistanceMs >= 0 && answer.rootDistanceMs <= 1000);
      t.true(answer.receivedUtc > -64_000_000_000 && answer.receivedUtc < 4_250_000_000_000);
    }),
    { numRuns: 5000 },
  );
  t.true(times > 0);
});

test("a node that is sent nothing but random packets keeps asking, and its time stays unknown or right", (t) => {
  fc.assert(
    fc.property(
      fc.integer(),
      fc.array(fc.uint8Array({ maxLength: 60, size: "max" }), { maxLength: 20 }),
      (seed, packets) => {
        const bench = new TimeBench({ seed });
        const random = new Random(seed);
        for (const server of bench.servers) {
          server.forge = (answer) => {
            const i = Math.floor(random.next() * (packets.length + 1));
            const bytes = packets[i];
            if (bytes === undefined) return answer;
            // The half of them looks like an answer.
            if (random.next() < 0.5) for (let j = 0; j < bytes.length && j < 32; j++) bytes[j] = answer[j]!;
            return bytes;
          };
        }
        bench.run(2 * HOUR);
        const { errorMs } = bench;
        t.true(Number.isNaN(errorMs) || Math.abs(errorMs) < 30, `${errorMs}`);
      },
    ),
    { numRuns: 200 },
  );
});

test("what is an address", (t) => {
  for (const host of ["10.0.0.1", "255.255.255.255", "0.0.0.0"]) t.true(isAddress(host));
  for (const host of ["", "10.0.0", "10.0.0.256", "10.0.0.1.2", "a.b.c.d", "1..2.3", "1234.0.0.1", "time"])
    t.false(isAddress(host));
});

function openClient(options: { hosts?: string[]; verdict?: RoundVerdict } = {}) {
  const bench = open();
  const rounds: { ticks: number; samples: number; servers: number }[] = [];
  const settings = {
    hosts: options.hosts ?? ["time"],
    pollMinimumMs: 64_000,
    pollMaximumMs: 3_600_000,
    roundTripLimitMs: 1000,
  };
  const state = { verdict: options.verdict ?? ("steady" as RoundVerdict) };
  const client = new SntpClient(
    {
      network: bench.device,
      clock: bench.clock,
      random: () => bench.random.next(),
    },
    settings,
    {
      onRound: (samples, servers) => {
        rounds.push({ ticks: bench.clock.ticks(), samples: samples.length, servers });
        return state.verdict;
      },
    },
  );
  return { ...bench, client, rounds, settings, state };
}

const gaps = (ticks: readonly number[]) => ticks.slice(1).map((at, i) => at - ticks[i]!);

test("questions are 64 s apart at first and an hour at last, never the same distance", (t) => {
  const { client, server, run } = openClient();
  client.start();
  run(3 * DAY);
  const between = gaps(server.requests);
  t.true(between.every((ms) => ms >= 64_000 && ms <= 3_600_000 + 1000));
  t.true(between[0]! < 130_000);
  t.true(between.slice(8).every((ms) => ms > 3_100_000));
  t.is(new Set(between).size, between.length);
});

test("an unsteady clock is looked after every 64 s", (t) => {
  const { client, server, run, state } = openClient({ verdict: "unsteady" });
  client.start();
  run(HOUR);
  t.true(gaps(server.requests).every((ms) => ms >= 64_000 && ms <= 73_000));
  state.verdict = "refused";
  server.requests.length = 0;
  run(DAY);
  t.true(gaps(server.requests).every((ms) => ms >= 64_000));
  t.true(server.requests.length < 110);
});

test("a server that does not answer is asked again after 16 s, 32 s and so on up to 17 minutes", (t) => {
  const { client, server, run } = openClient();
  server.silent = true;
  client.start();
  run(DAY);
  const between = gaps(server.requests);
  t.true(between[0]! >= 16_000 && between[0]! < 22_000);
  for (let i = 1; i < 6; i++) t.true(between[i]! > 1.5 * between[i - 1]!);
  t.true(between.every((ms) => ms >= 15_000 && ms < 1_160_000));
  t.true(between.at(-1)! > 890_000);
  server.silent = false;
  const asked = server.requests.length;
  run(HOUR);
  t.true(gaps(server.requests.slice(asked))[0]! < 130_000);
});

test("when the network is there again it is asked at once, but never the same server twice in 15 s", (t) => {
  const { client, server, run } = openClient();
  server.silent = true;
  client.start();
  run(DAY);
  server.silent = false;
  const before = server.requests.length;
  for (let i = 0; i < 300; i++) {
    client.poll();
    run(SECOND);
  }
  const asked = server.requests.slice(before);
  t.true(asked[0]! - DAY < 100);
  t.true(gaps(asked).every((ms) => ms >= 15_000));
});

test("RATE makes the questions rarer each time, and that lasts", (t) => {
  const { client, server, run } = openClient();
  server.kiss = "RATE";
  client.start();
  run(30 * DAY);
  const between = gaps(server.requests);
  for (let i = 1; i < 8; i++) t.true(between[i]! > 1.7 * between[i - 1]!, `${between}`);
  t.true(between.at(-1)! >= DAY);
  server.kiss = undefined;
  run(5 * DAY);
  t.true(gaps(server.requests).at(-1)! >= DAY);
});

test("DENY and RSTR end it for that server, until the next start", (t) => {
  for (const kiss of ["DENY", "RSTR"]) {
    for (const host of ["time", ADDRESS]) {
      const { client, server, run, network, rounds, settings } = openClient({ hosts: [host, "10.0.0.2"] });
      const { datagrams } = network;
      const other = new SntpServer({ datagrams, address: "10.0.0.2", clock: { ticks: () => 0 }, startUtc: 0 });
      server.kiss = kiss;
      client.start();
      run(7 * DAY);
      t.is(server.requests.length, 1);
      t.true(other.requests.length > 7);
      t.is(rounds.at(-1)!.servers, host === ADDRESS ? 1 : 2);
      client.apply({ ...settings, hosts: [host] });
      run(DAY);
      t.is(server.requests.length, 1);
      // The name leads to another server one day.
      network.names.set("time", "10.0.0.2");
      other.requests.length = 0;
      run(DAY);
      t.is(other.requests.length > 0, host === "time");
    }
  }
});

test("after stop nothing is asked, and nothing is due", (t) => {
  const { client, server, run, clock } = openClient();
  client.start();
  client.start();
  run(HOUR);
  const asked = server.requests.length;
  client.stop();
  client.stop();
  client.poll();
  run(DAY);
  t.is(server.requests.length, asked);
  t.is(clock.nextDue(), undefined);
  client.start();
  run(MINUTE);
  t.is(server.requests.length, asked + 1);
  client.stop();
});

test("stopped in the middle of a question, it is forgotten", (t) => {
  for (const ms of [1, 5, 12, 25]) {
    const { client, run, rounds } = openClient();
    client.start();
    client.poll();
    run(ms);
    client.stop();
    run(HOUR);
    t.is(rounds.length, 0);
  }
});

test("a datagram that an exchange was not asked for is nobody's", (t) => {
  const { exchange, run, outcomes } = openExchange();
  exchange.ask("time");
  run(12);
  exchange.close();
  exchange.close();
  run(20 * SECOND);
  t.deepEqual(outcomes, []);
  const empty = new ArrayBuffer(0) as unknown as Datagram;
  t.is(readAnswer(new DataView(empty), new DataView(new ArrayBuffer(48))), undefined);
});
