/** The settings as one typed snapshot. Their defaults stand in package.json only; a test compares the keys. */
import { executionProviders, type ExecutionProvider } from '../core/engine';
import { scales, type Scale } from '../core/heatMapScale';
import { defaultGate, gates } from '../core/suggestion';

export const section = 'bytewise';

const triggers = ['automatic', 'manual'] as const;
const batteryModes = ['run', 'slow', 'pause'] as const;

export interface Settings {
  readonly enable: boolean;
  readonly trigger: (typeof triggers)[number];
  /** Language id, or `*` for all others, to on or off. */
  readonly languages: Readonly<Record<string, boolean>>;
  readonly inComments: boolean;
  readonly inStrings: boolean;
  /** Lines as in .gitignore, of files that get no suggestions. */
  readonly exclude: readonly string[];
  /** The same, of files that are not even read. */
  readonly secretFiles: readonly string[];
  readonly gate: number;
  /** Where repairs of misspelt words are offered. */
  readonly typos: { readonly fixOnAccept: boolean; readonly quickFix: boolean; readonly suggest: boolean };
  /** Empty for the bundled model. */
  readonly modelDirectory: string;
  readonly executionProvider: ExecutionProvider;
  readonly maxBytes: number;
  /** Whether text of other open files may come up in suggestions. */
  readonly otherFiles: boolean;
  /** Idle minutes after which the model leaves the memory; 0 keeps it. */
  readonly unloadAfterMinutes: number;
  readonly onBattery: (typeof batteryModes)[number];
  /** Colours of the heat map. */
  readonly scale: Scale;
}

/** Every key of package.json below `bytewise.`; a change of one marked `engine` needs a new model process. */
export const settingKeys = {
  enable: 'editor',
  trigger: 'editor',
  languages: 'editor',
  inComments: 'editor',
  inStrings: 'editor',
  exclude: 'editor',
  secretFiles: 'editor',
  otherFiles: 'editor',
  confidence: 'editor',
  'typos.fixOnAccept': 'editor',
  'typos.quickFix': 'editor',
  'typos.suggest': 'editor',
  'model.directory': 'engine',
  executionProvider: 'engine',
  maxBytes: 'editor',
  unloadAfterMinutes: 'editor',
  onBattery: 'editor',
  'heatMap.scale': 'editor',
} as const satisfies Record<string, 'editor' | 'engine'>;
export type SettingKey = keyof typeof settingKeys;

/** Users can write anything into settings.json, so nothing is believed that was not looked at. */
export function parseSettings(get: (key: SettingKey) => unknown): Settings {
  const provider = executionProviders.find((name) => name === get('executionProvider'));
  const directory = get('model.directory');
  const maxBytes = get('maxBytes');
  const minutes = get('unloadAfterMinutes');
  return {
    enable: get('enable') === true,
    trigger: triggers.find((name) => name === get('trigger')) ?? 'automatic',
    languages: switches(get('languages')),
    inComments: get('inComments') !== false,
    inStrings: get('inStrings') !== false,
    exclude: strings(get('exclude')),
    secretFiles: strings(get('secretFiles')),
    gate: gateOf(get('confidence')),
    typos: {
      fixOnAccept: get('typos.fixOnAccept') !== false,
      quickFix: get('typos.quickFix') !== false,
      suggest: get('typos.suggest') !== false,
    },
    modelDirectory: typeof directory === 'string' ? directory.trim() : '',
    executionProvider: provider ?? 'auto',
    maxBytes: typeof maxBytes === 'number' && maxBytes >= 1 ? Math.floor(maxBytes) : 1,
    otherFiles: get('otherFiles') !== false,
    unloadAfterMinutes: typeof minutes === 'number' && minutes > 0 ? minutes : 0,
    onBattery: batteryModes.find((name) => name === get('onBattery')) ?? 'run',
    scale: scales.find((name) => name === get('heatMap.scale')) ?? 'cividis',
  };
}

/** A word, or the probability itself. */
function gateOf(confidence: unknown): number {
  if (typeof confidence === 'number' && confidence > 0 && confidence <= 1) return confidence;
  return Object.entries(gates).find(([name]) => name === confidence)?.[1] ?? defaultGate;
}

/** Whether a language is on: by its own entry, else by that of `*`. */
export function languageIsOn({ languages }: Pick<Settings, 'languages'>, language: string): boolean {
  return languages[language] ?? languages['*'] ?? true;
}

const strings = (value: unknown) =>
  Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];

function switches(value: unknown): Record<string, boolean> {
  if (typeof value !== 'object' || value === null) return {};
  return Object.fromEntries(
    Object.entries(value).filter((entry): entry is [string, boolean] => typeof entry[1] === 'boolean'),
  );
}
