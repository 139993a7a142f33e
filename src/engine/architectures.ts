/** What the engine knows by the name of an architecture. */

import type { MegabyteManifest } from '../core/manifest';
import { BltState } from './bltState';
import type { ByteState } from './byteState';
import { MegabyteState } from './megabyteState';
import { isBlt, type Graphs } from './model';

/** A state of no bytes. */
export function emptyState(graphs: Graphs): ByteState {
  return isBlt(graphs) ? new BltState(graphs) : new MegabyteState(graphs as Graphs<MegabyteManifest>);
}
