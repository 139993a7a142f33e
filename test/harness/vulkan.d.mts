export function softwareVulkan(): Record<string, string> | undefined;
export function setUpVulkan(): void;
