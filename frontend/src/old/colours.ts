import { spellWith } from "../shared/accent";

// `light-dark(#day,#night)` as the one of the scheme that is set now.
spellWith((value) => {
  const [day, night] = value.match(/#[\da-f]+/g) ?? [];
  return (matchMedia("(prefers-color-scheme: dark)").matches ? night : day) ?? value;
});
