import type { Plugin } from "vite";

export function texts(): Promise<Record<string, string>>;
export function english(): Promise<Plugin>;
