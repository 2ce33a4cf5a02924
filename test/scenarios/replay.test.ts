import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import test from "ava";
import { runCommand } from "../support/command.js";
import { xsTest } from "../support/xs.js";

const folder = mkdtempSync(join(tmpdir(), "millwright-replay-"));

/** A recording in a file of its own. */
function recording(name: string, text: string): string {
  const file = join(folder, name);
  writeFileSync(file, text);
  return file;
}

/** A day at 5-minute steps: a machine between 60 and 90 °C that is shut down for two hours, with a clock that goes back once. */
function machineDay(): { file: string; rows: { stamp: string; value: number }[] } {
  const rows = Array.from({ length: 288 }, (_, i) => {
    const down = i >= 150 && i < 174;
    const minutes = i * 5 - (i >= 200 ? 60 : 0);
    const stamp = new Date(Date.UTC(2026, 0, 1, 0, minutes)).toISOString().slice(0, 19).replace("T", " ");
    return { stamp, value: down ? 10 + i / 100 : 75 + 15 * Math.sin(i / 20) };
  });
  const text = ["timestamp,value", ...rows.map(({ stamp, value }) => `${stamp},${value}`), ""].join("\n");
  return { file: recording("machine-day.csv", text), rows };
}

const columns = ["--time", "timestamp", "--value", "value"];
const jsonLines = (stdout: string) =>
  stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Record<string, unknown>]));
/** What was measured; not what a detector thinks of it. */
const values = (stdout: string) =>
  jsonLines(stdout).filter((line) => "value" in line && !("alarm" in line) && line.name !== "recording.anomaly");

test("every row of a recording comes out within 0.5 of what the bearing felt, with the row's own stamp", async (t) => {
  const { file, rows } = machineDay();
  const args = [file, ...columns, "--as", "bearing.temperature", "--filters", "none", "--report", "every", "--json"];
  const { code, stdout, stderr } = await runCommand("replay", args);
  t.is(code, 0);
  t.is(stderr, "line 202: time 2026-01-01 15:40:00 goes back by 3300 s; counted as one step of 300 s\n");
  const published = values(stdout);
  t.is(published.length, rows.length);
  published.forEach((line, i) => {
    t.is(line.recorded, rows[i]!.stamp);
    t.is(line.unit, "Cel");
    const error = Math.abs((line.value as number) - rows[i]!.value);
    t.true(error < 0.5, `row ${i}: ${String(line.value)} for ${rows[i]!.value}`);
  });
  t.is(values(stdout)[1]!.time, Date.UTC(2026, 0, 1, 0, 5) / 1000);
});

test("with the node's own settings the shutdown raises the low alarms, and their end is told", async (t) => {
  const { file } = machineDay();
  const { code, stdout } = await runCommand("replay", [file, ...columns, "--as", "bearing.temperature", "--json"]);
  t.is(code, 0);
  const alarms = jsonLines(stdout).filter((line) => "alarm" in line);
  const low = alarms
    .filter((line) => line.alarm === "low")
    .map(({ state, setpoint, name }) => ({ state, setpoint, name }));
  t.deepEqual(low, [
    { state: "unacknowledged", setpoint: 45, name: "bearing.temperature" },
    { state: "returned-unacknowledged", setpoint: 45, name: "bearing.temperature" },
  ]);
  t.is(alarms.filter((line) => line.alarm === "low-low").length, 2);
});

test("any series of numbers goes through the recorder unchanged", async (t) => {
  const numbers = [0.1, -1e300, 1 / 3, 5e-324, 20_847_212_059, 0.333251953125, 2.0847212059999998, -0.5, 1e21, 42];
  const text = `timestamp,value\n${numbers.map((value, i) => `2026-01-01T00:00:${10 + i}Z,${value}`).join("\n")}\n`;
  const { code, stdout, stderr } = await runCommand("replay", [recording("numbers.csv", text), ...columns, "--json"]);
  t.is(code, 0);
  t.is(stderr, "");
  t.deepEqual(
    values(stdout).map((line) => [line.name, line.value]),
    numbers.map((value) => ["recording.value", value]),
  );
});

test("how unusual each row is goes into a file, a line a row, in order, as the node published it", async (t) => {
  const { file, rows } = machineDay();
  const scores = join(folder, "scores.csv");
  const args = [file, ...columns, "--scores", scores, "--json"];
  const { code, stdout } = await runCommand("replay", args);
  t.is(code, 0);
  const [header, ...lines] = readFileSync(scores, "utf8").trimEnd().split("\n");
  t.is(header, "timestamp,value,anomaly_score");
  t.deepEqual(
    lines.map((line) => line.split(",").slice(0, 2)),
    rows.map(({ stamp, value }) => [stamp, String(value)]),
  );
  const published = jsonLines(stdout).filter((line) => line.name === "recording.anomaly" && !("alarm" in line));
  t.deepEqual(
    lines.map((line) => Number(line.split(",")[2])),
    published.map(({ value }) => value as number),
  );
  t.true(lines.every((line) => Number(line.split(",")[2]) >= 0 && Number(line.split(",")[2]) <= 1));
});

test("several columns are one machine, and its detector sees a channel that no longer goes with the others", async (t) => {
  const text = ["time;flow;pressure;note"];
  for (let i = 0; i < 900; i++) {
    const demand = (((i * 2246822519) >>> 0) % 1000) / 500 - 1;
    const noise = (((i * 2654435761) >>> 0) % 1000) / 1000 - 0.5;
    // From row 700 on the pressure goes down when the flow does not.
    const pressure = (i < 700 ? 1 : -1) * demand + noise / 10;
    text.push(`${1_767_225_600 + i};${(10 + demand + noise / 8).toFixed(4)};${pressure.toFixed(4)};x`);
  }
  const scores = join(folder, "machine-scores.csv");
  const file = recording("machine.csv", `${text.join("\n")}\n`);
  const args = [file, "--time", "time", "--value", "flow,pressure", "--separator", ";", "--scores", scores];
  const { code, stderr } = await runCommand("replay", args);
  t.is(code, 0, stderr);
  const [header, ...lines] = readFileSync(scores, "utf8").trimEnd().split("\n");
  t.is(header, "timestamp,flow,pressure,anomaly_score");
  const alarms = (from: number, to: number) =>
    lines.slice(from, to).filter((line) => Number(line.split(",")[3]) >= 0.5);
  t.true(alarms(0, 700).length < 14, `${alarms(0, 700).length} before`);
  t.true(alarms(700, 900).length > 100, `${alarms(700, 900).length} after`);
});

const wrongScores: [args: string[], message: RegExp][] = [
  [["--value", "value", "--as", "bearing.temperature", "--scores", "x.csv"], /^--scores goes without --as: /],
  [
    ["--value", "value", "--scores", "/no/such/folder/x.csv"],
    /^--scores \/no\/such\/folder\/x\.csv cannot be written: /,
  ],
  [["--value", "value,value", "--as", "bearing.temperature"], /^--as goes with one column; /],
  [["--value", "value,"], /^--value value, has an empty name; /],
  [["--value", "a,b,c,d,e,f,g,h,i"], /^--value names 9 columns; 8 are the most\n/],
];
for (const [args, message] of wrongScores) {
  test(`refused: ${args.join(" ")}`, async (t) => {
    const { code, stderr } = await runCommand("replay", [machineDay().file, "--time", "timestamp", ...args]);
    t.is(code, 2);
    t.regex(stderr, message);
  });
}

test("what is odd in a recording is told line by line, and nothing is dropped in silence", async (t) => {
  const text = [
    "when;level",
    "2026-01-01 00:00:00;1",
    "2026-01-01 00:00:01;2",
    "2026-01-01 00:00:01;3",
    "2026-01-01 00:00:02;",
    "2026-01-01 00:00:03;x",
    "2026-01-01 00:01:03;6",
    "yesterday;7",
    "2026-01-01 00:01:05;8",
    "",
  ].join("\r\n");
  const args = [recording("odd.csv", text), "--time", "when", "--value", "level", "--separator", ";", "--json"];
  const { code, stdout, stderr } = await runCommand("replay", args);
  t.is(code, 0);
  t.deepEqual(stderr.trim().split("\n"), [
    "line 4: time 2026-01-01 00:00:01 repeats; counted as one step of 1 s",
    "line 5: level is empty; no sample is taken",
    'line 6: level "x" is not a number; no sample is taken',
    "line 7: time 2026-01-01 00:01:03 comes after a gap of 60 s",
    "line 8: time yesterday cannot be read; counted as one step of 1 s",
  ]);
  t.deepEqual(
    values(stdout).map((line) => [line.recorded, line.value]),
    [
      ["2026-01-01 00:00:00", 1],
      ["2026-01-01 00:00:01", 2],
      ["2026-01-01 00:00:01", 3],
      ["2026-01-01 00:01:03", 6],
      ["yesterday", 7],
      ["2026-01-01 00:01:05", 8],
    ],
  );
});

test("a channel behind a bus with a conversion time is replayed too", async (t) => {
  const text = `timestamp,value\n${[21, 22, 23, 24].map((value, i) => `${1_767_225_600 + i * 60},${value}`).join("\n")}\n`;
  const args = [recording("hall.csv", text), ...columns, "--as", "hall.temperature", "--report", "every", "--json"];
  const { code, stdout } = await runCommand("replay", args);
  t.is(code, 0);
  const found = values(stdout).filter((line) => line.name === "hall.temperature");
  t.deepEqual(
    found.map((line) => [line.recorded, Math.round(line.value as number)]),
    [21, 22, 23, 24].map((value, i) => [String(1_767_225_600 + i * 60), value]),
  );
});

test("--settings shows the settings used", async (t) => {
  const { file } = machineDay();
  const args = [file, ...columns, "--as", "bearing.temperature", "--filters", "none", "--settings", "--json"];
  const { stdout } = await runCommand("replay", args);
  const { settings } = jsonLines(stdout)[0] as {
    settings: { channels: Record<string, { filters: unknown[]; alarms: { kind: string }[] }> };
  };
  t.deepEqual(settings.channels["bearing.temperature"]!.filters, []);
  t.deepEqual(
    settings.channels["bearing.temperature"]!.alarms.map(({ kind }) => kind),
    ["low-low", "low", "high", "high-high"],
  );
});

test("without --json a replay ends with a word on what came of it", async (t) => {
  const { file } = machineDay();
  const { stdout } = await runCommand("replay", [file, ...columns, "--as", "bearing.temperature"]);
  t.regex(stdout, /bearing\.temperature {2}ALARM low unacknowledged \(medium\): \d+\.\d+ Cel, setpoint 45\n/);
  t.regex(
    stdout,
    /288 rows, \d+ values published in \d+ messages of \d+ bytes, \d+ alarms, 1 remarks on the recording\n$/,
  );
});

xsTest("a replay in XS gives the same bytes from client to broker", async (t) => {
  const { file } = machineDay();
  const captures = ["node", "xs"].map((engine) => ({ engine, capture: join(folder, `capture-${engine}`) }));
  for (const { engine, capture } of captures) {
    const args = [file, ...columns, "--as", "bearing.temperature", "--json", "--engine", engine, "--capture", capture];
    t.is((await runCommand("replay", args)).code, 0);
  }
  const [node, xs] = captures.map(({ capture }) => readFileSync(capture));
  t.true(node!.length > 10_000);
  t.true(node!.equals(xs!));
});

const { file: day } = machineDay();
const wrong: [args: string[], message: string][] = [
  [[], "no file to replay; npm run replay -- FILE.csv --time COLUMN --value COLUMN"],
  [[join(folder, "none.csv"), ...columns], "none.csv cannot be read: it does not exist"],
  [[day, "--value", "value"], "--time is missing; it names a column of the file"],
  [[day, "--time", "when", "--value", "value"], 'has no column "when"; it has "timestamp", "value"'],
  [[day, ...columns, "--separator", ";"], 'has no column "timestamp"; it has "timestamp,value"'],
  [[day, ...columns, "--separator", "tab"], '--separator "tab" is not one character, such as ; or \\t'],
  [[day, ...columns, "--as", "bearing"], "--as bearing is not a channel: bearing.temperature, winding.temperature"],
  [[day, ...columns, "--engine", "v8"], "--engine v8 is not one of node, xs"],
  [[day, ...columns, "--filters", "some"], "--filters some is not one of none"],
  [[day, ...columns, "--seed", "-1"], "--seed needs a value; see npm run replay -- --help"],
  [[day, ...columns, "--seed=-1"], "--seed -1 is not an integer from 0 to 4294967295"],
  [[day, ...columns, "--colour"], "Unknown option '--colour'; see npm run replay -- --help"],
  [[day, "other.csv", ...columns], '"other.csv" is one argument too many'],
  [[recording("empty.csv", ""), ...columns], "is not a CSV file: it is empty"],
  [[recording("head.csv", "timestamp,value\n"), ...columns], "has a header and no rows"],
  [[recording("quote.csv", 'timestamp,value\n1,"2\n'), ...columns], "is not a CSV file"],
];
for (const [args, message] of wrong) {
  test(`a wrong replay is told in one line: ${message}`, async (t) => {
    const { code, stdout, stderr } = await runCommand("replay", args);
    t.is(code, 2, stderr);
    t.is(stdout, "");
    t.true(stderr.includes(message), stderr);
    t.is(stderr.split("\n").length, 2);
  });
}
