/** The commands of package.json; a test compares both lists. */
export const commandIds = [
  'bytewise.toggleCompletions',
  'bytewise.toggleHeatMap',
  'bytewise.togglePatchMarks',
  'bytewise.triggerSuggestion',
  'bytewise.showMenu',
  'bytewise.showLog',
  'bytewise.showReport',
  'bytewise.restartEngine',
] as const;
export type CommandId = (typeof commandIds)[number];
