/** The one door to the library that asks the operating system; loaded when it is needed, and no more of it than this. */
import type { PowerSource } from './battery';

export async function powerSource(): Promise<PowerSource> {
  const { default: battery } = await import('systeminformation/lib/battery');
  return battery();
}
