/** The node that an image carries. `npm run build -- TARGET --node FILE` puts a file of its own in this one's place. */
export { pumpRoom as definition } from "../../firmware/nodes/pump-room.js";
