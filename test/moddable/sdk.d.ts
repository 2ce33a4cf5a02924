// What the image uses of the Moddable SDK beyond hosts/moddable/sdk.d.ts, for this repository's own type check.

/* eslint-disable @typescript-eslint/triple-slash-reference -- files that declare modules cannot be imported */

/// <reference path="../../hosts/moddable/sdk.d.ts" />
/// <reference path="../../node_modules/@moddable/typings/embedded_io/smbus.d.ts" />

/** bus.ts by its name in the image. */
declare module "test/moddable/bus" {
  export const bus: { readonly I2C: new (options: object) => object };
}
