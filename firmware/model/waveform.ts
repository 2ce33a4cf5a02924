/** Who asked for a waveform: the channel, and its alarm that was raised. */
export interface WaveformReason {
  readonly channel: string;
  readonly alarm: string;
}

/**
 * A part of a waveform snapshot, as it is sent, and what must be known of the whole to read it. Samples before the
 * trigger follow each other without a gap, and so do those after it; between the two there may be one.
 */
export interface WaveformPiece {
  /** Which snapshot of this source, counted from 0 since the start. */
  readonly id: number;
  /** Name of the sensor. */
  readonly source: string;
  readonly reason: WaveformReason;
  /** Values of one sample, interleaved. */
  readonly axes: number;
  /** m/s² per count. */
  readonly scale: number;
  /** As measured; the nominal rate where it was not yet known. */
  readonly rateHz: number;
  /** When the first sample of the whole was taken, to what the part's FIFO holds: it may have waited there to be read. */
  readonly startTicks: number;
  /** When it was asked for. */
  readonly triggerTicks: number;
  /** When the first sample after the trigger was taken; `triggerTicks` where there is none. */
  readonly resumedTicks: number;
  /** Samples are missing between the last one before and the first one after the trigger. */
  readonly gap: boolean;
  /** Samples of the whole that had been read when it was asked for. */
  readonly preTrigger: number;
  /** Samples of the whole. */
  readonly total: number;
  /** The sample of the whole with which this piece begins. */
  readonly offset: number;
  /** Snapshots of this source that were asked for while another was under way, and so were not made, since the start. */
  readonly dropped: number;
  /** A view of the snapshot's own memory: good until the next piece is asked for. */
  readonly samples: Int16Array;
}
