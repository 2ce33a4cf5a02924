// The SDK's sensor drivers, which are JavaScript without typings: what main.ts uses of them.

declare namespace SdkDriver {
  interface Options {
    sensor: object;
    onError?: (message: string) => void;
  }
  interface Sensor<Reading> {
    sample(): Reading;
    close(): void;
  }
}

declare module "embedded:sensor/Humidity-Temperature/SHT3x" {
  export default class SHT3x implements SdkDriver.Sensor<Reading> {
    constructor(options: SdkDriver.Options);
    sample(): Reading;
    close(): void;
  }
  /** A part whose checksum was wrong is left out. Celsius and percent (ECMA-419 has 0 to 1). */
  interface Reading {
    thermometer: { temperature?: number };
    hygrometer: { humidity?: number };
  }
}

declare module "embedded:sensor/Temperature/TMP117" {
  export default class TMP117 implements SdkDriver.Sensor<{ temperature: number }> {
    constructor(options: SdkDriver.Options);
    configure(options: { conversionRate?: number }): void;
    sample(): { temperature: number };
    close(): void;
  }
}

declare module "embedded:sensor/Accelerometer/LIS3DH" {
  export default class LIS3DH implements SdkDriver.Sensor<Reading> {
    constructor(options: SdkDriver.Options);
    sample(): Reading;
    close(): void;
  }
  /** m/s². */
  interface Reading {
    x: number;
    y: number;
    z: number;
  }
}

declare module "embedded:sensor/Temperature/MLX90614" {
  export default class MLX90614 implements SdkDriver.Sensor<Reading> {
    constructor(options: SdkDriver.Options);
    sample(): Reading;
    close(): void;
  }
  interface Reading {
    temperature: number;
    ambientTemperature: number;
  }
}

declare module "embedded:sensor/Barometer-Temperature/BMP280" {
  export default class BMP280 implements SdkDriver.Sensor<Reading> {
    constructor(options: SdkDriver.Options);
    sample(): Reading;
    close(): void;
  }
  /** Pascals and Celsius. */
  interface Reading {
    barometer: { pressure: number };
    thermometer: { temperature: number };
  }
}

declare module "embedded:sensor/Temperature/NTC_Thermistor" {
  export default class Thermistor implements SdkDriver.Sensor<{ temperature: number }> {
    constructor(options: SdkDriver.Options);
    configure(options: Configuration): void;
    sample(): { temperature: number };
    close(): void;
  }
  interface Configuration {
    series_resistance?: number;
    thermistor_resistance?: number;
    beta?: number;
    averaging?: number;
    pullup?: boolean;
  }
}
