import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import test from "ava";
import { repository } from "../../support/command.js";

interface Manifest {
  readonly include?: string | readonly string[];
  readonly modules?: Readonly<Record<string, string>>;
  readonly preload?: string;
  readonly platforms?: Readonly<Record<string, Manifest>>;
}

const folder = join(repository, "manifests");
const listed = (value: string | readonly string[] | undefined) => (typeof value === "string" ? [value] : (value ?? []));
const read = (name: string) => JSON.parse(readFileSync(join(folder, name), "utf8")) as Manifest;
const own = (file: string) => relative(repository, file).split("\\").join("/");
const typeScriptIn = (path: string) =>
  readdirSync(path).filter((name) => name.endsWith(".ts") && !name.endsWith(".d.ts"));

/** Our modules in an image made of these manifests, as mcconfig sees them: name to source, both without extension. */
function modulesOf(...manifests: readonly string[]): Map<string, string> {
  const entries: [string, string][] = [];
  const collect = (name: string) => {
    const { include, modules = {} } = read(name);
    for (const path of listed(include)) if (path.startsWith("./")) collect(path.slice(2));
    entries.push(...Object.entries(modules));
  };
  manifests.forEach(collect);
  const source = (path: string) => own(join(folder, path));
  const without = new Set(entries.filter(([name]) => name === "~").map(([, path]) => source(path)));
  const found = new Map<string, string>();
  for (const [name, path] of entries) {
    if (name === "~") continue;
    const sources = name.endsWith("/*")
      ? typeScriptIn(join(folder, dirname(path))).map((file) => [file.slice(0, -3), file.slice(0, -3)] as const)
      : [["", ""] as const];
    for (const [stem] of sources) {
      const full = name.endsWith("/*") ? `${source(dirname(path))}/${stem}` : source(path);
      if (!without.has(full)) found.set(name.endsWith("/*") ? name.slice(0, -1) + stem : name, full);
    }
  }
  return found;
}

const IMAGES = {
  lin: ["lin.json"],
  "lin late": ["lin-late.json"],
  esp32: ["esp32.json"],
  "esp32 simulated": ["esp32.json", "simulated.json"],
  "esp32 with Ethernet": ["esp32.json", "ethernet.json"],
};

test("firmware.json has a line for every folder of firmware", (t) => {
  const { modules = {} } = read("firmware.json");
  const folders = readdirSync(join(repository, "firmware"), { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => own(entry.parentPath));
  for (const name of new Set(folders)) {
    t.is(modules[`${name}/*`], `../${name}/*`, `firmware.json has no line "${name}/*": "../${name}/*"`);
  }
});

test("every path in a manifest leads somewhere", (t) => {
  for (const name of readdirSync(folder).filter((file) => file.endsWith(".json"))) {
    const { include, modules = {}, platforms = {} } = read(name);
    const includes = [include, ...Object.values(platforms).map((platform) => platform.include)].flatMap(listed);
    for (const path of includes) {
      if (!path.startsWith("$(MODDABLE)/")) t.true(existsSync(join(folder, path)), `${name}: ${path}`);
    }
    for (const path of Object.values(modules)) {
      const at = join(folder, path);
      if (path.endsWith("/*")) t.true(typeScriptIn(dirname(at)).length > 0, `${name}: ${path}`);
      else t.true(existsSync(`${at}.ts`) || existsSync(`${at}.d.ts`), `${name}: ${path}`);
    }
  }
});

for (const [image, manifests] of Object.entries(IMAGES)) {
  test(`the image ${image} has everything that its entry point imports`, (t) => {
    const modules = modulesOf(...manifests);
    const entry = `hosts/moddable/${image.startsWith("esp32") ? "esp32" : image.replace(" ", "-")}`;
    const reached = new Set([entry]);
    for (const name of reached) {
      const source = modules.get(name);
      if (source === undefined) {
        t.fail(`${name} is in no manifest`);
        continue;
      }
      const text = readFileSync(join(repository, `${source}.ts`), "utf8");
      // Names mirror folders: XS resolves a relative import against the name, tsc against the file.
      for (const [, specifier] of text.matchAll(/^(?:import|export)\s(?!type\b)[^;]*?from "(\.[^"]+)\.js";$/gm)) {
        reached.add(posix.join(posix.dirname(name), specifier!));
      }
    }
    t.true(reached.size > 30);
    t.true(reached.has("firmware/mqtt/session"));
    t.is(reached.has("simulator/world/pump-room"), image.startsWith("lin") || image.endsWith("simulated"));
    t.is(modules.get("hosts/moddable/interface")?.endsWith("-ethernet") ?? false, image.endsWith("Ethernet"));
  });
}
