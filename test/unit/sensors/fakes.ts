import type { Analog, AnalogConstructor, I2C, I2CConstructor } from "../../../firmware/ports/io.js";

/** An I2C class whose calls go to `target`; what a driver sent is in `sent`. */
export function fakeI2C(target: Partial<I2C>) {
  const sent: number[][] = [];
  const io = class implements I2C {
    read(into: Uint8Array): unknown {
      return target.read!(into);
    }
    write(bytes: Uint8Array): void {
      sent.push([...bytes]);
      target.write?.(bytes);
    }
    writeRead(bytes: Uint8Array, into: Uint8Array): unknown {
      return target.writeRead!(bytes, into);
    }
    close(): void {}
  } as I2CConstructor;
  return { io, sent };
}

/** A register file that a BME280 driver talks to: forced conversions end at once with the `data` that is in it. */
export function fakeBME280(registers: Uint8Array) {
  return fakeI2C({
    write(bytes) {
      for (let i = 0; i + 1 < bytes.length; i += 2) {
        const [register, value] = [bytes[i]!, bytes[i + 1]!];
        if (register === 0xe0) registers.fill(0, 0xf2, 0xf6);
        else registers[register] = register === 0xf4 ? value & 0xfc : value;
      }
    },
    writeRead(bytes, into) {
      into.set(registers.subarray(bytes[0]!, bytes[0]! + into.length));
    },
  });
}

/** An ADC class of 12 bits that gives `counts` in turn, over and over. */
export function fakeAnalog(...counts: readonly (number | undefined)[]) {
  const seen = { open: 0, reads: 0, options: {} as object, resolution: 12 };
  const io = class implements Analog {
    constructor(options: object) {
      seen.options = options;
      seen.open++;
    }
    get resolution(): number {
      return seen.resolution;
    }
    read(): number | undefined {
      return counts[seen.reads++ % counts.length];
    }
    close(): void {
      seen.open--;
    }
  } as unknown as AnalogConstructor;
  return { io, seen };
}

/** The reading of a calibrated ADC at 12 dB for a voltage. */
export function countsOf(millivolts: number): number {
  return Math.round((millivolts / 2450) * 4095);
}
