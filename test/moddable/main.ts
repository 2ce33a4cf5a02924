import Timer from "timer";
import type { PartChannel } from "../../simulator/chips/chip.js";
import { bus } from "./bus.js";
import { bmp280, lis3dh, mlx90614, sht3x, thermistor, tmp117 } from "./drivers.js";
import type { DriverUnderTest } from "./drivers.js";

/** Where in its range a channel is set: both ends, and between. */
const SHARES = [0, 0.2, 0.5, 0.7, 1];
/** Between two channels of a part, so that they are not at the same place in their ranges. */
const STRIDE = 2;

function tell(line: Record<string, unknown>): void {
  trace(`${JSON.stringify(line)}\n`);
}

function truthAt({ minimum, maximum }: PartChannel, index: number): number {
  return minimum + SHARES[index % SHARES.length]! * (maximum - minimum);
}

/** Sets all channels to each of their values, and tells what the driver makes of it. */
function sweep({ name, chip, sample, close, settleMs, excess }: DriverUnderTest): void {
  const channels = Object.entries(chip.channels);
  for (let point = 0; point < SHARES.length; point++) {
    channels.forEach(([quantity, channel], i) => chip.setChannel(quantity, truthAt(channel, point + STRIDE * i)));
    Timer.delay(Math.ceil(settleMs));
    const reading = sample();
    channels.forEach(([quantity, channel], i) => {
      const truth = truthAt(channel, point + STRIDE * i);
      const value = reading[quantity];
      const tolerance = channel.tolerance + (excess?.(quantity, truth) ?? 0);
      const ok = value !== undefined && Math.abs(value - truth) <= tolerance;
      tell({ driver: name, quantity, unit: channel.unit, truth, value, tolerance, ok });
    });
  }
  close();
}

for (const open of [sht3x, tmp117, lis3dh, mlx90614, bmp280, thermistor]) {
  try {
    sweep(open());
  } catch (error) {
    tell({ driver: open.name, error: String(error), ok: false });
  }
}
tell({ violations: bus.violations.map(({ message }) => message) });
