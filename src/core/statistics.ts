/** What became of the suggestions, counted by language. It stays on the machine. */

/** A suggestion counts as shown when it was there for so many milliseconds, time enough to be read, or was accepted. */
export const shownAfterMs = 750;
/** Seconds after which an accepted text is looked for again. */
export const keptAfterSeconds = [30, 120, 300, 600] as const;
export type KeptAfter = (typeof keptAfterSeconds)[number];

interface Kept {
  readonly kept: number;
  /** How many were looked for; fewer than were accepted, since files are closed. */
  readonly checked: number;
}

export interface Counts {
  readonly shown: number;
  /** Suggestions of which all or a part was taken. */
  readonly accepted: number;
  /** Characters that were accepted, without the keys that accepted them. */
  readonly savedCharacters: number;
  readonly kept: Readonly<Record<KeptAfter, Kept>>;
}

export interface Statistics {
  /** Milliseconds since 1970. */
  readonly since: number;
  /** By language identifier. */
  readonly languages: Readonly<Record<string, Counts>>;
}

export const noStatistics = (now: number): Statistics => ({ since: now, languages: {} });

const nothing: Kept = { kept: 0, checked: 0 };
const noCounts: Counts = {
  shown: 0,
  accepted: 0,
  savedCharacters: 0,
  kept: { 30: nothing, 120: nothing, 300: nothing, 600: nothing },
};

const withCounts = (statistics: Statistics, language: string, change: (counts: Counts) => Counts): Statistics => ({
  ...statistics,
  languages: { ...statistics.languages, [language]: change(statistics.languages[language] ?? noCounts) },
});

export const withShown = (statistics: Statistics, language: string): Statistics =>
  withCounts(statistics, language, (counts) => ({ ...counts, shown: counts.shown + 1 }));

/** `again`: a further part of a suggestion of which a part was taken already. */
export function withAccepted(
  statistics: Statistics,
  language: string,
  { characters, again }: { characters: number; again: boolean },
): Statistics {
  return withCounts(statistics, language, (counts) => ({
    ...counts,
    accepted: counts.accepted + (again ? 0 : 1),
    savedCharacters: counts.savedCharacters + Math.max(0, characters - 1),
  }));
}

export function withKept(
  statistics: Statistics,
  language: string,
  { after, isKept }: { after: KeptAfter; isKept: boolean },
): Statistics {
  return withCounts(statistics, language, (counts) => {
    const { kept, checked } = counts.kept[after];
    return {
      ...counts,
      kept: { ...counts.kept, [after]: { kept: kept + (isKept ? 1 : 0), checked: checked + 1 } },
    };
  });
}

/** What was stored, as far as it makes sense: an earlier version, or a hand, may have written it. */
export function parseStatistics(stored: unknown, now: number): Statistics {
  if (!isRecord(stored) || typeof stored['since'] !== 'number') return noStatistics(now);
  const languages = isRecord(stored['languages']) ? stored['languages'] : {};
  const parsed = Object.entries(languages).flatMap(([language, counts]) =>
    isRecord(counts) ? [[language, parseCounts(counts)] as const] : [],
  );
  return { since: stored['since'], languages: Object.fromEntries(parsed) };
}

function parseCounts(stored: Record<string, unknown>): Counts {
  const kept = isRecord(stored['kept']) ? stored['kept'] : {};
  const entries = keptAfterSeconds.map((after) => {
    const entry = kept[after];
    return [after, isRecord(entry) ? { kept: count(entry['kept']), checked: count(entry['checked']) } : nothing];
  });
  return {
    shown: count(stored['shown']),
    accepted: count(stored['accepted']),
    savedCharacters: count(stored['savedCharacters']),
    kept: Object.fromEntries(entries) as Counts['kept'],
  };
}

const count = (value: unknown) => (typeof value === 'number' && value >= 0 ? Math.floor(value) : 0);
const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** All languages together. */
export function total({ languages }: Statistics): Counts {
  return Object.values(languages).reduce(
    (sum, counts) => ({
      shown: sum.shown + counts.shown,
      accepted: sum.accepted + counts.accepted,
      savedCharacters: sum.savedCharacters + counts.savedCharacters,
      kept: Object.fromEntries(
        keptAfterSeconds.map((after) => [
          after,
          {
            kept: sum.kept[after].kept + counts.kept[after].kept,
            checked: sum.kept[after].checked + counts.kept[after].checked,
          },
        ]),
      ) as Counts['kept'],
    }),
    noCounts,
  );
}
