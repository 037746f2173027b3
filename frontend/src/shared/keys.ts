/** Whether a key belongs to the input method: Enter then ends a syllable, not the message. */
export function composing(event: KeyboardEvent): boolean {
  // Safari reports the Enter that ends a composition after it, told only by the old code 229.
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- there is no other sign of it
  return event.isComposing || event.keyCode === 229;
}
