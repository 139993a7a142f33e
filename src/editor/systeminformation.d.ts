/** The part of the package that knows batteries; the package describes itself only as a whole. */
declare module 'systeminformation/lib/battery' {
  import type { Systeminformation } from 'systeminformation';

  export default function battery(): Promise<Systeminformation.BatteryData>;
}
