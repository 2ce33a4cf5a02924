/**
 * Modbus RTU against the npm package modbus-serial 8.0.25, over a simulated line: our master reads its server, and its
 * client reads our energy meter. Register addresses below are copied from the meter's manual ("SDM120Modbus Smart Meter
 * Modbus Protocol Implementation" V2.4, §1.3), not from our driver or chip; singles are made and read by Node's Buffer.
 * A single is a single on both sides, so our master has to give exactly what the server has; what our meter gives may
 * differ from the truth by its channels' tolerances.
 */
import type { ExecutionContext } from "ava";
import { SensorFault } from "../../firmware/model/sensor.js";
import type { Sensor } from "../../firmware/model/sensor.js";
import { ModbusRegisters } from "../../firmware/sensors/modbus-registers.js";
import type { RegisterDefinition } from "../../firmware/sensors/modbus-registers.js";
import { SDM120 } from "../../firmware/sensors/sdm120.js";
import { SDM120Device } from "../../simulator/chips/sdm120.js";
import { VirtualClock } from "../../simulator/clock.js";
import { SerialLine } from "../../simulator/io/serial.js";
import { load, optionalTest, standIn } from "../support/optional.js";
import { BoundDevice, controllerBinding, noBinding } from "../support/serial-binding.js";
import type { SerialPortBinding } from "../support/serial-binding.js";
import { inVirtualTime, wait } from "../support/virtual-time.js";

const PACKAGES = ["modbus-serial", "serialport"];
const PINS = { receive: 16, transmit: 17 };
const BAUD = 2400;

/** Input registers of the meter: the first of two, and some of the values that it can have. */
const INPUTS: Record<string, { register: number; values: readonly number[] }> = {
  voltage: { register: 0x0000, values: [176, 207.3, 230, 231.47, 253.05, 276] },
  current: { register: 0x0006, values: [0, 0.004, 0.5, 5, 12.345, 45] },
  activePower: { register: 0x000c, values: [-12_420, -0.7, 0, 1.25, 1500.5, 12_420] },
  apparentPower: { register: 0x0012, values: [0, 0.33, 42.2, 230, 1753.1, 12_420] },
  reactivePower: { register: 0x0018, values: [-12_420, -301.4, 0, 0.9, 77.7, 12_420] },
  powerFactor: { register: 0x001e, values: [-1, -0.5, 0, 0.123, 0.87, 1] },
  frequency: { register: 0x0046, values: [45, 49.98, 50, 50.02, 60, 66] },
};
/** kWh. The meter's model has imported all that it counted. */
const IMPORT_ENERGY = 0x0048;
const EXPORT_ENERGY = 0x004a;
const ENERGY = 0x0156;
const ENERGIES = [0, 0.01, 1.5, 873.21, 45_678.9, 99_999.9];
/** Holding registers: address and rate of the meter. */
const METER_ID = 0x0014;
const BAUD_CODE = 0x001c;

interface Client {
  connectRTUBuffered(path: string, options: { baudRate: number; binding: SerialPortBinding }): Promise<void>;
  setID(unit: number): void;
  setTimeout(ms: number): void;
  readInputRegisters(register: number, count: number): Promise<{ buffer: Buffer }>;
  readHoldingRegisters(register: number, count: number): Promise<{ buffer: Buffer }>;
  readCoils(coil: number, count: number): Promise<unknown>;
  writeRegisters(register: number, values: Buffer): Promise<{ address: number; length: number }>;
  close(callback: () => void): void;
}

/** What the server's registers hold, each asked for by itself; throws an object with a modbusErrorCode to refuse. */
interface Vector {
  getInputRegister?(register: number, unit: number): number;
  getHoldingRegister?(register: number, unit: number): number;
}

interface Server {
  close(callback: () => void): void;
}

interface ModbusSerial {
  new (): Client;
  ServerSerial: new (
    vector: Vector,
    options: { path: string; baudRate: number; unitID: number; binding: SerialPortBinding },
  ) => Server;
}

function modbusSerial(): ModbusSerial {
  standIn("serialport", "@serialport/bindings-cpp", { autoDetect: () => noBinding });
  return load<ModbusSerial>("modbus-serial");
}

/** A server of modbus-serial on a line, and all it takes for our master to ask it. */
function serverBench(vector: Vector) {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock, baud: BAUD, halfDuplex: true });
  const device = new BoundDevice();
  line.attach(device);
  const { ServerSerial } = modbusSerial();
  const server = new ServerSerial(vector, { path: "line", baudRate: BAUD, unitID: 1, binding: device.binding });
  const sensor = { io: line.Serial, ...PINS, baud: BAUD };
  return { clock, device, sensor, close: () => new Promise<void>((resolve) => server.close(resolve)) };
}

/** Samples until there is a reading or a fault. */
async function outcome<Reading>(sensor: Sensor<Reading>): Promise<Reading | SensorFault> {
  for (let calls = 0; calls < 500; calls++) {
    try {
      const reading = sensor.sample();
      if (reading !== undefined) return reading;
    } catch (error) {
      if (error instanceof SensorFault) return error;
      throw error;
    }
    await wait(Math.max(1, sensor.readyInMs ?? 1));
  }
  throw new Error("neither reading nor fault after 500 calls");
}

/** Two registers of a meter's table, out of singles by their first register; what is between them is 0. */
function registersOf(singles: ReadonlyMap<number, number>, last: number) {
  return (register: number): number => {
    if (register > last) throw { modbusErrorCode: 2 };
    const bytes = Buffer.alloc(4);
    bytes.writeFloatBE(singles.get(register & ~1) ?? 0);
    return bytes.readUInt16BE(2 * (register & 1));
  };
}

/** The server makes the CRC of what it was sent anew, so whether ours was right is seen here, by the package's own sum. */
function checkRequests(t: ExecutionContext, heard: readonly number[], length: number): void {
  const crc16 = load<(bytes: Uint8Array) => number>("modbus-serial/utils/crc16");
  t.is(heard.length % length, 0);
  for (let at = 0; at < heard.length; at += length) {
    const request = Uint8Array.from(heard.slice(at, at + length));
    t.is(crc16(request), 0, `the request ${Buffer.from(request).toString("hex")}`);
  }
}

optionalTest(PACKAGES, "our driver of the SDM120 reads every quantity from a server of modbus-serial", async (t) => {
  const singles = new Map<number, number>();
  const { clock, device, sensor, close } = serverBench({ getInputRegister: registersOf(singles, 0x0159) });
  await inVirtualTime(clock, async () => {
    const meter = new SDM120({ sensor, clock });
    for (let i = 0; i < 6; i++) {
      const expected: Record<string, number> = {};
      const put = (name: string, register: number, value: number) => {
        singles.set(register, value);
        expected[name] = Math.fround(value);
      };
      for (const [name, { register, values }] of Object.entries(INPUTS)) put(name, register, values[i]!);
      put("importEnergy", IMPORT_ENERGY, ENERGIES[i]!);
      put("exportEnergy", EXPORT_ENERGY, ENERGIES[5 - i]!);
      put("energy", ENERGY, ENERGIES[i]! / 3);
      t.deepEqual((await outcome(meter)) as object, expected);
    }
    meter.close();
    await close();
  });
  checkRequests(t, device.heard, 8);
});

optionalTest(PACKAGES, "our driver of the SDM120 is told by modbus-serial that an address is illegal", async (t) => {
  // A meter without the totals of 0x0156.
  const { clock, sensor, close } = serverBench({ getInputRegister: registersOf(new Map([[0x46, 50]]), 0x005f) });
  await inVirtualTime(clock, async () => {
    const meter = new SDM120({ sensor, clock });
    const fault = (await outcome(meter)) as SensorFault;
    t.true(fault instanceof SensorFault);
    t.is(fault.quality, "bus");
    t.is(fault.message, "sdm120: unit 1 refuses with exception 2 (illegal data address)");
    meter.close();
    await close();
  });
});

optionalTest(
  PACKAGES,
  "our driver of the SDM120 gets nothing from modbus-serial when it asks another unit",
  async (t) => {
    const { clock, device, sensor, close } = serverBench({ getInputRegister: registersOf(new Map(), 0x0159) });
    await inVirtualTime(clock, async () => {
      const meter = new SDM120({ sensor: { ...sensor, unit: 2 }, clock });
      const fault = (await outcome(meter)) as SensorFault;
      t.true(fault instanceof SensorFault);
      t.is(fault.quality, "bus");
      t.is(fault.message, "sdm120: unit 2 does not answer within 500 ms");
      meter.close();
      await close();
    });
    t.is(device.heard[0], 2);
  },
);

optionalTest(PACKAGES, "our master reads every type and order of holding registers from modbus-serial", async (t) => {
  const bytes = Buffer.alloc(26);
  bytes.writeUInt16BE(65_534, 0);
  bytes.writeInt16BE(-1234, 2);
  bytes.writeUInt32BE(0xfedcba98, 4);
  bytes.writeInt32BE(-123_456_789, 8);
  bytes.writeFloatBE(-7.25, 12);
  bytes.writeFloatBE(230.5, 16);
  const swapped = Buffer.concat([bytes.subarray(18, 20), bytes.subarray(16, 18)]);
  swapped.copy(bytes, 16);
  bytes.writeUInt32LE(3_000_000_001, 20);
  bytes.writeUInt16LE(513, 24);
  const at = (name: string, register: number, type: RegisterDefinition["type"], wordOrder = "ABCD" as const) => {
    return { name, register: 100 + register, function: 3, type, wordOrder, unit: "V" } as const;
  };
  const registers: RegisterDefinition[] = [
    at("u16", 0, "u16"),
    at("i16", 1, "i16"),
    at("u32", 2, "u32"),
    at("i32", 4, "i32"),
    at("f32", 6, "f32"),
    { ...at("lowWordFirst", 8, "f32"), wordOrder: "CDAB" },
    { ...at("lowByteFirst", 10, "u32"), wordOrder: "DCBA" },
    { ...at("turned", 12, "u16"), wordOrder: "BADC" },
  ];
  const vector = { getHoldingRegister: (register: number) => bytes.readUInt16BE(2 * (register - 100)) };
  const { clock, device, sensor, close } = serverBench(vector);
  await inVirtualTime(clock, async () => {
    const master = new ModbusRegisters({ sensor, clock, registers });
    t.deepEqual((await outcome(master)) as object, {
      u16: 65_534,
      i16: -1234,
      u32: 0xfedcba98,
      i32: -123_456_789,
      f32: -7.25,
      lowWordFirst: 230.5,
      lowByteFirst: 3_000_000_001,
      turned: 513,
    });
    master.close();
    await close();
  });
  checkRequests(t, device.heard, 8);
});

/** What the client rejects with; its time-out is no Error. */
interface Refusal {
  message: string;
  modbusCode?: number;
}

/** What a request that has to fail is rejected with; `undefined` when it did not fail. */
function refusal(request: Promise<unknown>): Promise<Refusal | undefined> {
  return request.then(
    () => undefined,
    (reason: Refusal) => reason,
  );
}

/** Our meter on a line, and a client of modbus-serial that asks unit 1. */
async function withClient(
  run: (bench: { client: Client; meter: SDM120Device; line: SerialLine }) => Promise<void>,
): Promise<void> {
  const clock = new VirtualClock();
  const line = new SerialLine({ clock, baud: BAUD, halfDuplex: true });
  const meter = new SDM120Device({ clock });
  line.attach(meter);
  const client = new (modbusSerial())();
  await inVirtualTime(clock, async () => {
    await client.connectRTUBuffered("line", { baudRate: BAUD, binding: controllerBinding(line.Serial) });
    client.setID(1);
    client.setTimeout(1000);
    // Before the first frame the line must have been silent.
    await wait(20);
    await run({ client, meter, line });
    await new Promise<void>((resolve) => client.close(resolve));
  });
}

optionalTest(PACKAGES, "a client of modbus-serial reads every quantity of our SDM120", async (t) => {
  await withClient(async ({ client, meter }) => {
    const read = async (register: number) => (await client.readInputRegisters(register, 2)).buffer.readFloatBE(0);
    const channels = meter.channels as SDM120Device["channels"] & Record<string, { tolerance: number }>;
    const near = (value: number, truth: number, name: string) => {
      t.true(Math.abs(value - truth) <= channels[name]!.tolerance, `${name}: read ${value}, is ${truth}`);
    };
    for (let i = 0; i < 6; i++) {
      for (const [name, { values }] of Object.entries(INPUTS)) meter.setChannel(name, values[i]!);
      meter.setChannel("energy", ENERGIES[i]!);
      for (const [name, { register, values }] of Object.entries(INPUTS)) near(await read(register), values[i]!, name);
      near(await read(IMPORT_ENERGY), ENERGIES[i]!, "energy");
      near(await read(ENERGY), ENERGIES[i]!, "energy");
      t.is(await read(EXPORT_ENERGY), 0);
      // All of a block at once: the longest answer that the meter gives.
      const { buffer } = await client.readInputRegisters(0, 80);
      for (const [name, { register, values }] of Object.entries(INPUTS)) {
        near(buffer.readFloatBE(2 * register), values[i]!, name);
      }
    }
  });
});

for (const [what, code, ask] of [
  ["an address after the last", 2, (client: Client) => client.readInputRegisters(0x0060, 2)],
  ["a block that ends after the last", 2, (client: Client) => client.readInputRegisters(0x005e, 4)],
  ["a setting that it has not", 2, (client: Client) => client.readHoldingRegisters(0x0016, 2)],
  ["the second half of a number", 2, (client: Client) => client.readInputRegisters(0x0001, 2)],
  ["half a number", 3, (client: Client) => client.readInputRegisters(0x0000, 1)],
  ["more than 40 numbers", 3, (client: Client) => client.readInputRegisters(0x0000, 82)],
  ["a function that it has not", 1, (client: Client) => client.readCoils(0, 8)],
] as const) {
  optionalTest(PACKAGES, `a client of modbus-serial is refused ${what} by our SDM120`, async (t) => {
    await withClient(async ({ client }) => {
      t.is((await refusal(ask(client)))?.modbusCode, code);
      // And the line is as good as before.
      t.is((await client.readInputRegisters(0, 2)).buffer.readFloatBE(0), 230);
    });
  });
}

optionalTest(
  PACKAGES,
  "a client of modbus-serial gets nothing from our SDM120 when it asks another unit",
  async (t) => {
    await withClient(async ({ client }) => {
      client.setID(2);
      t.is((await refusal(client.readInputRegisters(0, 2)))?.message, "Timed out");
      client.setID(1);
      t.is((await client.readInputRegisters(0, 2)).buffer.readFloatBE(0), 230);
    });
  },
);

optionalTest(
  PACKAGES,
  "a client of modbus-serial writes our SDM120's address and rate, which hold from power-up",
  async (t) => {
    await withClient(async ({ client, meter }) => {
      const single = (value: number) => {
        const bytes = Buffer.alloc(4);
        bytes.writeFloatBE(value);
        return bytes;
      };
      t.like(await client.writeRegisters(METER_ID, single(17)), { address: METER_ID, length: 2 });
      t.is((await client.readHoldingRegisters(METER_ID, 2)).buffer.readFloatBE(0), 17);
      t.is((await refusal(client.writeRegisters(METER_ID, single(248))))?.modbusCode, 3);
      await client.writeRegisters(BAUD_CODE, single(2));
      meter.powerCycle();
      t.is(meter.baud, 9600);
      // The client still talks at 2400 baud, and to unit 1.
      t.is((await refusal(client.readInputRegisters(0, 2)))?.message, "Timed out");
    });
  },
);

optionalTest(
  PACKAGES,
  "every bit turned in a request to our SDM120, or in its answer, is noticed by modbus-serial",
  async (t) => {
    await withClient(async ({ client, line }) => {
      for (const [toController, length] of [
        [false, 8],
        [true, 9],
      ] as const) {
        for (let at = 0; at < length; at++) {
          for (let bit = 0; bit < 8; bit++) {
            let count = 0;
            line.disturb = (byte, direction) => {
              return direction === toController && count++ === at ? byte ^ (1 << bit) : byte;
            };
            const { message } = (await refusal(client.readInputRegisters(0, 2))) ?? { message: "none" };
            t.regex(message, /^(Timed out|CRC error)$/, `byte ${at}, bit ${bit}`);
            line.disturb = undefined;
            // What looks like an exception makes the client give up before the answer has ended.
            await wait(100);
          }
        }
      }
      t.is((await client.readInputRegisters(0, 2)).buffer.readFloatBE(0), 230);
    });
  },
);
