// What these files use of the Moddable SDK, for this repository's own type check. An image is built with the SDK's own
// typings; where those of the package `@moddable/typings` (older than the SDK) say the same, they are taken.

/* eslint-disable @typescript-eslint/triple-slash-reference -- files that declare modules cannot be imported */

/// <reference path="../../node_modules/@moddable/typings/timer.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/instrumentation.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/time.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/_common.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/analog.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/digitalbank.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/digital.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/i2c.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/serial.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/spi.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/socket/tcp.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/socket/udp.d.ts" />

/** Writes to the debugger; on lin also to standard output. */
declare function trace(...texts: string[]): void;

/** From the SDK's module `system`, which its manifests preload. */
declare const System: {
  /** `address` is undefined when there is none. */
  resolve(name: string, callback: (name: string, address: string) => void): void;
};

/** Types that `@moddable/typings` takes from the engine's. */
type HostBuffer = ArrayBuffer;

declare module "mc/config" {
  /** The `config` of the manifests, merged and frozen. */
  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as the SDK declares it
  const config: Record<string, any>;
  export { config as default };
}

declare module "embedded:storage/key-value" {
  interface Storage {
    read(key: string): unknown;
    write(key: string, value: string): void;
    delete(key: string): void;
  }
  const storage: { open(options: { path: string; format?: "string" }): Storage };
  export { storage as default };
}

declare module "embedded:storage/flash" {
  interface Flash {
    /** On ESP32 without the last two. */
    status(): { size: number; blocks: number; blockLength: number; writeAlign?: number; eraseValue?: number };
    eraseBlock(from: number, to: number): void;
    read(into: Uint8Array, offset: number): number;
    write(bytes: Uint8Array, offset: number): void;
    close(): void;
  }
  const storage: { open(options: { path: string; mode?: "r" | "r+" }): Flash };
  export { storage as default };
}

declare module "embedded:network/interface/wifi" {
  export default class WiFi {
    constructor(options: { onChanged?: () => void });
    connect(options: { SSID: string; password?: string }): void;
    disconnect(): void;
    /** 200: down, 300: connecting, 400: connected, 500: connected with addresses. */
    readonly connection: number;
    readonly address: string | undefined;
    /** dBm; undefined without a connection. The SDK's typings leave it out. */
    readonly RSSI: number | undefined;
  }
}

declare module "embedded:network/interface/ethernet" {
  export default class Ethernet {
    constructor(options: { onChanged?: () => void });
    connect(): void;
    disconnect(): void;
    /** 200: down, 300: connecting, 400: connected, 500: connected with addresses. */
    readonly connection: number;
    readonly address: string | undefined;
  }
}
