import { chmodSync, mkdirSync, mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, dirname, join } from "node:path";
import test from "ava";
import type { ExecutionContext } from "ava";
import { repository, runCommand } from "../../support/command.js";

const { MODDABLE: _moddable, IDF_PATH: _idf, ...bare } = process.env;
const withoutSdk: NodeJS.ProcessEnv = {
  ...bare,
  PATH: [dirname(process.execPath), "/usr/bin", "/bin"].join(delimiter),
};

/** A folder that looks like the SDK, with one board, and an mcconfig that prints its arguments and then runs `script`. */
function sdk(script: string): NodeJS.ProcessEnv {
  const path = mkdtempSync(join(tmpdir(), "millwright-sdk-"));
  mkdirSync(join(path, "build/devices/esp32/targets/testboard"), { recursive: true });
  writeFileSync(join(path, "mcconfig"), `#!/bin/sh\necho mcconfig "$@"\n${script}\n`);
  chmodSync(join(path, "mcconfig"), 0o755);
  return { ...withoutSdk, MODDABLE: path, PATH: [path, withoutSdk.PATH].join(delimiter) };
}

async function refuses(t: ExecutionContext, args: readonly string[], sentence: RegExp, env = withoutSdk) {
  const { code, stdout, stderr } = await runCommand("build", args, env);
  t.is(stdout, "");
  t.regex(stderr, sentence);
  t.is(stderr.trimEnd().split("\n").length, 1);
  t.is(code, 2);
}

test("without $MODDABLE three lines say what to install", async (t) => {
  const { code, stdout, stderr } = await runCommand("build", ["lin"], withoutSdk);
  t.is(code, 1);
  t.is(stdout, "");
  const lines = stderr.trimEnd().split("\n");
  t.is(lines.length, 3);
  t.regex(lines[0]!, /\$MODDABLE is not set/);
  t.regex(lines[1]!, /xs-dev setup/);
});

test("--help names the targets and every option, with or without the SDK", async (t) => {
  const { code, stdout } = await runCommand("build", ["--help"], withoutSdk);
  t.is(code, 0);
  for (const word of ["TARGET", "lin", "esp32/nodemcu", "--node FILE", "--simulated", "--broker", "--wifi-ssid"]) {
    t.true(stdout.includes(word), word);
  }
});

test("what is wrong on the command line is said in one sentence, before anything is missed", async (t) => {
  await refuses(t, [], /^TARGET is missing: lin, or a board/);
  await refuses(t, ["potato"], /^potato is not a target; lin is, or a board such as esp32\/nodemcu/);
  await refuses(t, ["lin", "esp32"], /^"esp32" is one argument too many/);
  await refuses(t, ["lin", "--node", "nowhere.ts"], /^--node nowhere\.ts is not there/);
  await refuses(t, ["lin", "--node", "package.json"], /^--node package\.json is not a \.ts file/);
  await refuses(
    t,
    ["lin", "--node", "firmware/settings/settings.ts"],
    /exports 0 node definitions; it must export one/,
  );
  await refuses(t, ["lin", "--broker", "broker"], /^--broker broker is not of the form mqtt:\/\/host:port/);
  await refuses(t, ["lin", "--wifi-ssid", "x"], /^--wifi-ssid goes with ESP32 boards only/);
  await refuses(t, ["esp32", "--wifi-ssid", "x".repeat(33)], /^--wifi-ssid has 33 bytes; it must have 1 to 32/);
  await refuses(t, ["esp32", "--wifi-password", "x"], /^--wifi-password goes with --wifi-ssid only/);
  await refuses(t, ["lin", "--debug", "--instrument"], /^--debug does not go with --instrument/);
});

test("an SDK without its tools is told from no SDK", async (t) => {
  const { code, stderr } = await runCommand("build", ["lin"], { ...withoutSdk, MODDABLE: tmpdir() });
  t.is(code, 1);
  t.regex(stderr, /^There is no mcconfig on PATH, nor in /);
});

test("a board that the SDK does not have is refused", (t) =>
  refuses(t, ["esp32/potato"], /^esp32\/potato is not a board of the SDK/, sdk("exit 0")));

test("mcconfig gets a manifest with what the command line says", async (t) => {
  const { code, stdout, stderr } = await runCommand(
    "build",
    [
      ...["esp32/testboard", "--simulated", "--node", "firmware/nodes/recorder.ts", "--site", "hall", "--debug"],
      ...["--broker", "mqtt://10.0.0.5:1884", "--wifi-ssid", 'a "b"'],
    ],
    sdk("exit 0"),
  );
  t.is(code, 0, stderr);
  const folder = join(repository, "build", "esp32-testboard-simulated");
  t.true(stdout.startsWith(`mcconfig -d -m -p esp32/testboard -t build -o ${folder} ${folder}/manifest.json\n`));
  const manifest = JSON.parse(readFileSync(join(folder, "manifest.json"), "utf8")) as Record<string, unknown>;
  t.deepEqual(manifest.include, ["../../manifests/esp32.json", "../../manifests/simulated.json"]);
  t.deepEqual(manifest.config, {
    millwright: { site: "hall", broker: { host: "10.0.0.5", port: 1884 }, wifi: { ssid: 'a "b"' } },
  });
  const definition = readFileSync(join(folder, "definition.ts"), "utf8");
  t.true(definition.includes('import { recorder } from "../../firmware/nodes/recorder.js";'));
});

test("where ESP-IDF is missing, the SDK says so, and one more line what to do", async (t) => {
  const { code, stdout, stderr } = await runCommand("build", ["esp32/testboard"], sdk("echo IDF_PATH; exit 1"));
  t.is(code, 1);
  t.true(stdout.endsWith("IDF_PATH\n"));
  t.deepEqual(stderr.trimEnd().split("\n").slice(2).length, 1);
  t.regex(stderr, /needs ESP-IDF, and \$IDF_PATH is not set/);
});
