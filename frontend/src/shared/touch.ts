/** Whether one writes with a finger: on such a keyboard Enter is the only way to a new line. */
export function isTouch(): boolean {
  return matchMedia("(pointer: coarse)").matches;
}
