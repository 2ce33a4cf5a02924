import { mqttOperations, sessionOperation } from "./bench-mqtt.js";
import { operations } from "./operations.js";

operations({ ...mqttOperations(), session: sessionOperation() });
