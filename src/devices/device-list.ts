import { cleanLine } from '../base/index.ts';

export interface AttachedDevice {
  readonly serial: string;
  /** `device` where it can be used; else `unauthorized`, `offline`, `recovery`, `no permissions`, … */
  readonly state: string;
  /** `Pixel 6`. */
  readonly model?: string;
}

/** Of more than one word. */
const NO_PERMISSIONS = 'no permissions';
const LINE = /^(\S+)\s+(no permissions|\S+)(.*)$/;
const MAX_DEVICES = 256;

/** What `adb devices -l` lists, in its order. Other lines of adb (its daemon tells of its start) are passed over. */
export function parseDevices(text: string): readonly AttachedDevice[] {
  const lines = text.split(/\r?\n/);
  const begin = lines.findIndex((line) => line.startsWith('List of devices'));
  if (begin < 0) return [];
  return lines
    .slice(begin + 1)
    .filter((line) => line.trim() !== '' && !line.startsWith('*'))
    .slice(0, MAX_DEVICES)
    .flatMap((line) => {
      const [, serial, state, rest = ''] = LINE.exec(line) ?? [];
      if (serial === undefined || state === undefined) return [];
      const model = /\smodel:(\S+)/.exec(rest)?.[1]?.replaceAll('_', ' ');
      return [
        { serial: cleanLine(serial), state: cleanLine(state), ...(model ? { model: cleanLine(model) } : {}) },
      ];
    });
}

/** As people know it: `Pixel 6 (R58M123ABC)`. */
export function deviceName({ serial, model }: AttachedDevice): string {
  return model === undefined ? serial : `${model} (${serial})`;
}

/** Why nothing can be run on it, and what to do; `undefined` where it can be used. */
export function whyNotUsable({
  state,
}: AttachedDevice): { readonly reason: string; readonly remedy: string } | undefined {
  if (state === 'device') return undefined;
  const known: Readonly<Record<string, string>> = {
    unauthorized: 'unlock it and allow debugging by this machine',
    authorizing: 'unlock it and allow debugging by this machine',
    offline: 'unplug it and plug it in again, or run `adb reconnect offline`',
    [NO_PERMISSIONS]:
      'let your user open it: a rule of udev (Debian: the package android-sdk-platform-tools-common)',
    bootloader: 'start it: `adb` works with a running system',
    recovery: 'start it: `adb` works with a running system',
    sideload: 'start it: `adb` works with a running system',
  };
  return {
    reason: `it is ${state === NO_PERMISSIONS ? 'not open to this user (no permissions)' : state}`,
    remedy: known[state] ?? '`adb devices -l` should tell of it as `device`',
  };
}
