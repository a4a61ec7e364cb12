// Nederlands. Kort, vriendelijk, je-vorm; nooit een verwijt. Een bestand per gebied; de andere talen hebben dezelfde
// bestanden met dezelfde sleutels.
import { agreeing } from "./nl/agreeing";
import { asking } from "./nl/asking";
import { challenge } from "./nl/challenge";
import { frame } from "./nl/frame";
import { help } from "./nl/help";
import { joining } from "./nl/joining";
import { leaving } from "./nl/leaving";
import { settings } from "./nl/settings";
import { team } from "./nl/team";
import { today } from "./nl/today";
import { trends } from "./nl/trends";

export const nl = {
  ...frame, ...today, ...asking, ...challenge, ...joining, ...agreeing, ...team, ...settings, ...leaving, ...help, ...trends,
} as const;

export type Key = keyof typeof nl;
