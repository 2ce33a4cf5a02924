import Analog from "embedded:io/analog";
import Digital from "embedded:io/digital";
import I2C from "embedded:io/i2c";
import Serial from "embedded:io/serial";
import SdkSPI from "embedded:io/spi";
import type { NodeDefinition } from "../../firmware/definition.js";
import type { Clock } from "../../firmware/ports/clock.js";
import type { IO, SPIConstructor, SPIOptions } from "../../firmware/ports/io.js";
import { EdgeCount } from "./edge-count.js";

/** SPI2_HOST, which every ESP32 has. */
const USUAL_SPI_PORT = 1;

const EspSPI = SdkSPI as unknown as SPIConstructor;

/** The SDK's class on ESP32 has no usual port. */
class SPI extends EspSPI {
  constructor(options: SPIOptions) {
    super({ port: USUAL_SPI_PORT, ...options });
  }
}

/** ESP32's own pins. `manifests/simulated.json` puts io-simulated.ts in this file's place. */
export function openIO(_definition: NodeDefinition, _clock: Clock, _random: () => number): IO {
  // What the classes do is in firmware/ports/io.ts; the SDK's typings leave out writeRead, timeout, esp32 and close.
  return { I2C, SPI, Analog, Serial, Digital, PulseCount: EdgeCount } as unknown as IO;
}
