import { cos } from "../data/math.js";

/** What a catalogue says of a rolling bearing. */
export interface BearingGeometry {
  /** In one row. */
  readonly rollingElements: number;
  readonly elementDiameterMm: number;
  /** Of the circle on which the elements' centres lie. */
  readonly pitchDiameterMm: number;
  readonly contactAngleDeg: number;
}

/** How often something happens in a bearing during one turn of the shaft, its outer ring standing still. */
export interface BearingOrders {
  /** Elements that pass a place of the outer race. */
  readonly bpfo: number;
  /** Elements that pass a place of the inner race. */
  readonly bpfi: number;
  /** Turns of an element about itself; a flaw of it strikes a race twice in each. */
  readonly bsf: number;
  /** Turns of the cage. */
  readonly ftf: number;
}

/**
 * Kinematics without slip (R. B. Randall and J. Antoni, "Rolling element bearing diagnostics: a tutorial", Mechanical
 * Systems and Signal Processing 25, 2011, eq. 1 to 4).
 */
export function bearingOrders(geometry: BearingGeometry): BearingOrders {
  const { rollingElements, elementDiameterMm, pitchDiameterMm, contactAngleDeg } = geometry;
  const ratio = (elementDiameterMm / pitchDiameterMm) * cos((contactAngleDeg * Math.PI) / 180);
  return {
    bpfo: (rollingElements / 2) * (1 - ratio),
    bpfi: (rollingElements / 2) * (1 + ratio),
    bsf: (pitchDiameterMm / (2 * elementDiameterMm)) * (1 - ratio * ratio),
    ftf: (1 - ratio) / 2,
  };
}
