import { SdkClock } from "../../hosts/moddable/clock.js";
import { I2CBus } from "../../simulator/io/i2c.js";

/** The SDK's drivers wait in real time, so the parts live in it. */
export const clock = new SdkClock();
export const bus = new I2CBus({ clock, pins: { data: 21, clock: 22 } });
