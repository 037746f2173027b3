import type { Plugin } from "vite";

export function drawing(name: string): string;
export function names(): string[];
export function sprite(): string;
export function icons(): Plugin;
