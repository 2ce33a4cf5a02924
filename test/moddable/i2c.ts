// What the SDK's SMBus gets, which imports "embedded:io/i2c" by itself. By its name in the image: seen from there, bus.ts
// is not beside this file.
import { bus } from "test/moddable/bus";

const { I2C } = bus;
export default I2C;
