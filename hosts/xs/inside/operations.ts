type Operation = () => unknown;

const engine = globalThis as unknown as {
  operationNames: readonly string[];
  handleCommand: (request: ArrayBuffer) => void;
};

/**
 * Registers what hosts/xs/measure.ts measures, once per entry. An operation is called with nothing, many times; what it
 * needs is made before, at the top level of the entry.
 */
export function operations(named: Record<string, Operation>): void {
  const empty: Operation = () => {};
  const list = [empty, ...Object.values(named)];
  engine.operationNames = Object.keys(named);
  engine.handleCommand = (request) => {
    const view = new DataView(request);
    run(list[view.getUint32(0, true)]!, view.getUint32(4, true));
  };
}

function run(operation: Operation, count: number): void {
  for (let i = 0; i < count; i++) operation();
}
