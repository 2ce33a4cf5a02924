import test from "ava";
import { NetstringReader, netstring } from "../../hosts/xs/netstring.js";
import { XsWorker } from "../../hosts/xs/worker.js";
import { startWorker, xsTest } from "../support/xs.js";

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString("utf8");
const echo = "globalThis.handleCommand = (bytes) => bytes;";

test("netstrings come out whole wherever the stream is cut", (t) => {
  const sent = ["", "a", "0:,", "x".repeat(1000), "é", ",,,"].map((body) => Buffer.from(body));
  const stream = Buffer.concat(sent.map((body) => netstring("?", body)));
  for (let size = 1; size <= 40; size++) {
    const received: string[] = [];
    const reader = new NetstringReader((message) => received.push(text(message)));
    for (let at = 0; at < stream.byteLength; at += size) reader.push(stream.subarray(at, at + size));
    t.deepEqual(
      received,
      sent.map((body) => `?${text(body)}`),
    );
  }
});

test("a netstring of no bytes is a message", (t) => {
  const lengths: number[] = [];
  new NetstringReader((message) => lengths.push(message.byteLength)).push(Buffer.from("0:,1:x,"));
  t.deepEqual(lengths, [0, 1]);
});

for (const wrong of [":,", "x:,", "1:ab", "1234567890:", "-1:,"]) {
  test(`"${wrong}" is refused as a netstring`, (t) => {
    const reader = new NetstringReader(() => {});
    t.throws(() => reader.push(Buffer.from(wrong)), { message: /^netstring: byte \d+ after/ });
  });
}

test("a worker that is not there, or is none, is told by one sentence", async (t) => {
  await t.throwsAsync(XsWorker.start({ binary: "/nowhere/xsnap-worker" }), {
    message: "XS worker: /nowhere/xsnap-worker does not start: spawn /nowhere/xsnap-worker ENOENT",
  });
  await t.throwsAsync(XsWorker.start({ binary: process.execPath }), { message: /^XS worker: ended by / });
});

xsTest("a script is evaluated and metered", async (t) => {
  const worker = await startWorker(t);
  const { reply, compute, currentHeapCount } = await worker.evaluate("new TextEncoder().encode('grün 😀').buffer");
  t.is(text(reply), "grün 😀");
  t.true(compute > 0 && currentHeapCount > 0);
  t.is((await worker.evaluate("1 + 1")).reply.byteLength, 0);
});

xsTest("an uncaught exception rejects its call and no other", async (t) => {
  const worker = await startWorker(t);
  const bad = worker.evaluate("throw new RangeError('4 is not 1 to 3')");
  const good = worker.evaluate(echo);
  await t.throwsAsync(bad, { message: "RangeError: 4 is not 1 to 3" });
  await t.notThrowsAsync(good);
  t.is(text((await worker.command(Buffer.from("still here"))).reply), "still here");
});

xsTest("commands carry any bytes of any length, in order", async (t) => {
  const worker = await startWorker(t);
  await worker.evaluate(echo);
  const sent = [0, 1, 9, 10, 255, 65535, 65536, 3_000_000].map((length) => Buffer.alloc(length, length % 251));
  const replies = await Promise.all(sent.map((bytes) => worker.command(bytes)));
  for (const [index, { reply }] of replies.entries())
    t.true(sent[index]!.equals(reply), `${sent[index]!.length} bytes`);
});

xsTest("issueCommand waits for the host's answer", async (t) => {
  const asked: string[] = [];
  const onCommand = (bytes: Uint8Array): Uint8Array => {
    asked.push(text(bytes));
    return Buffer.from(`${text(bytes)}!`);
  };
  const worker = await startWorker(t, { onCommand });
  await worker.evaluate("globalThis.handleCommand = (bytes) => issueCommand(issueCommand(bytes));");
  t.is(text((await worker.command(Buffer.from("hello"))).reply), "hello!!");
  t.deepEqual(asked, ["hello", "hello!"]);
});

xsTest("what onCommand throws is the cause of the call's rejection, and the worker lives on", async (t) => {
  const fault = new Error("no such thing");
  const worker = await startWorker(t, {
    onCommand: () => {
      throw fault;
    },
  });
  const error = await t.throwsAsync(worker.evaluate("issueCommand(new ArrayBuffer(1))"));
  t.is(error?.cause, fault);
  await t.notThrowsAsync(worker.evaluate("1"));
});

const ends: Record<string, [code: string, maximumSteps: number | undefined, message: RegExp]> = {
  "a stack overflow": [
    "(function deeper() { deeper() + 1; })()",
    undefined,
    /ended by stack overflow \(exit code 12\)/,
  ],
  "running out of memory": ["new Uint8Array(2 ** 31 - 64)", undefined, /ended by out of memory \(exit code 11\)/],
  "an endless loop": ["for (;;);", 1_000_000, /ended by more engine steps than allowed \(exit code 17\)/],
};
for (const [what, [code, maximumSteps, message]] of Object.entries(ends)) {
  xsTest(`${what} ends the worker and rejects every call with the reason`, async (t) => {
    const worker = await startWorker(t, maximumSteps === undefined ? {} : { maximumSteps });
    const calls = [worker.evaluate(code), worker.evaluate("1"), worker.command(new Uint8Array(1))];
    for (const call of calls) await t.throwsAsync(call, { message });
    await t.throwsAsync(worker.evaluate("1"), { message });
  });
}

xsTest("close ends even a worker that never answers", async (t) => {
  const worker = await startWorker(t);
  const call = worker.evaluate("for (;;);");
  await Promise.all([t.throwsAsync(call, { message: "XS worker: closed" }), worker.close()]);
  await worker.close();
  await t.throwsAsync(worker.evaluate("1"), { message: "XS worker: closed" });
});

xsTest("what the script prints arrives by lines", async (t) => {
  const lines: string[] = [];
  const worker = await startWorker(t, { onPrint: (line) => lines.push(line) });
  await worker.evaluate("print('one', 2); print('three')");
  await worker.close();
  t.deepEqual(lines, ["one 2", "three"]);
});

xsTest("an unhandled rejection is told on the worker's standard error", async (t) => {
  const worker = await startWorker(t);
  await worker.evaluate("Promise.reject(new Error('lost'))");
  await worker.close();
  t.regex(worker.stderr, /Unhandled exception Error: lost/);
});
