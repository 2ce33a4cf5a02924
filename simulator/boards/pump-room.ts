import { BME280Chip } from "../chips/bme280.js";
import { CurrentLoopTransmitter } from "../chips/current-loop-transmitter.js";
import { SHT3xChip } from "../chips/sht3x.js";
import { ThermistorDivider } from "../chips/thermistor-divider.js";
import type { ThermistorDividerOptions } from "../chips/thermistor-divider.js";
import { Board } from "./board.js";
import type { BoardOptions } from "./board.js";

/** 103AT-type NTC, 10 kΩ at 25 °C, from pin to ground, under 12 kΩ from 3.3 V. */
const NTC_103AT: ThermistorDividerOptions = {
  placement: "low",
  seriesOhms: 12_000,
  supplyMillivolts: 3300,
  nominalOhms: 10_000,
  nominalCelsius: 25,
  betaKelvin: 3435,
};

/** The wiring of the ready-made node `pump-room`, in a world that has the quantities of `world/pump-room.ts`. */
export function pumpRoomBoard(options: BoardOptions): PumpRoomBoard {
  return new PumpRoomBoard(options);
}

export class PumpRoomBoard extends Board {
  readonly bearing = new ThermistorDivider(NTC_103AT);
  readonly winding = new ThermistorDivider(NTC_103AT);
  readonly tank = new CurrentLoopTransmitter({
    shuntOhms: 100,
    atFourMilliamperes: 0,
    atTwentyMilliamperes: 4,
    unit: "m",
  });
  readonly hall: SHT3xChip;
  readonly coldroom: BME280Chip;

  constructor(options: BoardOptions) {
    super(options, { data: 21, clock: 22 });
    const { clock, random } = options;
    this.hall = new SHT3xChip({ clock, random: random.fork("hall") });
    this.coldroom = new BME280Chip({ clock, random: random.fork("coldroom") });
    this.solderAnalog("bearing", 34, this.bearing, { temperature: "bearing.temperature" });
    this.solderAnalog("winding", 35, this.winding, { temperature: "winding.temperature" });
    this.solderAnalog("tank", 32, this.tank, { value: "tank.level" });
    this.solderI2C("hall", 0x44, this.hall, { temperature: "hall.temperature", humidity: "hall.humidity" });
    this.solderI2C("coldroom", 0x76, this.coldroom, {
      temperature: "coldroom.temperature",
      humidity: "coldroom.humidity",
      pressure: "coldroom.pressure",
    });
  }
}
