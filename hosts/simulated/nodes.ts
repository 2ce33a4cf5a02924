import type { NodeDefinition } from "../../firmware/definition.js";
import { machineRecorder } from "../../firmware/nodes/machine-recorder.js";
import { pumpDrive } from "../../firmware/nodes/pump-drive.js";
import { pumpRoom } from "../../firmware/nodes/pump-room.js";
import { recorder } from "../../firmware/nodes/recorder.js";
import type { Board, BoardOptions } from "../../simulator/boards/board.js";
import { pumpDriveBoard } from "../../simulator/boards/pump-drive.js";
import { pumpRoomBoard } from "../../simulator/boards/pump-room.js";
import { machineRecorderBoard, recorderBoard } from "../../simulator/boards/recorder.js";
import type { Random } from "../../simulator/random.js";
import { PumpDriveWorld } from "../../simulator/world/pump-drive.js";
import { PumpRoomWorld } from "../../simulator/world/pump-room.js";
import { ConstantWorld } from "../../simulator/world/recording.js";
import type { World } from "../../simulator/world/world.js";

/** A ready-made node with the board that it is soldered on and the world around it. */
interface ReadyMade {
  readonly definition: NodeDefinition;
  readonly board: (options: BoardOptions) => Board;
  readonly world: (random: Random) => World;
}

/** What a machine recorder can be given: as many columns of a recording as there are channels. */
export const MACHINE_CHANNELS = machineRecorder.detectors![0]!.channels;

export const READY_MADE = {
  "pump-room": { definition: pumpRoom, board: pumpRoomBoard, world: (random) => new PumpRoomWorld({ random }) },
  "pump-drive": { definition: pumpDrive, board: pumpDriveBoard, world: (random) => new PumpDriveWorld({ random }) },
  recorder: { definition: recorder, board: recorderBoard, world: () => new ConstantWorld({ "recording.value": 0 }) },
  "machine-recorder": {
    definition: machineRecorder,
    board: machineRecorderBoard,
    world: () => new ConstantWorld(Object.fromEntries(MACHINE_CHANNELS.map((name) => [name, 0]))),
  },
} as const satisfies Record<string, ReadyMade>;

export type NodeName = keyof typeof READY_MADE;

/** A definition's resolutions by channel name; `undefined` for a name that it has not. */
export function resolutionsOf({ channels }: NodeDefinition): (name: string) => number | undefined {
  return (name) => channels.find((channel) => channel.name === name)?.resolution;
}
