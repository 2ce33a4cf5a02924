/**
 * `npm test`: the checks (types, lint, format, import rules), then every test. Ends with the line `N passed, N failed`.
 * Arguments go to AVA: `npm test -- test/unit/mqtt/*.test.ts`.
 */
import { spawn } from "node:child_process";

interface Result {
  readonly code: number;
  readonly output: string;
}

function runTool(command: string, args: readonly string[]): Promise<Result> {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      stdio: ["ignore", "pipe", "inherit"],
      env: { ...process.env, FORCE_COLOR: "0" },
    });
    let output = "";
    child.stdout.on("data", (chunk: Buffer) => {
      output += chunk.toString();
      process.stdout.write(chunk);
    });
    child.on("error", (error) => resolve({ code: 1, output: error.message }));
    child.on("close", (code) => resolve({ code: code ?? 1, output }));
  });
}

/** The number in AVA's closing line that `pattern` matches; 0 where there is none. */
function count(output: string, pattern: RegExp): number {
  return Number(pattern.exec(output)?.[1] ?? 0);
}

const check = await runTool("npm", ["run", "--silent", "check"]);
const tests = await runTool("npx", ["--no-install", "ava", ...process.argv.slice(2)]);

// AVA leaves their number out where a test has failed; each has its line.
const passed = [...tests.output.matchAll(/^\s*✔ /gm)].length + (check.code === 0 ? 1 : 0);
const skipped = count(tests.output, /^\s*(\d+) tests? skipped$/m);
let failed = (check.code === 0 ? 0 : 1) + count(tests.output, /^\s*(\d+) tests? failed$/m);
failed += count(tests.output, /^\s*(\d+) (?:uncaught exceptions?|unhandled rejections?)$/m);
// AVA fails for other reasons too: a file that does not load, a time-out.
if (tests.code !== 0 && failed === 0) failed = 1;

process.stdout.write(`\n${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}\n`);
process.exit(failed === 0 ? 0 : 1);
