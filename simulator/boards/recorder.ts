import { NumericSource } from "../chips/numeric-source.js";
import { Board } from "./board.js";
import type { BoardOptions } from "./board.js";

/** The wiring of the ready-made node `recorder`, in a world that has `recording.value`. */
export function recorderBoard(options: BoardOptions): Board {
  const board = new Board(options);
  board.solderNumeric("recording", 0, new NumericSource(), { value: "recording.value" });
  return board;
}

/** The wiring of the ready-made node `machine-recorder`, in a world that has `machine.value1` to `machine.value8`. */
export function machineRecorderBoard(options: BoardOptions): Board {
  const board = new Board(options);
  for (let port = 1; port <= 8; port++) {
    board.solderNumeric(`recording${port}`, port, new NumericSource(), { value: `machine.value${port}` });
  }
  return board;
}
