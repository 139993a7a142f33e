// Placeholder until the real front door is built: it only has to be activatable.
export function activate(): void {
  // Nothing to wire yet.
}
