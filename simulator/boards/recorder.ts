import { NumericSource } from "../chips/numeric-source.js";
import { Board } from "./board.js";
import type { BoardOptions } from "./board.js";

/** The wiring of the ready-made node `recorder`, in a world that has `recording.value`. */
export function recorderBoard(options: BoardOptions): Board {
  const board = new Board(options);
  board.solderNumeric("recording", 0, new NumericSource(), { value: "recording.value" });
  return board;
}
