import Analog from "embedded:io/analog";
import I2C from "embedded:io/i2c";
import type { NodeDefinition } from "../../firmware/definition.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { AnalogConstructor, I2CConstructor, IO } from "../../firmware/ports/io.js";

/** ESP32's own pins. `manifests/simulated.json` puts io-simulated.ts in this file's place. */
export function openIO(_definition: NodeDefinition, _clock: Clock, _random: () => number): IO {
  // What the classes do is in firmware/ports/io.ts; the SDK's typings leave out writeRead, timeout, esp32 and close.
  return { I2C: I2C as unknown as I2CConstructor, Analog: Analog as unknown as AnalogConstructor };
}
