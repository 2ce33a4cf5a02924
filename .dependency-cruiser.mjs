// Who may import whom: DESIGN §2, checked by `npm run check`.
const rooms = "sensors|calibration|quality|filters|alarms|condition|telemetry|outbox|mqtt|control|time|supervision";
const words = "firmware/(model|ports|data)/";
const settings = "(settings/|definition\\.ts$|define-node\\.ts$)";

/** A rule that forbids every import from `from` that `allowed` does not name. */
const only = (name, comment, from, allowed, fromNot) => ({
  name,
  comment,
  severity: "error",
  from: { path: from, ...(fromNot ? { pathNot: fromNot } : {}) },
  to: { pathNot: allowed },
});

const floors = [
  only("floor-words", "model, ports and data import only each other", `^${words}`, `^${words}`),
  only("floor-signal", "signal imports only the words", "^firmware/signal/", `^(${words}|firmware/signal/)`),
  ...rooms
    .split("|")
    .map((room) =>
      only(
        `floor-${room}`,
        `${room} imports model, ports, data, signal and itself; rooms on one floor meet in node.ts`,
        `^firmware/${room}/`,
        `^(${words}|firmware/signal/|firmware/${room}/)`,
      ),
    ),
  only(
    "floor-settings",
    "definition and settings stand on the rooms",
    `^firmware/${settings}`,
    `^(${words}|firmware/signal/|firmware/(${rooms})/|firmware/${settings})`,
  ),
  ...["measurement", "publishing"].map((floor) =>
    only(
      `floor-${floor}`,
      `${floor} stands on rooms and settings; measurement and publishing meet in node`,
      `^firmware/${floor}/`,
      `^(${words}|firmware/signal/|firmware/(${rooms})/|firmware/${settings}|firmware/${floor}/)`,
    ),
  ),
  only(
    "floor-node",
    "the node imports anything in firmware but nodes/",
    "^firmware/node(\\.ts$|/)",
    "^firmware/(?!nodes/)",
  ),
  only("floor-nodes", "ready-made nodes import firmware only", "^firmware/nodes/", "^firmware/"),
];

const simulator = [
  only(
    "simulator-imports",
    "the simulator knows the firmware's words, not its rooms",
    "^simulator/",
    "^(simulator/|firmware/(ports|model|data|signal)/)",
    "^simulator/boards/",
  ),
  only(
    "boards-imports",
    "boards may also know definitions and ready-made nodes",
    "^simulator/boards/",
    "^(simulator/|firmware/(ports|model|data|signal|nodes)/|firmware/definition\\.ts$)",
  ),
  only(
    "chips-imports",
    "a chip is written from its datasheet",
    "^simulator/chips/",
    "^(simulator/(chips|random|clock)|firmware/(ports|model|data|signal)/)",
  ),
];

const hosts = [
  only(
    "simulated-imports",
    "hosts/simulated runs inside XS: firmware and simulator only",
    "^hosts/simulated/",
    "^(hosts/simulated/|firmware/|simulator/)",
  ),
  { name: "hosts-xs", severity: "error", from: { path: "^hosts/xs/" }, to: { path: "^hosts/(node|moddable)/" } },
  { name: "hosts-moddable", severity: "error", from: { path: "^hosts/moddable/" }, to: { path: "^hosts/(node|xs)/" } },
  { name: "hosts-node", severity: "error", from: { path: "^hosts/node/" }, to: { path: "^hosts/moddable/" } },
  {
    name: "hosts-by-tests",
    comment: "only tests import hosts",
    severity: "error",
    from: { pathNot: "^(hosts|test)/" },
    to: { path: "^hosts/" },
  },
  { name: "tests-are-leaves", severity: "error", from: { pathNot: "^test/" }, to: { path: "^test/" } },
];

export default {
  forbidden: [
    { name: "no-circular", severity: "error", from: {}, to: { circular: true } },
    {
      name: "not-resolvable",
      severity: "error",
      from: { pathNot: "^(hosts|test)/moddable/" },
      to: { couldNotResolve: true },
    },
    ...floors,
    ...simulator,
    ...hosts,
  ],
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      extensions: [".ts", ".js", ".mjs"],
      exportsFields: ["exports"],
      conditionNames: ["import", "node", "default"],
    },
  },
};
