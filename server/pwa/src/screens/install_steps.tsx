// How to put Kiem on the home screen, drawn for the phone in hand.
import type { ComponentChildren } from "preact";
import type { Platform } from "../device";
import { t } from "../language";
import type { Key } from "../strings/nl";

const STEPS: Record<Platform, readonly Key[]> = {
  ios: ["join.install.ios.1", "join.install.ios.2", "join.install.ios.3"],
  android: ["join.install.android.1", "join.install.android.2", "join.install.android.3"],
  desktop: ["join.install.desktop.1", "join.install.desktop.2"],
};

export function InstallSteps({ platform }: { platform: Platform }) {
  const pictures = PICTURES[platform];
  return (
    <ol class="install-steps">
      {STEPS[platform].map((key, index) => (
        <li key={key}>
          <svg class="install-picture" viewBox="0 0 120 96" aria-hidden="true">{pictures[index]}</svg>
          <p>{t(key)}</p>
        </li>
      ))}
    </ol>
  );
}

const PHONE = <path class="phone" d="M26-8C26-14 30-18 36-18h48c6 0 10 4 10 10v98c0 6-4 10-10 10H36c-6 0-10-4-10-10Z" />;
const LINES = <path class="faint" d="M38 14h34M38 26h44M38 38h28M38 50h40" />;
const APP = (
  <g transform="translate(46 30)">
    <rect class="app-tile" width="28" height="28" rx="8" />
    <path class="app-leaf" d="M14 24v-9M14 16c0-5-3-8-8-8 0 5 3 8 8 8Zm0-3c0-5 3-8 8-8 0 5-3 8-8 8Z" />
  </g>
);
const GRID = <path class="faint fill" d="M38 8h12v12H38zM54 8h12v12H54zM70 8h12v12H70zM38 66h12v12H38zM70 66h12v12H70z" />;

function tap(x: number, y: number): ComponentChildren {
  return <g class="tap" transform={`translate(${x} ${y})`}><circle class="tap-ring" r="13" /><circle class="tap-dot" r="4.5" /></g>;
}

const ON_HOME_SCREEN = <>{PHONE}{GRID}{APP}{tap(60, 44)}</>;

const PICTURES: Record<Platform, readonly ComponentChildren[]> = {
  ios: [
    <>{PHONE}{LINES}<path class="bar" d="M26 66h68" /><path class="sign" d="M60 84V70M55 74l5-5 5 5M52 78h-3v12h22V78h-3" />{tap(60, 79)}</>,
    <>{PHONE}<path class="faint" d="M38 8h30M38 22h38" /><rect class="row" x="32" y="38" width="56" height="20" rx="6" /><path class="sign" d="M38 48h20" /><path class="sign" d="M72 41h12v13H72zM78 44v7M74.500 47.500h7" />{tap(78, 48)}<path class="faint" d="M38 72h34" /></>,
    ON_HOME_SCREEN,
  ],
  android: [
    <g transform="translate(0 18)">{PHONE}<path class="bar" d="M26 16h68" /><path class="faint" d="M36 4h34M38 34h34M38 46h44M38 58h28" /><path class="sign dots" d="M84-3v.1M84 4v.1M84 11v.1" />{tap(84, 4)}</g>,
    <>{PHONE}<path class="faint" d="M52 8h32M52 66h30" /><rect class="row" x="44" y="26" width="48" height="22" rx="6" /><path class="sign" d="M54 31v9M50 37l4 4 4-4M64 37h20" />{tap(54, 37)}</>,
    ON_HOME_SCREEN,
  ],
  desktop: [
    <><rect class="phone" x="6" y="10" width="108" height="76" rx="8" /><path class="bar" d="M6 30h108" /><path class="faint" d="M18 20h60M20 46h60M20 58h70M20 70h44" /><path class="sign" d="M98 14v8M94 19l4 4 4-4M92 26h12" />{tap(98, 20)}</>,
    <><rect class="phone" x="30" y="4" width="60" height="88" rx="6" /><path class="faint fill" d="M40 14h14v14H40zM66 14h14v14H66zM40 40h14v14H40zM58 32h5v5h-5zM66 42h5v5h-5zM74 48h6v6h-6zM60 50h4v4h-4z" /><path class="app-leaf ink" d="M60 84V72M60 74c0-5-3-8-8-8 0 5 3 8 8 8Zm0-2c0-5 3-8 8-8 0 5-3 8-8 8Z" /></>,
  ],
};
