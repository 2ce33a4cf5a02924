import type { SerialConstructor } from "../../firmware/ports/io.js";
import type { SerialDevice } from "../../simulator/chips/chip.js";

/** One end of a line, as the adapters below need it. */
interface End {
  write(bytes: Uint8Array): void;
  close(): void;
}

interface OpenOptions {
  path: string;
  baudRate: number;
}

/** An open port as serialport's streams know it (npm package @serialport/bindings-interface, `BindingPortInterface`). */
class BindingPort {
  isOpen = true;
  readonly openOptions: OpenOptions;
  readonly #end: End;
  readonly #received: number[] = [];
  #reader: { resolve: () => void; reject: (error: Error) => void } | undefined;

  constructor(options: OpenOptions, open: (received: (bytes: Uint8Array) => void) => End) {
    this.openOptions = options;
    this.#end = open((bytes) => {
      this.#received.push(...bytes);
      this.#reader?.resolve();
      this.#reader = undefined;
    });
  }

  /** At least one byte, however long it takes. */
  async read(buffer: Uint8Array, offset: number, length: number) {
    if (this.#received.length === 0) {
      await new Promise<void>((resolve, reject) => (this.#reader = { resolve, reject }));
    }
    const bytes = this.#received.splice(0, length);
    buffer.set(bytes, offset);
    return { buffer, bytesRead: bytes.length };
  }

  async write(bytes: Uint8Array): Promise<void> {
    this.#end.write(bytes);
  }

  async close(): Promise<void> {
    this.isOpen = false;
    this.#end.close();
    this.#reader?.reject(Object.assign(new Error("closed"), { canceled: true }));
  }

  async drain(): Promise<void> {}
  async flush(): Promise<void> {
    this.#received.length = 0;
  }
}

function binding(open: (options: OpenOptions, received: (bytes: Uint8Array) => void) => End) {
  return {
    list: async () => [],
    open: async (options: OpenOptions) => new BindingPort(options, (received) => open(options, received)),
  };
}

/** What serialport takes as `binding`; {@link noBinding} is one that opens nothing. */
export type SerialPortBinding = ReturnType<typeof binding>;

export const noBinding: SerialPortBinding = binding(({ path }) => {
  throw new Error(`serialport: no such port, ${path}`);
});

/** A serialport that is the controller of a simulated line. */
export function controllerBinding(io: SerialConstructor): SerialPortBinding {
  return binding(({ baudRate }, received) => {
    const chunk = new Uint8Array(128);
    return new io({
      receive: 16,
      transmit: 17,
      baud: baudRate,
      format: "buffer",
      onReadable(this: InstanceType<SerialConstructor>) {
        const count = this.read(chunk);
        if (count !== undefined) received(chunk.slice(0, count));
      },
    });
  });
}

/** A serialport that is a device on a simulated line. */
export class BoundDevice implements SerialDevice {
  /** All that it was sent. */
  readonly heard: number[] = [];
  readonly binding: SerialPortBinding;
  #send: (bytes: Uint8Array) => void = () => {};
  #received: (bytes: Uint8Array) => void = () => {};

  constructor() {
    this.binding = binding((_, received) => {
      this.#received = received;
      return { write: (bytes) => this.#send(bytes), close: () => (this.#received = () => {}) };
    });
  }

  connect(send: (bytes: Uint8Array) => void): void {
    this.#send = send;
  }

  receive(byte: number): void {
    this.heard.push(byte);
    this.#received(Uint8Array.of(byte));
  }
}
