import test from "ava";
import { requireSources } from "../../firmware/definition.js";
import { machineRecorder } from "../../firmware/nodes/machine-recorder.js";
import { pumpDrive } from "../../firmware/nodes/pump-drive.js";
import { pumpRoom } from "../../firmware/nodes/pump-room.js";
import { recorder } from "../../firmware/nodes/recorder.js";
import { composeSettings } from "../../firmware/settings/settings.js";

/** Units and secondary units of SenML (RFC 8428 §12.1, RFC 8798 §3), as far as machines need them. */
const SENML_UNITS = (
  "m kg g s A K cd mol Hz rad sr N Pa J W C V F Ohm S Wb T H Cel lm lx Bq Gy Sv kat m2 m3 l m/s m/s2 m3/s l/s W/m2 cd/m2 " +
  "bit bit/s lat lon pH dB dBW Bspl count / %RH %EL EL 1/s 1/min beat/min beats S/m B VA VAs var vars J/m kg/m3 deg " +
  "NTU ms min h MHz kW kVA kvar Ah Wh kWh varh kvarh kVAh Wh/km KiB GB Mbit/s B/s MB/s mV mA dBm ug/m3 mm/h m/h ppm " +
  "/100 /1000 hPa mm cm km km/h ppb ppt VAh mg/l ug/l g/l 1"
).split(" ");

for (const definition of [pumpRoom, pumpDrive, recorder, machineRecorder]) {
  test(`${definition.name}: every channel has a SenML unit, a source that is there, and settings that hold`, (t) => {
    for (const { name, unit } of definition.channels) t.true(SENML_UNITS.includes(unit), `${name} is in ${unit}`);
    t.notThrows(() => requireSources(definition));
    t.notThrows(() => composeSettings(definition));
  });

  test(`${definition.name}: the definition is frozen to its leaves, so that it stays in flash`, (t) => {
    const thaw = (value: unknown, path: string): void => {
      if (typeof value !== "object" || value === null) return;
      t.true(Object.isFrozen(value), path);
      for (const [name, member] of Object.entries(value)) thaw(member, `${path}.${name}`);
    };
    thaw(definition, definition.name);
  });
}
