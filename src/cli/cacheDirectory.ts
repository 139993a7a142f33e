/** Where the user's programs keep what can be found out again. */
import os from 'node:os';
import path from 'node:path';

export function cacheDirectory(
  platform: NodeJS.Platform = process.platform,
  { XDG_CACHE_HOME: xdg, LOCALAPPDATA: local }: NodeJS.ProcessEnv = process.env,
): string {
  const home = os.homedir();
  if (platform === 'win32') return path.join(local ?? path.join(home, 'AppData', 'Local'), 'bytewise', 'cache');
  if (platform === 'darwin') return path.join(home, 'Library', 'Caches', 'bytewise');
  return path.join(xdg ?? path.join(home, '.cache'), 'bytewise');
}
