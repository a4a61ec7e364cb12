// English. Short and kind; never a reproach. A file for each area, with the same keys as its twin in nl.
import { agreeing } from "./en/agreeing";
import { asking } from "./en/asking";
import { challenge } from "./en/challenge";
import { frame } from "./en/frame";
import { help } from "./en/help";
import { joining } from "./en/joining";
import { leaving } from "./en/leaving";
import { settings } from "./en/settings";
import { team } from "./en/team";
import { today } from "./en/today";
import { trends } from "./en/trends";
import type { Key } from "./nl";

export const en: Readonly<Record<Key, string>> = {
  ...frame, ...today, ...asking, ...challenge, ...joining, ...agreeing, ...team, ...settings, ...leaving, ...help, ...trends,
};
