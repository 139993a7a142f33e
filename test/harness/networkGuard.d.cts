/** Starts watching; `isOurs` decides by the stack of a call whether it is noted and refused. Returns how to stop. */
export function watchNetwork(note: (stack: string) => void, isOurs?: (stack: string) => boolean): () => void;
