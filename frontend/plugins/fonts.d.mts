export const FAMILY: string;
export function lines(): [name: string, characters: string][];
export function fonts(out: string): Promise<void>;
