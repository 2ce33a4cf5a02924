import type { NodeDefinition, SensorClass } from "../../firmware/definition.js";

/** What is to happen when a driver is asked; `undefined`: what the driver itself does. */
export type Misbehaviour = () => object | undefined;

/** A definition with a driver that misbehaves at times: its readings are what `instead` gives. */
export function misbehaving(definition: NodeDefinition, sensor: string, instead: Misbehaviour): NodeDefinition {
  const sensors = definition.sensors.map((part) => {
    if (part.name !== sensor) return part;
    const Driver = part.driver;
    const driver = class extends Driver {
      override sample() {
        return (instead() as ReturnType<InstanceType<SensorClass>["sample"]>) ?? super.sample();
      }
    };
    return { ...part, driver };
  });
  return { ...definition, sensors };
}

/** A reading that cannot be read: the sampler is not prepared for it. */
export function poisoned(): object {
  return new Proxy(
    {},
    {
      get() {
        throw new TypeError("the reading cannot be read");
      },
    },
  );
}
