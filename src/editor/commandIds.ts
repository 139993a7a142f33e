/** The commands of package.json; a test compares both lists. */
export const commandIds = [
  'bytewise.toggleCompletions',
  'bytewise.triggerSuggestion',
  'bytewise.snooze',
  'bytewise.explain',
  'bytewise.toggleHeatMap',
  'bytewise.togglePatchMarks',
  'bytewise.chooseQuantity',
  'bytewise.nextUnusualPlace',
  'bytewise.previousUnusualPlace',
  'bytewise.listUnusualPlaces',
  'bytewise.readLine',
  'bytewise.openInspector',
  'bytewise.showStatistics',
  'bytewise.resetStatistics',
  'bytewise.showMenu',
  'bytewise.showLog',
  'bytewise.showReport',
  'bytewise.restartEngine',
  'bytewise.releaseMemory',
] as const;
export type CommandId = (typeof commandIds)[number];
