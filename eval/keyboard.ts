/**
 * Which letters lie beside a letter on a QWERTY keyboard, in the order in which the noise protocol draws them. From
 * `typo` by Ranvijay Kumar (MIT; data/NOTICE.md).
 */
export const neighbours: Readonly<Record<string, string>> = {
  a: 'qwsz',
  b: 'vghn',
  c: 'xdfv',
  d: 'serfcx',
  e: 'rdsw',
  f: 'drtgvc',
  g: 'ftyhbv',
  h: 'nbgyuj',
  i: 'okju',
  j: 'huikmn',
  k: 'jiolm',
  l: 'kop',
  m: 'njk',
  n: 'bhjm',
  o: 'iklp',
  p: 'ol',
  q: 'aw',
  r: 'edft',
  s: 'azxdew',
  t: 'rfgy',
  u: 'yhji',
  v: 'cfgb',
  w: 'qasde',
  x: 'zsdc',
  y: 'tghu',
  z: 'asx',
};
